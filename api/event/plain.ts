import type {Dialect, FieldMapping} from "../components/event.ts";
import {FIGURES, TIME, VEHICLE} from "../event.ts";
import {placesOf} from "./path.ts";
import {PLAIN_ID, type Row} from "./row.ts";
import {Scanner} from "./scanner.ts";
import {plainMs, plainTimeIn} from "./time.ts";
import {converter} from "./value.ts";

const CODE = {quote: 34, comma: 44, colon: 58, open: 123, close: 125};
const TIME_BYTES = 24;

/** By its code, whether an id may have a character. */
const OF_ID = Uint8Array.from({length: 256}, (_, code) => Number(PLAIN_ID.test(String.fromCharCode(code))));
const MOST_ID_BYTES = 64;

/** What is read: the vehicle, the time, and the figures in their order. */
const [VEHICLE_AT, TIME_AT, FIGURES_AT] = [0, 1, 2];
const REQUIRED = FIGURES.reduce((mask, {required}, at) => mask | (Number(required) << (FIGURES_AT + at)), 3);

/** How often something was looked for, and whether it was ever there. */
interface Look {
  times: number;
  found: boolean;
}

/** The fields of an object, each with the number of what it is, or with the fields below it. */
interface Node {
  names: Buffer[];
  below: (number | Node)[];
}

/**
 * A reader of the common case from the bytes, without a text and its JSON, at a third of the cost: the fields that the mapping names, each
 * at most once and plainly right, in any order, and no others. Undefined = look closer. No such reader for a mapping that does more than
 * to say where a field is and in which unit.
 */
export function createPlainReader(
  mapping: Dialect,
  lookFor: (name: string) => Look = () => ({times: 0, found: false}),
): ((value: Buffer) => Row | undefined) | undefined {
  const top = nodeOf(mapping);
  if (!top) return undefined;
  const convert = FIGURES.map(({name, unit: to}) => {
    const {unit: from, scale} = mapping.fields?.find((field) => field.name === name) ?? {};
    return from || scale ? converter({from, to, scale}) : undefined;
  });
  const looks = [VEHICLE.name, TIME.name, ...FIGURES.map(({name}) => name)].map(lookFor);
  const scanner = new Scanner();
  const figures = new Float64Array(FIGURES.length);
  let vehicle_id = "";
  let ms = Number.NaN;
  let seen = 0;

  return (value) => {
    scanner.bytes = value;
    scanner.at = 0;
    seen = 0;
    scanner.space();
    if (!readObject(top)) return undefined;
    scanner.space();
    if (scanner.at !== value.length || (seen & REQUIRED) !== REQUIRED) return undefined;
    if (vehicle_id === "" || vehicle_id.length > MOST_ID_BYTES || Number.isNaN(ms)) return undefined;
    for (let at = 0; at < FIGURES.length; at++)
      if (isSeen(at) && !(figures[at]! >= FIGURES[at]!.min && figures[at]! <= FIGURES[at]!.max)) return undefined;
    for (let field = 0; field < looks.length; field++) {
      looks[field]!.times++;
      if (seen & (1 << field)) looks[field]!.found = true;
    }
    return {
      vehicle_id,
      ts: new Date(ms),
      latitude: figures[0]!,
      longitude: figures[1]!,
      speed: isSeen(2) ? figures[2]! : null,
      temperature: isSeen(3) ? figures[3]! : null,
      humidity: isSeen(4) ? figures[4]! : null,
      extra: null,
    };
  };

  function isSeen(figure: number): boolean {
    return (seen & (1 << (FIGURES_AT + figure))) !== 0;
  }

  /** Whether the object has these fields, each at most once, and no other. */
  function readObject({names, below}: Node): boolean {
    if (scanner.bytes[scanner.at++] !== CODE.open) return false;
    let taken = 0;
    for (let expected = 0; ; expected++) {
      scanner.space();
      const index = scanner.oneOf(names, expected);
      if (index < 0 || taken & (1 << index) || !scanner.takes(CODE.colon)) return false;
      taken |= 1 << index;
      scanner.space();
      const field = below[index]!;
      if (typeof field === "number") readField(field);
      else if (!readObject(field)) return false;
      scanner.space();
      const code = scanner.bytes[scanner.at++];
      if (code === CODE.close) return true;
      if (code !== CODE.comma) return false;
    }
  }

  function readField(field: number) {
    seen |= 1 << field;
    if (field === VEHICLE_AT) vehicle_id = scanner.text(OF_ID);
    else if (field === TIME_AT) ms = readTime();
    else {
      const number = scanner.number();
      const by = convert[field - FIGURES_AT];
      figures[field - FIGURES_AT] = by ? (by(number) ?? Number.NaN) : number;
    }
  }

  function readTime(): number {
    if (scanner.bytes[scanner.at] !== CODE.quote) return plainMs(scanner.number());
    return scanner.quoted(TIME_BYTES) ? plainTimeIn(scanner.bytes, scanner.at - 1 - TIME_BYTES) : Number.NaN;
  }
}

/** What each part of a mapping may say here. */
const SIMPLE = {
  mapping: ["vehicle", "time", "fields"],
  vehicle: ["path"],
  time: ["path", "format", "zone"],
  field: ["name", "path", "unit", "scale"],
};

/** The fields that a mapping reads; undefined if it does more. */
function nodeOf(mapping: Dialect): Node | undefined {
  const {vehicle = {}, time = {}, fields = []} = mapping;
  const isSimple =
    says(mapping, SIMPLE.mapping) &&
    says(vehicle, SIMPLE.vehicle) &&
    says(time, SIMPLE.time) &&
    ["Auto", "Milliseconds", undefined].includes(time.format) &&
    fields.every((field) => says(field, SIMPLE.field));
  if (!isSimple) return undefined;
  const top: Node = {names: [], below: []};
  const pathOf = (name: string) => (fields as FieldMapping[]).find((field) => field.name === name)?.path ?? name;
  const paths = [vehicle.path ?? VEHICLE.name, time.path ?? TIME.name, ...FIGURES.map(({name}) => pathOf(name))];
  return paths.every((path, field) => add(top, path, field)) ? top : undefined;
}

const says = (part: object, words: string[]) =>
  Object.entries(part).every(([word, value]) => value === undefined || words.includes(word));

/** Whether the path is one of names alone, and nothing else is there. */
function add(top: Node, path: string, field: number): boolean {
  const [place, ...others] = placesOf(path);
  if (!place?.names || others.length > 0) return false;
  let node = top;
  for (const [depth, name] of place.names.entries()) {
    const quoted = Buffer.from(JSON.stringify(name));
    const index = node.names.findIndex((other) => other.equals(quoted));
    const isLast = depth === place.names.length - 1;
    const found = node.below[index];
    if (index >= 0 && (isLast || typeof found === "number")) return false;
    const next: Node = typeof found === "object" ? found : {names: [], below: []};
    if (index < 0) {
      node.names.push(quoted);
      node.below.push(isLast ? field : next);
    }
    node = next;
  }
  return true;
}
