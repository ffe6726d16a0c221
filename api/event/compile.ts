import type {EventMapping, FieldMapping} from "../components/event.ts";
import {FIGURES, type FigureName, TIME, VEHICLE} from "../event.ts";
import {type EventColumn, readColumn} from "./columns.ts";
import {type Message, placesOf, type Take} from "./path.ts";
import {type Row, unstorable, vehicleOf} from "./row.ts";
import {createSources} from "./source.ts";
import {minutesOf, momentOf, plainTime} from "./time.ts";
import {converter, numberOf} from "./value.ts";

type Reading = {row: Row; lost: FigureName[]} | {reason: string};
/** Reads one event: an object of the message's JSON, or a part of it. */
type EventReader = (event: object, root: unknown, message: Message) => Reading;
type Sources = ReturnType<typeof createSources>;

const NONE: FigureName[] = [];

/** Makes a mapping into functions, once; what it leaves out has its own name. */
export function compile(
  {vehicle: vehicleMapping = {}, time = {}, fields = []}: EventMapping,
  columns: EventColumn[] = [],
): EventReader {
  const sources = createSources();
  const vehicleSource = sources.of(VEHICLE.name, vehicleMapping);
  const timeSource = sources.of(TIME.name, time);
  const {format = "Auto", zone} = time;
  const rule = {format, zoneMinutes: zone === undefined ? undefined : minutesOf(zone)};
  const values: (number | null)[] = FIGURES.map(() => null);
  const figures = FIGURES.map((figure) => ({
    figure,
    read: figureOf(
      sources,
      figure.name,
      fields.find(({name}) => name === figure.name),
    ),
  }));

  const further = columns.map((column) => ({column, read: sources.of(column.name, {path: placeOf(column)})}));

  /** The values of the columns; one that is none is left with what is in no column. */
  function furtherOf(event: object, root: unknown, message: Message): {values: unknown[]} | {reason: string} {
    const taken: unknown[] = [];
    for (const {column, read} of further) {
      const value = read(event, root, message) ?? null;
      const typed = value === null ? null : (readColumn(column, value) ?? null);
      if (typed !== null || value === null) sources.keep();
      if (typed === null && column.required)
        return {reason: `${column.name}: ${value === null ? "is missing" : `is no ${column.type} within its bounds`}`};
      taken.push(typed);
    }
    return {values: taken};
  }

  return (event, root, message) => {
    sources.begin();
    const vehicle = vehicleOf(vehicleSource(event, root, message));
    if ("reason" in vehicle) return {reason: `${VEHICLE.name}: ${vehicle.reason}`};
    sources.keep();
    const timeValue = timeSource(event, root, message);
    const plain = format === "Auto" ? plainTime(timeValue) : Number.NaN;
    const moment = Number.isNaN(plain) ? momentOf(timeValue, rule) : {ms: plain, finer: false};
    if ("reason" in moment) return {reason: `${TIME.name}: ${moment.reason}`};
    // The digits that the stores' time does not have stay beside it.
    if (!moment.finer) sources.keep();
    let lost = NONE;
    for (let at = 0; at < figures.length; at++) {
      const {figure, read} = figures[at]!;
      const {name, min, max, required} = figure;
      const value = read(event, root, message);
      if (typeof value === "number" && value >= min && value <= max) {
        values[at] = value;
        sources.keep();
      } else if (required && value !== null) return {reason: `${name}: ${flawOf(value, figure)}`};
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
  };
}

type Figure = number | null;

/** A literal makes rows of one shape, several times as fast as names that are set one by one. Values in the order of FIGURES. */
function rowOf(vehicle_id: string, ms: number, values: (number | null)[], extra: string | null): Row {
  const [latitude, longitude, speed, temperature, humidity] = values as [Figure, Figure, Figure, Figure, Figure];
  return {vehicle_id, ts: new Date(ms), latitude, longitude, speed, temperature, humidity, extra};
}

/** An export has each field under its own name, wherever it was. */
const placeOf = ({name, path}: EventColumn) => (path === undefined ? name : `${path}|${name}`);

function figureOf(sources: Sources, name: FigureName, mapping: Partial<FieldMapping> = {}): Take {
  const {unit, scale, nulls, constant, default: fallback, hemisphere} = mapping;
  if (constant !== undefined) return sources.constant(constant);
  const source = sources.of(name, mapping);
  const convert = converter(unit, scale);
  const side = hemisphere === undefined ? undefined : placesOf(hemisphere)[0]!.take;
  return (event, root, message) => {
    const value = source(event, root, message);
    if (value === undefined || value === null) return fallback ?? value;
    if (nulls?.includes(numberOf(value) ?? Number.NaN)) return fallback ?? null;
    const number = convert(value);
    // What is no number is left as it came, for the reason to show.
    if (number === undefined) return value;
    return side && /^[SW]/i.test(String(side(event, root, message))) ? -Math.abs(number) : number;
  };
}

const SHOWN = 40;

function flawOf(value: unknown, {min, max}: {min: number; max: number}): string {
  if (value === undefined || value === null) return `is ${value === null ? "null" : "missing"}`;
  if (typeof value === "number") return `${value} is not from ${min} to ${max}`;
  return `${JSON.stringify(value).slice(0, SHOWN)} is no number`;
}
