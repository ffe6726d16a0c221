import type {Dialect} from "../components/event.ts";
import {FIGURE_NAMES, type FigureName, TIME, VEHICLE} from "../event.ts";
import type {EventColumn} from "./columns.ts";
import {compile, MISSING} from "./compile.ts";
import {shapeCause} from "./likely.ts";
import {besides, decoded, entriesOf, eventPlaces, type Message, placesOf} from "./path.ts";
import {createPlainReader} from "./plain.ts";
import {plainRow, type Row} from "./row.ts";
import {createWatch, namesIn} from "./unmatched.ts";

/** One of several events of a message. */
export interface Part {
  /** Which it is, from 1 on. */
  event: number;
  /** A value that holds nothing else, to be read like the whole. */
  value(): string;
}

interface Problem {
  reason: string;
  part?: Part;
}

/** What a message holds. */
export interface Events {
  rows: Row[];
  problems: Problem[];
  /** The readings that are none, and so null: out of range, or of another type. They are in `extra` as they came. */
  lost: FigureName[];
  /** Of several events: those of the rows. */
  parts?: Part[];
}

/** More than a message of the largest size can have if each says something. */
const MAX_EVENTS = 20_000;

const NOTHING: never[] = [];
export const tooMany = ({length}: unknown[]): Events | undefined =>
  length > MAX_EVENTS ? dead(`event: ${length} events in one message, more than ${MAX_EVENTS}`) : undefined;
export const dead = (reason: string): Events => ({rows: NOTHING, problems: [{reason}], lost: NOTHING});

/** As many characters of an event's names as help to find the one that is meant. */
const NAMES = 150;

const OWN_NAMES = new Set<string>([VEHICLE.name, TIME.name, ...FIGURE_NAMES]);

/** Whether a column can have a value of an event with nothing but the fields of the default format, or has to have one. */
const canHave = ({name, path = name, required, constant, default: fallback}: EventColumn) =>
  required ||
  (constant ?? fallback) !== undefined ||
  placesOf(path).some(({names}) => names === undefined || OWN_NAMES.has(names[0]!));

interface Among {
  /** What the user said of the dialect, whose preset is laid below it. */
  given: Dialect;
  columns: EventColumn[];
  /** Whether an event in the default format has no other meaning in any of the dialects. */
  isPlain: boolean;
  /** No other dialect is tried after this one. */
  isLast: boolean;
}

/** Reads the events of a message's JSON, in one dialect. */
export function createEvents(mapping: Dialect, {given, columns, isPlain, isLast}: Among) {
  const mapped = compile(mapping, columns);
  const places = mapping.events === undefined ? [] : eventPlaces(mapping.events);
  const plainFirst = isPlain && !columns.some(canHave);
  const isMapped = Object.keys(mapping).length > 0;
  /** Events in the default format, whatever they lack, come beside those of the mapping. */
  const unmapped = isMapped && isPlain && isLast ? compile({}, columns) : undefined;
  const watch = createWatch(given, columns, mapped, unmapped);
  /** Where no field of the spec can be among those that it reads. */
  const readsAll = isMapped ? columns.length === 0 : plainFirst;
  const readPlain = readsAll ? createPlainReader(mapping, mapped.lookFor) : undefined;
  return {ofOne, plainRowOf, plainOf, unmatched: watch.words};
  /** An event with nothing but the fields that are read, straight from the bytes. */
  function plainOf(value: Buffer): Events | undefined {
    const row = readPlain?.(value);
    if (!row) return undefined;
    watch.sawBytes(value);
    return {rows: [row], problems: NOTHING, lost: NOTHING};
  }

  /** An event in the default format with nothing else, which nearly all are, at a fraction of the cost. */
  function plainRowOf(root: unknown): Events | undefined {
    const row = plainFirst ? plainRow(root) : undefined;
    return row && plainly(row, root);
  }

  /** A message that is no list itself, and may have one in it. */
  function ofOne(root: any, message: Message): Events {
    if (places.length > 0) watch.envelope.times++;
    for (const {take, names, each} of places) {
      const inside = take(root, root, message);
      const branches = inside === undefined && names ? branchesOf(root, names) : undefined;
      if (branches)
        return (
          tooMany(branches) ??
          together(branches.map(({branch, alone}) => [() => JSON.stringify(alone), ofOne(branch, message)]))
        );
      if (inside !== undefined && !each) watch.envelope.found = true;
      const event = typeof inside === "string" ? decoded(inside) : inside;
      const entries = each ? entriesOf(event, each) : [];
      if (entries.length > 0) {
        watch.envelope.found = true;
        return ofEntries(entries, root, names, message);
      }
      if (each) continue;
      if (Array.isArray(event))
        return ofList(
          event,
          (one) => replaced(root, names, [one]),
          (one) => ofEvent(one, root, message),
        );
      if (typeof event === "object" && event !== null) return ofEvent(event, root, message);
    }
    return ofEvent(root, root, message);
  }

  function ofEntries(entries: ReturnType<typeof entriesOf>, root: any, names: string[] | undefined, message: Message) {
    const found = entries.map(([name, alone, event]): [() => string, Events] => [
      () => JSON.stringify(replaced(root, names, {[name]: alone})),
      ofEvent(event, root, besides(message, {name})),
    ]);
    return tooMany(entries) ?? together(found);
  }

  function plainly(row: Row, event: unknown): Events {
    watch.sawPlain(event);
    return {rows: [row], problems: NOTHING, lost: NOTHING};
  }

  function ofEvent(event: unknown, root: unknown, message: Message): Events {
    if (typeof event !== "object" || event === null || Array.isArray(event))
      return dead(`event: ${shapeCause(event) ?? "a JSON object is expected"}`);
    const row = plainFirst ? plainRow(event) : undefined;
    if (row) return plainly(row, event);
    watch.saw(event);
    const first = mapped.read(event, root, message);
    const second = "reason" in first ? unmapped?.read(event, root, message) : undefined;
    const found = second && "row" in second ? second : first;
    if ("row" in found) return {rows: [found.row], problems: NOTHING, lost: found.lost};
    const cause = isMapped ? undefined : shapeCause(event);
    if (cause) return dead(`event: ${cause}`);
    return dead(
      found.reason.includes(`: ${MISSING}`) ? `${found.reason}; the event has ${namesIn(event, NAMES)}` : found.reason,
    );
  }
}

/** Whether an event in the default format has, under this mapping, no other meaning. */
export function isPlainRead({vehicle, time, fields = []}: Dialect): boolean {
  const namesOf = (name: string, path: string | undefined) => (path ?? name).split("|").map((one) => one.trim());
  const isField = (name: string, path: string | undefined) =>
    namesOf(name, path).some((one) => !one.startsWith("@")) || path === undefined;
  /** What the default format has under the name of another of its fields. */
  const isCrossed = (name: string, path: string | undefined) =>
    namesOf(name, path).some((one) => one !== name && OWN_NAMES.has(one));
  const isOther = ({name, path, unit, scale, nulls, constant, separator}: NonNullable<typeof fields>[number]) =>
    constant !== undefined ||
    isCrossed(name, path) ||
    (namesOf(name, path).includes(name) && Boolean(unit ?? scale ?? nulls ?? separator));
  return (
    isField(VEHICLE.name, vehicle?.path) &&
    isField(TIME.name, time?.path) &&
    !isCrossed(VEHICLE.name, vehicle?.path) &&
    !isCrossed(TIME.name, time?.path) &&
    vehicle?.separator === undefined &&
    !fields.some(isOther)
  );
}

/** How deep lists may stand within lists. */
const DEEPEST_LIST = 4;

/** @param alone a message's JSON with this one of the list only */
export function ofList(given: unknown[], alone: (one: unknown) => unknown, read: (one: unknown) => Events): Events {
  const list = given.some(Array.isArray) ? given.flat(DEEPEST_LIST) : given;
  if (list.length === 0) return dead("event: an empty JSON array");
  return tooMany(list) ?? together(list.map((one) => [() => JSON.stringify(alone(one)), read(one)]));
}

/** @param found the events of each part, and the text of a part that has several in turn */
export function together(found: [() => string, Events][]): Events {
  const rows: Row[] = [];
  const parts: Part[] = [];
  const problems: Problem[] = [];
  const lost: FigureName[] = [];
  const count = found.reduce((sum, [, {rows, problems}]) => sum + rows.length + problems.length, 0);
  let event = 0;
  for (const [value, events] of found) {
    for (const [index, row] of events.rows.entries()) {
      rows.push(row);
      parts.push({event: ++event, value: events.parts?.[index]?.value ?? value});
    }
    for (const {reason, part} of events.problems) {
      event++;
      const which = count > 1 ? `event ${event} of ${count}: ` : "";
      problems.push({
        reason: `${which}${reason.replace(/^event \d+ of \d+: /, "")}`,
        part: {event, value: part?.value ?? value},
      });
    }
    for (const name of events.lost) lost.push(name);
  }
  // Of a text that holds no event at all one dead letter says as much as thousands.
  return rows.length === 0 ? dead(problems[0]!.reason) : {rows, problems, lost, parts};
}

/**
 * Where a list is on the way to a place, the JSON with each of its entries instead of it, and in it alone; undefined if there is none, or nothing
 * in it.
 */
function branchesOf(root: any, names: string[]): {branch: unknown; alone: unknown}[] | undefined {
  let at = root;
  for (const [depth, name] of names.slice(0, -1).entries()) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
    if (!Array.isArray(at)) continue;
    if (at.length === 0) return undefined;
    const way = names.slice(0, depth + 1);
    return at.map((entry) => ({branch: replaced(root, way, entry), alone: replaced(root, way, [entry])}));
  }
  return undefined;
}

/** The JSON with something else at this place; as it is where the place cannot be written to. */
function replaced(root: unknown, names: string[] | undefined, value: unknown): unknown {
  if (names === undefined) return root;
  const [first, ...further] = names;
  if (first === undefined) return value;
  if (typeof root !== "object" || root === null) return root;
  return {...root, [first]: replaced((root as Record<string, unknown>)[first], further, value)};
}
