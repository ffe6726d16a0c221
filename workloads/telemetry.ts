import {z} from "zod";

/** How far ahead of this machine's clock an event may be. */
const MAX_AHEAD_MS = 24 * 3_600_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/**
 * One event of one vehicle, as it travels on Kafka (JSON, key = vehicle_id). Both stores keep milliseconds, so a finer
 * timestamp is refused: two events must never fall together.
 */
export const telemetryEvent = z.looseObject({
  vehicle_id: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ : - are expected"),
  /** ISO 8601, UTC, at most milliseconds. */
  timestamp: z
    .string()
    .regex(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/,
      "an ISO 8601 time in UTC with at most milliseconds is expected",
    )
    .refine((text) => Date.parse(text) >= EARLIEST_MS, "is no time after the year 2000")
    .refine((text) => Date.parse(text) <= Date.now() + MAX_AHEAD_MS, "is more than 24 h ahead"),
  /** Degrees, WGS 84. */
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** km/h. */
  speed: z.number().min(0).max(500),
  /** °C, outside the vehicle. */
  temperature: z.number().min(-90).max(90),
  /** Relative, %. */
  humidity: z.number().min(0).max(100),
});

export type TelemetryEvent = z.output<typeof telemetryEvent>;

/** An event as the stores hold it; `extra` is the JSON text of the fields that the schema does not name. */
export interface Row {
  vehicle_id: string;
  ts: Date;
  latitude: number;
  longitude: number;
  speed: number;
  temperature: number;
  humidity: number;
  extra: string | null;
}

export const MAX_EVENT_BYTES = 1_000_000;

/** Reads one Kafka value: a row, or the reason why it is none. Never throws. */
export function parseEvent(value: Buffer | null): {row: Row} | {reason: string} {
  if (value === null) return {reason: "empty value"};
  if (value.length > MAX_EVENT_BYTES) return {reason: `${value.length} bytes, more than ${MAX_EVENT_BYTES}`};
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", {fatal: true}).decode(value));
  } catch (error) {
    return {reason: error instanceof SyntaxError ? "not JSON" : "not UTF-8"};
  }
  const parsed = telemetryEvent.safeParse(json);
  if (!parsed.success) {
    const {path, message} = parsed.error.issues[0]!;
    return {reason: `${path.join(".") || "event"}: ${message}`};
  }
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity, ...rest} = parsed.data;
  const extra = Object.keys(rest).length === 0 ? null : JSON.stringify(rest);
  if (extra?.includes("\\u0000")) return {reason: "event: a NUL character, which PostgreSQL cannot store"};
  return {row: {vehicle_id, ts: new Date(timestamp), latitude, longitude, speed, temperature, humidity, extra}};
}

/** The UTC day of a row, `YYYY-MM-DD`: part of Cassandra's partition key. */
export const dayOf = (row: Row): string => row.ts.toISOString().slice(0, 10);
