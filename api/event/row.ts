import {byFigure, FIGURE_NAMES, type Readings, VEHICLE} from "../event.ts";
import {plainTime} from "./time.ts";

/** An event as the stores hold it. */
export interface Row extends Readings {
  vehicle_id: string;
  ts: Date;
  /** JSON text of what is in no column: further fields, readings that are none, a time finer than milliseconds. */
  extra: string | null;
  /** Of the columns of the spec's fields, in their order; null of what it lacks. Absent where there are none. */
  fields?: readonly unknown[];
  /** Bits of what is doubtful (quality.ts); absent or null where nothing is. No part of what was sent. */
  quality_flags?: number | null;
}

const ID = new RegExp(VEHICLE.pattern, "u");
/** What nearly all ids are. */
export const PLAIN_ID = /^[A-Za-z0-9._:-]{1,64}$/;
const FIELDS = FIGURE_NAMES.length + 2;
const {
  latitude: LATITUDE,
  longitude: LONGITUDE,
  speed: SPEED,
  temperature: TEMPERATURE,
  humidity: HUMIDITY,
} = byFigure(({min, max}) => ({min, max}));
const within = (figure: unknown, {min, max}: {min: number; max: number}) =>
  typeof figure === "number" && figure >= min && figure <= max;

/** The common case at a fraction of the cost: the fields of the list (api/event.ts), all plainly right. Undefined = look closer. */
export function plainRow(event: any): Row | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity} = event;
  if (typeof vehicle_id !== "string" || !PLAIN_ID.test(vehicle_id)) return undefined;
  if (!within(latitude, LATITUDE) || !within(longitude, LONGITUDE) || !within(speed, SPEED)) return undefined;
  if (!within(temperature, TEMPERATURE) || !within(humidity, HUMIDITY)) return undefined;
  const ms = plainTime(timestamp);
  if (Number.isNaN(ms) || Object.keys(event).length !== FIELDS) return undefined;
  return {vehicle_id, ts: new Date(ms), latitude, longitude, speed, temperature, humidity, extra: null};
}

/** A vehicle's id, be it written as a number; otherwise why it is none. */
export function vehicleOf(value: unknown): {id: string} | {reason: string} {
  if (value === undefined || value === null) return {reason: `is ${value === null ? "null" : "missing"}`};
  const id = Number.isSafeInteger(value) ? String(value) : typeof value === "string" ? value.trim() : "";
  if (ID.test(id)) return {id};
  return {
    reason: `1 to 64 letters, digits, . _ : / + # @ ( ) - and blanks between them are expected, not ${JSON.stringify(value).slice(0, SHOWN)}`,
  };
}

const SHOWN = 80;
const MAX_DEPTH = 32;

/** Why a store could not keep what is in no column; deeper nesting would exhaust stacks, ours first. */
export function unstorable(value: unknown, depth = 0): string {
  if (typeof value === "string") {
    if (value.includes("\0")) return "a NUL character, which PostgreSQL cannot store";
    return value.isWellFormed() ? "" : "half of a surrogate pair, which is no text";
  }
  if (typeof value !== "object" || value === null) return "";
  if (depth === MAX_DEPTH) return `nested deeper than ${MAX_DEPTH}`;
  for (const key of Object.keys(value)) {
    const problem = unstorable(key) || unstorable((value as Record<string, unknown>)[key], depth + 1);
    if (problem) return problem;
  }
  return "";
}
