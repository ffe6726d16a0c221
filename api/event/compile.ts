import type {Dialect, FieldMapping} from "../components/event.ts";
import {FIGURES, type FigureName, TIME, VEHICLE} from "../event.ts";
import {type EventColumn, readColumn} from "./columns.ts";
import {type Message, placesOf, type Take} from "./path.ts";
import {type Row, unstorable, vehicleOf} from "./row.ts";
import {createSources} from "./source.ts";
import {momentOf, plainTime} from "./time.ts";
import {hemisphereOf} from "./unmatched.ts";
import {converter, numberOf} from "./value.ts";
import {zoneOf} from "./zone.ts";

type Reading = {row: Row; lost: FigureName[]} | {reason: string};
/** Reads one event: an object of the message's JSON, or a part of it. */
export interface EventReader {
  read(event: object, root: unknown, message: Message): Reading;
  /** How often something was looked for, by the name of what is read. */
  lookFor: Sources["lookFor"];
}
type Sources = ReturnType<typeof createSources>;

const NONE: FigureName[] = [];

/** Makes a mapping into functions, once; what it leaves out has its own name. */
export function compile(
  {vehicle: vehicleMapping = {}, time = {}, fields = []}: Dialect,
  columns: EventColumn[] = [],
): EventReader {
  const sources = createSources();
  const vehicleSource = sources.of(VEHICLE.name, vehicleMapping);
  const timeSource = sources.of(TIME.name, time);
  const {format = "Auto", zone} = time;
  const rule = {format, zone: zone === undefined ? undefined : zoneOf(zone)};
  const values: (number | null)[] = FIGURES.map(() => null);
  const figures = FIGURES.map((figure) => {
    const mapping: Partial<FieldMapping> = fields.find(({name}) => name === figure.name) ?? {};
    return {figure, mapping, read: figureOf(sources, figure, mapping)};
  });

  const further = columns.map((column) => ({column, read: columnOf(sources, column)}));

  /** The values of the columns; one that is none is left with what is in no column. */
  function furtherOf(event: object, root: unknown, message: Message): {values: unknown[]} | {reason: string} {
    const taken: unknown[] = [];
    for (const {column, read} of further) {
      const value = read(event, root, message) ?? null;
      const typed = value === null ? null : (readColumn(column, value, rule.zone) ?? null);
      if (typed !== null || value === null) sources.keep();
      if (typed === null && column.required)
        return {
          reason: `${column.name}: ${value === null ? placed(MISSING, column) : `is no ${column.type} within its bounds`}`,
        };
      taken.push(typed);
    }
    return {values: taken};
  }

  function read(event: object, root: unknown, message: Message): Reading {
    sources.begin();
    const vehicle = vehicleOf(vehicleSource(event, root, message));
    if ("reason" in vehicle) return {reason: `${VEHICLE.name}: ${placed(vehicle.reason, vehicleMapping)}`};
    sources.keep();
    const timeValue = timeSource(event, root, message);
    const plain = format === "Auto" ? plainTime(timeValue) : Number.NaN;
    const moment = Number.isNaN(plain) ? momentOf(timeValue, rule) : {ms: plain, finer: false};
    if ("reason" in moment) return {reason: `${TIME.name}: ${placed(moment.reason, time)}`};
    // The digits that the stores' time does not have stay beside it.
    if (!moment.finer) sources.keep();
    let lost = NONE;
    for (let at = 0; at < figures.length; at++) {
      const {figure, mapping, read} = figures[at]!;
      const {name, min, max, required} = figure;
      const value = read(event, root, message);
      if (typeof value === "number" && value >= min && value <= max) {
        values[at] = value;
        sources.keep();
      } else if (required && value !== null) return {reason: `${name}: ${placed(flawOf(value, figure), mapping)}`};
      else {
        values[at] = null;
        if (value === undefined || value === null) sources.keep();
        else lost = [...lost, name];
      }
    }
    const found = further.length > 0 ? furtherOf(event, root, message) : undefined;
    if (found && "reason" in found) return found;
    const rest = sources.rest(event);
    const problem = rest === undefined ? "" : unstorable(rest);
    if (problem) return {reason: `event: ${problem}`};
    const extra = rest === undefined ? null : JSON.stringify(rest);
    const row = rowOf(vehicle.id, moment.ms, values, extra);
    if (found) row.fields = found.values;
    return {row, lost};
  }

  return {read, lookFor: sources.lookFor};
}

type Figure = number | null;

/** A literal makes rows of one shape, several times as fast as names that are set one by one. Values in the order of FIGURES. */
function rowOf(vehicle_id: string, ms: number, values: (number | null)[], extra: string | null): Row {
  const [latitude, longitude, speed, temperature, humidity] = values as [Figure, Figure, Figure, Figure, Figure];
  return {vehicle_id, ts: new Date(ms), latitude, longitude, speed, temperature, humidity, extra};
}

/** A value as it came; null of a number that stands for none. */
function sourceOf(sources: Sources, name: string, {nulls, ...mapping}: ValueMapping): Take {
  const source = sources.of(name, mapping);
  if (nulls === undefined) return source;
  return (event, root, message) => {
    const value = source(event, root, message);
    return nulls.includes(numberOf(value) ?? Number.NaN) ? null : value;
  };
}

/** A number in the unit that is kept; what is no number as it came. */
function numberFrom(sources: Sources, name: string, {hemisphere, ...mapping}: ValueMapping): Take {
  const source = sourceOf(sources, name, mapping);
  const convert = converter(mapping);
  const side = hemisphere === undefined ? undefined : sideOf(sources, name, hemisphere);
  return (event, root, message) => {
    const value = source(event, root, message);
    if (value === undefined || value === null) return value;
    const number = convert(value);
    // What is no number is left as it came, for the reason to show.
    if (number === undefined) return value;
    return side?.(event, root, message) ? -Math.abs(number) : number;
  };
}

/** Whether the letter of the hemisphere makes a coordinate negative. */
function sideOf(sources: Sources, name: string, path: string): (...from: Parameters<Take>) => boolean {
  const {take} = placesOf(path)[0]!;
  const look = sources.lookFor(hemisphereOf(name));
  return (...from) => {
    const letter = take(...from);
    look.times++;
    if (letter !== undefined) look.found = true;
    return typeof letter === "string" && /^[SW]/i.test(letter);
  };
}

type ValueMapping = Omit<Partial<FieldMapping>, "name" | "unit"> & Parameters<typeof converter>[0];

function figureOf(sources: Sources, {name, unit: to}: (typeof FIGURES)[number], mapping: Partial<FieldMapping>): Take {
  const {unit, constant, default: fallback, ...given} = mapping;
  if (constant !== undefined) return sources.constant(constant);
  const read = numberFrom(sources, name, {...given, from: unit, to});
  return fallback === undefined ? read : (...from) => read(...from) ?? fallback;
}

function columnOf(sources: Sources, {name, type, unit, constant, default: fallback, ...given}: EventColumn): Take {
  if (constant !== undefined) return sources.constant(constant);
  const {path, from, scale, hemisphere} = given;
  // Without a conversion every digit is kept.
  const isConverted = (from ?? scale ?? hemisphere) !== undefined;
  const read = isConverted ? numberFrom(sources, name, {...given, to: unit}) : sourceOf(sources, name, given);
  // An export has each field under its own name and in its own unit, wherever and however it came.
  const own =
    path !== undefined && !path.split("|").some((one) => one.trim() === name) ? sources.of(name, {}) : undefined;
  const isWhole = isConverted && (type === "int" || type === "bigint");
  return (event, root, message) => {
    let value = read(event, root, message);
    if (isWhole && typeof value === "number") value = Math.round(value);
    if (value === undefined && own) value = own(event, root, message);
    return value ?? fallback ?? value;
  };
}

const SHOWN = 40;
export const MISSING = "is missing";
const LONGEST_PATH = 80;

/** Of what is missing also where it was looked for. */
function placed(reason: string, {path}: {path?: string | undefined}): string {
  if (reason !== MISSING || path === undefined) return reason;
  return `${reason} at ${path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH - 1)}…` : path}`;
}

function flawOf(value: unknown, {min, max}: {min: number; max: number}): string {
  if (value === undefined || value === null) return value === null ? "is null" : MISSING;
  if (typeof value === "number") return `${value} is not from ${min} to ${max}`;
  return `${JSON.stringify(value).slice(0, SHOWN)} is no number`;
}
