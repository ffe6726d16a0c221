import {isUtf8} from "node:buffer";
import {z} from "zod";

/** JavaScript reads 30 February as 2 March; to the second, a real time reads back as it was written. */
function isRealTime(text: string): boolean {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 19));
}

/** How far ahead of this machine's clock an event may be. */
const MAX_AHEAD_MS = 24 * 3_600_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const ID = /^[A-Za-z0-9._:-]{1,64}$/;

/**
 * One event of one vehicle, as it travels on Kafka (JSON, key = vehicle_id). Both stores keep milliseconds, so a finer
 * timestamp is refused: two events must never fall together.
 */
export const telemetryEvent = z.looseObject({
  vehicle_id: z.string().regex(ID, "1 to 64 of A-Z a-z 0-9 . _ : - are expected"),
  /** ISO 8601, UTC, at most milliseconds. */
  timestamp: z
    .string()
    .regex(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/,
      "an ISO 8601 time in UTC with at most milliseconds is expected",
    )
    .refine(isRealTime, "is no time that exists")
    .refine((text) => Date.parse(text) >= EARLIEST_MS, "is before the year 2000")
    .refine((text) => Date.parse(text) <= Date.now() + MAX_AHEAD_MS, "is more than 24 h ahead"),
  /** Degrees, WGS 84. */
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** km/h. */
  speed: z.number().min(0).max(500),
  /** °C, where the vehicle measures: outside, or in the hold of a refrigerated one. */
  temperature: z.number().min(-90).max(90),
  /** Relative, %. */
  humidity: z.number().min(0).max(100),
});

export type TelemetryEvent = z.output<typeof telemetryEvent>;

/** An event as the stores hold it. */
export interface Row {
  vehicle_id: string;
  ts: Date;
  latitude: number;
  longitude: number;
  speed: number;
  temperature: number;
  humidity: number;
  /** JSON text of the fields that the schema does not name. */
  extra: string | null;
}

/** A row with its JSON text as PostgreSQL reads it: the event's fields and, if there are others, `extra`. */
export interface ParsedRow extends Row {
  json: string;
}

export const MAX_EVENT_BYTES = 1_000_000;

/** The figures of an event with their bounds, as the schema gives them. */
const FIGURES = Object.entries(telemetryEvent.shape).flatMap(([field, schema]) =>
  schema instanceof z.ZodNumber ? [{field, min: schema.minValue!, max: schema.maxValue!}] : [],
);
const FIELDS = Object.keys(telemetryEvent.shape).length;

/** Reads one Kafka value: a row, or the reason why it is none. Never throws. */
export function parseEvent(value: Buffer | null): {row: ParsedRow} | {reason: string} {
  if (value === null) return {reason: "empty value"};
  if (value.length > MAX_EVENT_BYTES) return {reason: `${value.length} bytes, more than ${MAX_EVENT_BYTES}`};
  if (!isUtf8(value)) return {reason: "not UTF-8"};
  const text = value.toString("utf8");
  let event: any;
  try {
    event = JSON.parse(text);
  } catch {
    return {reason: "not JSON"};
  }
  return plainRow(event, text) ?? checkedRow(event);
}

/** The common case at a third of the schema's cost: the seven fields, all plainly right. Undefined = look closer. */
function plainRow(event: any, text: string): {row: ParsedRow} | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity} = event;
  if (typeof vehicle_id !== "string" || !ID.test(vehicle_id)) return undefined;
  for (const {field, min, max} of FIGURES) {
    const figure = event[field];
    if (typeof figure !== "number" || !(figure >= min && figure <= max)) return undefined;
  }
  // Exactly what Date prints is a real time.
  const ts = new Date(timestamp);
  const ms = ts.getTime();
  if (!(ms >= EARLIEST_MS && ms <= Date.now() + MAX_AHEAD_MS) || ts.toISOString() !== timestamp) return undefined;
  if (Object.keys(event).length !== FIELDS) return undefined;
  return {row: {vehicle_id, ts, latitude, longitude, speed, temperature, humidity, extra: null, json: text}};
}

function checkedRow(event: unknown): {row: ParsedRow} | {reason: string} {
  const parsed = telemetryEvent.safeParse(event);
  if (!parsed.success) {
    const {path, message} = parsed.error.issues[0]!;
    return {reason: `${path.join(".") || "event"}: ${message}`};
  }
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity, ...rest} = parsed.data;
  const known = {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity};
  const problem = unstorable(rest);
  if (problem) return {reason: `event: ${problem}`};
  const extra = Object.keys(rest).length === 0 ? null : JSON.stringify(rest);
  const json = JSON.stringify(extra === null ? known : {...known, extra: rest});
  return {row: {vehicle_id, ts: new Date(timestamp), latitude, longitude, speed, temperature, humidity, extra, json}};
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
