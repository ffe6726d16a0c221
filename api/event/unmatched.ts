import type {Dialect} from "../components/event.ts";
import {TIME, VEHICLE} from "../event.ts";
import type {EventColumn} from "./columns.ts";
import type {EventReader} from "./compile.ts";

/** In so many events a path that is right should have been found once. */
export const MANY_EVENTS = 10_000;

const LONGEST = 400;
const DEEPEST = 3;

/** The name of the way into an envelope; no field has a dot. */
const EVENTS = "mapping.events";

type Named = [name: string, path: string];

/** Notes which paths that the spec names are nowhere. `unmapped` reads events in the default format beside those of the mapping. */
export function createWatch(
  given: Dialect,
  columns: EventColumn[],
  mapped: EventReader,
  unmapped: EventReader | undefined,
) {
  const named = namedPaths(given, columns);
  const columnNames = new Set(columns.map(({name}) => name));
  const columnLooks = columns.map(({name}) => mapped.lookFor(name));
  /** All events, and of these the ones that were plainly in the default format: nothing was looked for in them. */
  let [all, plain] = [0, 0];
  let sample: unknown;

  function saw(event: unknown) {
    if (++all === MANY_EVENTS) sample = event;
  }

  function isNowhere([name, path]: Named): boolean {
    const look = mapped.lookFor(name);
    if (look.found || look.times + plain < MANY_EVENTS) return false;
    const isColumn = columnNames.has(name);
    const isOwn = path.split("|").some((one) => one.trim() === name);
    if (isOwn && !isColumn && plain > 0) return false;
    return !((isOwn || isColumn) && unmapped?.lookFor(name).found);
  }

  return {
    saw,
    sawPlain(event: unknown) {
      saw(event);
      plain++;
    },
    /** An event that was read from these bytes, and has no field of the spec. */
    sawBytes(value: Buffer) {
      if (++all === MANY_EVENTS) sample = JSON.parse(value.toString());
      for (const look of columnLooks) look.times++;
    },
    envelope: mapped.lookFor(EVENTS),
    /** For people; undefined while each was somewhere. */
    words(): string | undefined {
      const nowhere = all < MANY_EVENTS ? [] : named.filter(isNowhere);
      return nowhere.length > 0 ? wordsOf(nowhere, sample) : undefined;
    },
  };
}

/** The paths that a spec names itself, by the name of what is read; those of a preset name many places of which few are there. */
function namedPaths({events, vehicle, time, fields = []}: Dialect, columns: EventColumn[]): Named[] {
  const named: [string, string | undefined][] = [
    [EVENTS, events],
    [VEHICLE.name, vehicle?.path],
    [TIME.name, time?.path],
    ...[...fields, ...columns].flatMap(({name, path = name, constant, hemisphere}): [string, string | undefined][] => [
      [name, constant === undefined ? path : undefined],
      [hemisphereOf(name), hemisphere],
    ]),
  ];
  return named.flatMap(([name, path]): Named[] => (path === undefined ? [] : [[name, path]]));
}

export const hemisphereOf = (name: string) => `${name}'s hemisphere`;

/** For people: what is nowhere, and the names that one of the events has, of which one may be meant. */
function wordsOf(unmatched: Named[], sample: unknown): string {
  const names = unmatched.map(([name, path]) => (path === name ? name : `${name} (${path})`));
  return `${cut(names.join(", "), LONGEST)}: in none of ${MANY_EVENTS} events; one has ${namesIn(sample, LONGEST)}`;
}

/** The names of an event's fields, for people. */
export const namesIn = (event: unknown, longest: number) =>
  cut(namesOf(event, "", DEEPEST).join(", "), longest) || "no field";

const cut = (text: string, longest: number) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

/** As a path would name them. */
function namesOf(from: unknown, before: string, depth: number): string[] {
  if (typeof from !== "object" || from === null || depth === 0) return before === "" ? [] : [before];
  if (Array.isArray(from)) return from.length === 0 ? [before] : namesOf(from[0], `${before}[0]`, depth - 1);
  const names = Object.keys(from).slice(0, 50);
  return names.flatMap((name) => {
    const step = /^[^\s.[\]|"@*$\p{C}]+$/u.test(name) ? name : `[${JSON.stringify(name)}]`;
    const path = before === "" || step.startsWith("[") ? `${before}${step}` : `${before}.${step}`;
    return namesOf((from as Record<string, unknown>)[name], path, depth - 1);
  });
}
