import {isUtf8} from "node:buffer";
import {z} from "zod";
import {byFigure, type Figures, MAX_EVENT_BYTES, TIME, VEHICLE} from "../api/event.ts";
import {parseExact} from "../api/exact-json.ts";
import {likelyCause, shapeCause} from "./likely.ts";

/** JavaScript reads 30 February as 2 March; to the second, a real time reads back as it was written. */
function isRealTime(text: string): boolean {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 19));
}

/** How far ahead of this machine's clock an event may be. */
export const MAX_AHEAD_MS = TIME.aheadHours * 3_600_000;
/** Why an event of the future is none yet: the only reason that passes by itself. */
export const AHEAD = `is more than ${TIME.aheadHours} h ahead`;
const EARLIEST_MS = Date.parse(TIME.earliest);
const ID = new RegExp(VEHICLE.pattern);

const telemetryEvent = z.looseObject({
  vehicle_id: z.string().regex(ID, "1 to 64 of A-Z a-z 0-9 . _ : - are expected"),
  timestamp: z
    .string()
    .regex(new RegExp(TIME.pattern), "an ISO 8601 time in UTC with at most milliseconds is expected")
    .refine(isRealTime, "is no time that exists")
    .refine((text) => Date.parse(text) >= EARLIEST_MS, "is before the year 2000")
    .refine((text) => Date.parse(text) <= Date.now() + MAX_AHEAD_MS, AHEAD),
  ...byFigure(({min, max}) => z.number().min(min).max(max)),
});

/** An event as the stores hold it. */
export interface Row extends Figures {
  vehicle_id: string;
  ts: Date;
  /** JSON text of the fields that the schema does not name. */
  extra: string | null;
}

const FIELDS = Object.keys(telemetryEvent.shape).length;
const {
  latitude: LATITUDE,
  longitude: LONGITUDE,
  speed: SPEED,
  temperature: TEMPERATURE,
  humidity: HUMIDITY,
} = byFigure(({min, max}) => ({min, max}));
const within = (figure: unknown, {min, max}: {min: number; max: number}) =>
  typeof figure === "number" && figure >= min && figure <= max;

/** Reads one Kafka value: a row, or the reason why it is none. Never throws. */
export function parseEvent(value: Buffer | null): {row: Row} | {reason: string} {
  if (value === null) return {reason: "empty value"};
  if (value.length > MAX_EVENT_BYTES) return {reason: `${value.length} bytes, more than ${MAX_EVENT_BYTES}`};
  if (!isUtf8(value)) return {reason: likelyCause(value)};
  const text = value.toString("utf8");
  let event: any;
  try {
    event = JSON.parse(text);
  } catch {
    return {reason: likelyCause(value)};
  }
  return plainRow(event) ?? checkedRow(event, text);
}

/** The common case at a fraction of the schema's cost: the fields of the list (api/event.ts), all plainly right. Undefined: the schema decides. */
function plainRow(event: any): {row: Row} | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity} = event;
  if (typeof vehicle_id !== "string" || !ID.test(vehicle_id)) return undefined;
  if (!within(latitude, LATITUDE) || !within(longitude, LONGITUDE) || !within(speed, SPEED)) return undefined;
  if (!within(temperature, TEMPERATURE) || !within(humidity, HUMIDITY)) return undefined;
  const ms = plainTime(timestamp);
  if (!(ms >= EARLIEST_MS && ms <= Date.now() + MAX_AHEAD_MS)) return undefined;
  if (Object.keys(event).length !== FIELDS) return undefined;
  return {row: {vehicle_id, ts: new Date(ms), latitude, longitude, speed, temperature, humidity, extra: null}};
}

/** The day of the last event, which most often is that of the next. */
let lastDay = {text: "", ms: Number.NaN};

/** ms since the epoch of a real time written exactly as Date prints it; NaN for anything else. */
function plainTime(text: unknown): number {
  if (typeof text !== "string" || text.length !== 24) return Number.NaN;
  if (!text.startsWith(lastDay.text) || lastDay.text === "") {
    const day = text.slice(0, 10);
    const ms = Date.parse(`${day}T00:00:00.000Z`);
    // 30 February is read as 2 March.
    if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day) return Number.NaN;
    lastDay = {text: day, ms};
  }
  const separators = text[10] === "T" && text[13] === ":" && text[16] === ":" && text[19] === "." && text[23] === "Z";
  const [hours, minutes, seconds] = [digits(text, 11), digits(text, 14), digits(text, 17)];
  const thousandths = digits(text, 20) * 10 + digit(text, 22);
  if (!separators || !(hours < 24 && minutes < 60 && seconds < 60 && thousandths < 1_000)) return Number.NaN;
  return lastDay.ms + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + thousandths;
}

const digits = (text: string, at: number) => digit(text, at) * 10 + digit(text, at + 1);

function digit(text: string, at: number): number {
  const code = text.charCodeAt(at) - 48;
  return code >= 0 && code <= 9 ? code : Number.NaN;
}

function checkedRow(event: any, text: string): {row: Row} | {reason: string} {
  const parsed = telemetryEvent.safeParse(event);
  if (!parsed.success) {
    const cause = shapeCause(event);
    if (cause) return {reason: `event: ${cause}`};
    const {path, message} = parsed.error.issues[0]!;
    return {reason: `${path.join(".") || "event"}: ${message}`};
  }
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity} = parsed.data;
  const problem = unstorable(othersOf(event));
  if (problem) return {reason: `event: ${problem}`};
  const extra = Object.keys(event).length === FIELDS ? null : JSON.stringify(othersOf(parseExact(text)));
  return {row: {vehicle_id, ts: new Date(timestamp), latitude, longitude, speed, temperature, humidity, extra}};
}

/** The fields that the schema does not name. */
function othersOf(event: Record<string, unknown>) {
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity, ...others} = event;
  return others;
}

const MAX_DEPTH = 32;

/** Why a store could not keep a field that the schema does not name; deeper nesting would exhaust stacks, ours first. */
function unstorable(value: unknown, depth = 0): string {
  if (typeof value === "string") {
    if (value.includes("\0")) return "a NUL character, which PostgreSQL cannot store";
    return value.isWellFormed() ? "" : "half of a surrogate pair, which is no text";
  }
  if (typeof value !== "object" || value === null) return "";
  if (depth === MAX_DEPTH) return `nested deeper than ${MAX_DEPTH}`;
  for (const [key, child] of Object.entries(value)) {
    const problem = unstorable(key) || unstorable(child, depth + 1);
    if (problem) return problem;
  }
  return "";
}

/** The UTC day of a row, `YYYY-MM-DD`: part of Cassandra's partition key. */
export const dayOf = (row: Row): string => row.ts.toISOString().slice(0, 10);

/** A row as the text of its event: what the simulator sends, and what an audit makes of a store's row to compare. */
export const eventText = (row: Omit<Row, "extra">): string =>
  `{"vehicle_id":"${row.vehicle_id}","timestamp":"${row.ts.toISOString()}","latitude":${row.latitude},"longitude":${row.longitude},"speed":${row.speed},"temperature":${row.temperature},"humidity":${row.humidity}}`;
