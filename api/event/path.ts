import {isRawJSON, mayRound, parseExact} from "../exact-json.ts";

/** A message of Kafka, as far as an event can be read from it. */
export interface Message {
  key: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined>;
  /** Kafka's time, ms since the epoch. */
  timestamp?: string;
  topic?: string;
  /** Of an event that is an entry of an object: under which name. */
  name?: string;
  /** Of a key in a schema registry's wire format: what it says. */
  keyContent?: unknown;
}

/** The message with more said of it. A record of Kafka has its parts as getters, which a spread would leave behind. */
export const besides = (message: Message, more: Pick<Message, "topic" | "name" | "keyContent">): Message =>
  Object.assign(Object.create(message), more);

/** Where a value is taken from: the event itself, the JSON text that it is part of, and the message around. */
export type Take = (event: any, root: any, message: Message) => unknown;

interface Place {
  take: Take;
  /** The names on the way, when it is a field of the event and nothing else: what is read is not kept a second time in `extra`. */
  names: string[] | undefined;
  /** Each entry of the object that is there is an event, or a list of them; with `lists`, only where all are lists. */
  each?: "any" | "lists" | undefined;
}

/** A field, an entry of a list by its number, or the first that has this value in a field. */
const NAME = String.raw`(?:[^\s.\[\]|"@*$]+|\["[^"]{1,64}"\]|\[\d{1,3}\]|\[[A-Za-z_][A-Za-z0-9_]{0,31}=[^\]"|]{1,64}\])`;
const STEPS = String.raw`${NAME}(?:\.?${NAME})*`;
const ONE = String.raw`(?:@(?:time|topic|name)|@key(?:\.?${NAME})*|@header\.[^\s|]+|\$|(?:\$\.)?${STEPS})`;
/** One or several places, separated by `|`. */
export const PATH = String.raw`^${ONE}(?: *\| *${ONE})*$`;
const ANY = String.raw`(?:${ONE}|(?:(?:\$\.)?${STEPS}\.)?\*(?:\[\])?)`;
/** The same for events, which may be the entries of an object. */
export const EVENTS_PATH = String.raw`^${ANY}(?: *\| *${ANY})*$`;

/** As the place of events: the message itself, of which a list is no several events. */
const WHOLE = "$";
export const isWhole = (path: string | undefined): boolean => path?.trim() === WHOLE;

/** The places of events, which are always counted from the whole message. */
export const eventPlaces = (path: string): Place[] =>
  path.split("|").map((one) => placeOf(one.trim().replace(/^\$\.?/, "")));

/** The entries of an object as single events, each with its name and what the object would hold without the others. */
export function entriesOf(object: unknown, each: Place["each"]): [name: string, alone: unknown, event: unknown][] {
  if (typeof object !== "object" || object === null || Array.isArray(object)) return [];
  const entries = Object.entries(object);
  const isOne = (value: unknown) =>
    Array.isArray(value) || (each === "any" && typeof value === "object" && value !== null);
  if (!entries.every(([, value]) => isOne(value))) return [];
  return entries.flatMap(([name, value]): [string, unknown, unknown][] =>
    Array.isArray(value) ? value.map((one) => [name, [one], one]) : [[name, value, value]],
  );
}

/** The places of a path, in their order. */
export const placesOf = (path: string): Place[] => path.split("|").map((one) => placeOf(one.trim()));

function placeOf(given: string): Place {
  const entries = /(?:^|\.)\*(\[\])?$/.exec(given);
  if (entries) return {...placeOfOne(given.slice(0, entries.index)), each: entries[1] ? "lists" : "any"};
  return placeOfOne(given);
}

function placeOfOne(path: string): Place {
  if (path.startsWith("@")) return {take: outside(path), names: undefined};
  const fromRoot = path === "$" || path.startsWith("$.");
  const steps = stepsOf(fromRoot ? path.slice(2) : path);
  const down = downBy(steps);
  const isPlain = !fromRoot && steps.every((step) => typeof step === "string");
  return {
    take: fromRoot ? (_, root) => down(root) : (event) => down(event),
    names: isPlain ? (steps as string[]) : undefined,
  };
}

function outside(path: string): Take {
  if (path.startsWith("@key")) {
    const down = downBy(stepsOf(path.slice("@key".length)));
    return (_event, _root, {key, keyContent}) => down(keyContent ?? key?.toString());
  }
  if (path === "@name") return (_event, _root, {name}) => name;
  if (path === "@topic") return (_event, _root, {topic}) => topic;
  if (path === "@time") return (_event, _root, {timestamp}) => timestamp;
  const name = path.slice("@header.".length);
  return (_event, _root, {headers}) => [headers?.[name]].flat()[0]?.toString();
}

interface Entry {
  field: string;
  value: string;
}

type Step = string | number | Entry;

const STEP = /\["([^"]+)"\]|\[(\d+)\]|\[(\w+)=([^\]]+)\]|([^.[\]]+)/g;
const stepsOf = (path: string): Step[] =>
  [...path.matchAll(STEP)].map(([, quoted, index, field, value, name]) => {
    if (field !== undefined) return {field, value: value!};
    return quoted ?? (index === undefined ? name! : Number(index));
  });

/** One function for a path of any length: short ones, which nearly all are, without a loop. */
function downBy(steps: Step[]): (from: any) => unknown {
  const [first, second] = steps;
  if (first === undefined) return (from) => from;
  if (steps.length === 1) return (from) => step(from, first);
  if (steps.length === 2) return (from) => step(step(from, first), second!);
  return (from) => {
    let at = from;
    for (const each of steps) at = step(at, each);
    return at;
  };
}

/** A field of an object, or an entry of a list. A text that holds JSON is read as that: brokers wrap payloads so. */
function step(from: any, name: Step): unknown {
  if (typeof from === "string") return step(decoded(from), name);
  if (typeof from !== "object" || from === null) return undefined;
  if (typeof name === "object") return Array.isArray(from) ? entryOf(from, name) : undefined;
  const value = from[name];
  // What every object has is no field of this one.
  return value !== undefined && name in Object.prototype && !Object.hasOwn(from, name) ? undefined : value;
}

function entryOf(list: any[], {field, value}: Entry): unknown {
  return list.find((entry) => {
    if (typeof entry !== "object" || entry === null || !Object.hasOwn(entry, field)) return false;
    const found = isRawJSON(entry[field]) ? entry[field].rawJSON : entry[field];
    return typeof found !== "object" && String(found) === value;
  });
}

/** What a text holds: JSON, or base64 of it; undefined if neither. */
export function decoded(text: string): unknown {
  const json = /^\s*[{[]/.test(text) ? text : Buffer.from(text, "base64").toString();
  if (!/^\s*[{[]/.test(json)) return undefined;
  try {
    return mayRound(json) ? parseExact(json) : JSON.parse(json);
  } catch {
    return undefined;
  }
}
