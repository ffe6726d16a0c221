import {isUtf8} from "node:buffer";
import type {EventMapping} from "../components/event.ts";
import {FIGURE_NAMES, type FigureName, MAX_EVENT_BYTES, TIME, VEHICLE} from "../event.ts";
import {mayRound, parseExact} from "../exact-json.ts";
import type {EventColumn} from "./columns.ts";
import {compile} from "./compile.ts";
import {likelyCause, mendedJson, severalTexts, shapeCause} from "./likely.ts";
import {decoded, type Message, placesOf} from "./path.ts";
import {presets} from "./presets.ts";
import {plainRow, type Row, unstorable} from "./row.ts";

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
interface Events {
  rows: Row[];
  problems: Problem[];
  /** The readings that are none, and so null: out of range, or of another type. They are in `extra` as they came. */
  lost: FigureName[];
  /** Of several events: those of the rows. */
  parts?: Part[];
}

export type Reader = (message: Message) => Events;

/** More than a message of the largest size can have if each says something. */
const MAX_EVENTS = 20_000;

const NOTHING: never[] = [];
const tooMany = ({length}: unknown[]): Events | undefined =>
  length > MAX_EVENTS ? dead(`event: ${length} events in one message, more than ${MAX_EVENTS}`) : undefined;
const dead = (reason: string): Events => ({rows: NOTHING, problems: [{reason}], lost: NOTHING});

/** A reader of the events of a topic. It never throws. */
export function createReader(given: EventMapping = {}, columns: EventColumn[] = []): Reader {
  const mapping = withPreset(given);
  const readOne = compile(mapping, columns);
  const places = mapping.events === undefined ? [] : placesOf(mapping.events);
  const isPlain = isPlainRead(mapping);
  const plainFirst = isPlain && !columns.some(({required}) => required);
  const isMapped = Object.keys(mapping).length > 0;
  /** Events in the default format, whatever they lack, come beside those of the mapping. */
  const readPlain = isMapped && isPlain ? compile({}, columns) : undefined;

  return (message) => {
    const {value} = message;
    if (value === null) return dead("empty value");
    if (value.length > MAX_EVENT_BYTES) return dead(`${value.length} bytes, more than ${MAX_EVENT_BYTES}`);
    if (!isUtf8(value)) return dead(likelyCause(value));
    const text = withoutMark(value.toString("utf8"));
    const root = parsed(text);
    if (root !== undefined) return ofJson(text, root, message);
    const texts = severalTexts(text);
    if (!texts) return ofText(text, message);
    return tooMany(texts) ?? together(texts.map((one) => [() => one, ofText(one, message)]));
  };

  function ofText(text: string, message: Message): Events {
    const root = parsed(text);
    if (root !== undefined) return ofJson(text, root, message);
    const mended = mendedJson(text);
    return mended === undefined ? dead(likelyCause(Buffer.from(text))) : ofJson(mended, JSON.parse(mended), message);
  }

  function ofJson(text: string, root: unknown, message: Message): Events {
    const row = plainFirst ? plainRow(root) : undefined;
    if (row) return {rows: [row], problems: NOTHING, lost: NOTHING};
    if (!mayRound(text)) return ofRoot(root, message);
    const tooDeep = unstorable(root);
    return tooDeep.startsWith("nested") ? dead(`event: ${tooDeep}`) : ofRoot(parseExact(text), message);
  }

  function ofRoot(root: unknown, message: Message): Events {
    return Array.isArray(root)
      ? ofList(
          root,
          (one) => [one],
          (one) => ofOne(one, message),
        )
      : ofOne(root, message);
  }

  /** A message that is no list itself, and may have one in it. */
  function ofOne(root: any, message: Message): Events {
    for (const {take, names} of places) {
      const inside = take(root, root, message);
      const event = typeof inside === "string" ? decoded(inside) : inside;
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

  function ofList(list: unknown[], alone: (one: unknown) => unknown, read: (one: unknown) => Events): Events {
    if (list.length === 0) return dead("event: an empty JSON array");
    return tooMany(list) ?? together(list.map((one) => [() => JSON.stringify(alone(one)), read(one)]));
  }

  function ofEvent(event: unknown, root: unknown, message: Message): Events {
    if (typeof event !== "object" || event === null || Array.isArray(event))
      return dead(`event: ${shapeCause(event) ?? "a JSON object is expected"}`);
    const row = plainFirst ? plainRow(event) : undefined;
    if (row) return {rows: [row], problems: NOTHING, lost: NOTHING};
    const mapped = readOne(event, root, message);
    const plain = "reason" in mapped ? readPlain?.(event, root, message) : undefined;
    const read = plain && "row" in plain ? plain : mapped;
    if ("row" in read) return {rows: [read.row], problems: NOTHING, lost: read.lost};
    const cause = isMapped ? undefined : shapeCause(event);
    return dead(cause ? `event: ${cause}` : read.reason);
  }
}

/** What the user gave stands before what the preset says of the same. */
export function withPreset({preset = "None", ...own}: EventMapping): EventMapping {
  const base = presets[preset];
  const fields = FIGURE_NAMES.flatMap((name) => {
    const [before, after] = [base.fields, own.fields].map((list) => list?.find((field) => field.name === name));
    // A constant of the user's stands for the preset's path as well.
    return before || after ? [{name, ...before, ...after}] : [];
  });
  return {
    ...base,
    ...own,
    ...(fields.length > 0 ? {fields} : {}),
    ...(base.vehicle || own.vehicle ? {vehicle: {...base.vehicle, ...own.vehicle}} : {}),
    ...(base.time || own.time ? {time: {...base.time, ...own.time}} : {}),
  };
}

/** Whether an event in the default format has, under this mapping, no other meaning. */
function isPlainRead({vehicle, time, fields = []}: EventMapping): boolean {
  const namesOf = (name: string, path: string | undefined) => (path ?? name).split("|").map((one) => one.trim());
  const isField = (name: string, path: string | undefined) =>
    namesOf(name, path).some((one) => !one.startsWith("@")) || path === undefined;
  const isOther = ({name, path, unit, scale, nulls, constant, separator}: NonNullable<typeof fields>[number]) =>
    constant !== undefined || (namesOf(name, path).includes(name) && Boolean(unit ?? scale ?? nulls ?? separator));
  return (
    isField(VEHICLE.name, vehicle?.path) &&
    isField(TIME.name, time?.path) &&
    vehicle?.separator === undefined &&
    !fields.some(isOther)
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Without the byte order mark of editors and of .NET. */
const withoutMark = (text: string) => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

/** @param found the events of each part, and the text of a part that has several in turn */
function together(found: [() => string, Events][]): Events {
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
      problems.push({reason: `${which}${reason}`, part: {event, value: part?.value ?? value}});
    }
    for (const name of events.lost) lost.push(name);
  }
  // Of a text that holds no event at all one dead letter says as much as thousands.
  return rows.length === 0 ? dead(problems[0]!.reason) : {rows, problems, lost, parts};
}

/** The JSON with something else at this place; as it is where the place cannot be written to. */
function replaced(root: unknown, names: string[] | undefined, value: unknown): unknown {
  if (names === undefined) return root;
  const [first, ...further] = names;
  if (first === undefined) return value;
  if (typeof root !== "object" || root === null) return root;
  return {...root, [first]: replaced((root as Record<string, unknown>)[first], further, value)};
}
