import {eachVehicle} from "../../api/vehicles-sql.ts";
import type {Store} from "./store.ts";

/** Vehicles that were there in this time are seen; those that were there before are remembered. */
const WINDOW_SECONDS = 3_600;
/** Names that are exported, so that series do not grow with the fleet. */
const NAMED = 10;

/** The newest row of a vehicle, and for how long it has said nothing. */
export interface Reading {
  vehicle: string;
  age: number;
  /** By field; one that has no column yet is not there. */
  values: Record<string, number | null>;
}

/** A vehicle that has been silent for so long that its rows are not read any more. */
interface Remembered {
  vehicle: string;
  age: number;
}

/** The vehicles that count: neither retired by name nor silent for too long. */
interface Fleet {
  readings: Reading[];
  remembered: Remembered[];
}

/** By field: of the default format, or of the spec. */
type Ranges = Record<string, {min?: number; max?: number}>;

interface Looks {
  seen: number;
  silent: number;
  outOfRange: number;
  silentest: {vehicle: string; seconds: number}[];
  outside: {vehicle: string; field: string; value: number}[];
}

/** The time from which rows are read: an hour ago, or the last reading of a receiver that was away; at the first reading, the oldest that counts. */
const SINCE = `SELECT greatest(now() - make_interval(secs => $1),
  least(now() - make_interval(secs => ${WINDOW_SECONDS}), coalesce(max(heard_at), '-infinity'))) AS since FROM vehicle_heard`;

/**
 * The newest row of each vehicle, by one index probe. A row whose clock is ahead is read only of a
 * vehicle that has no other: it is heard when that row changes. What is heard is kept to the minute. The time is in the text, so that no chunk
 * before it is planned for.
 */
const latestSince = (since: Date, columns: string[]): string => `${eachVehicle(`ts > '${since.toISOString()}'`)},
latest AS MATERIALIZED (
  SELECT vehicle.id, row.*, kept.newest, kept.heard_at, kept.retired_at FROM vehicle CROSS JOIN LATERAL (
    (SELECT ts${selected(columns)} FROM telemetry
      WHERE vehicle_id = vehicle.id AND ts > '${since.toISOString()}' AND ts <= now() ORDER BY ts DESC LIMIT 1)
    UNION ALL
    (SELECT ts${selected(columns)} FROM telemetry
      WHERE vehicle_id = vehicle.id AND ts > now() ORDER BY ts DESC LIMIT 1)
    LIMIT 1) row LEFT JOIN vehicle_heard kept ON kept.vehicle_id = vehicle.id),
heard AS (
  SELECT *, CASE WHEN ts > now() AND ts = newest THEN heard_at ELSE least(ts, now()) END AS heard FROM latest),
keep AS (
  INSERT INTO vehicle_heard AS kept (vehicle_id, newest, heard_at) SELECT id, ts, heard FROM heard
  WHERE newest IS NULL OR newest <> ts AND heard > heard_at + interval '1 minute'
  ON CONFLICT (vehicle_id) DO UPDATE SET newest = excluded.newest, heard_at = excluded.heard_at)
SELECT id AS vehicle, extract(epoch FROM now() - heard)::float8 AS age, array[${columns.map((_, at) => `value_${at}`)}]::float8[] AS figures FROM heard
WHERE retired_at IS NULL OR heard > retired_at`;

/** By number: a field may have the name of any other column here. */
const selected = (columns: string[]) => columns.map((name, at) => `, "${name}" AS value_${at}`).join("");

/** A field that was just added has no column yet, and no value. */
const COLUMNS =
  "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'telemetry'::regclass AND NOT attisdropped AND attname = ANY($1)";

const REMEMBERED = `SELECT vehicle_id AS vehicle, extract(epoch FROM now() - heard_at)::float8 AS age FROM vehicle_heard
WHERE heard_at > now() - make_interval(secs => $1) AND heard_at <= $2 AND (retired_at IS NULL OR heard_at > retired_at)`;

/**
 * Whom rows tell of, and whom only memory does. Vehicles that have said nothing for `retiredSeconds` are of the past.
 *
 * @param fields whose values are wanted
 */
export async function readFleet(store: Store, retiredSeconds: number, fields: string[] = []): Promise<Fleet> {
  const [{since}] = await store.query(SINCE, [retiredSeconds]);
  const columns = (await store.query(COLUMNS, [fields])).map(({name}) => name);
  const rows = await store.query(latestSince(since, columns), []);
  const readings: Reading[] = rows.map(({vehicle, age, figures}) => ({
    vehicle,
    age,
    values: Object.fromEntries(columns.map((name, at) => [name, figures[at]])),
  }));
  const remembered: Remembered[] = await store.query(REMEMBERED, [retiredSeconds, since]);
  const seen = new Set(readings.map(({vehicle}) => vehicle));
  return {readings, remembered: remembered.filter(({vehicle}) => !seen.has(vehicle))};
}

/** A vehicle is of the past from now on, until it speaks; false if it was never heard. */
export async function retire(store: Store, vehicle: string): Promise<boolean> {
  const rows = await store.query(
    "UPDATE vehicle_heard SET retired_at = now() WHERE vehicle_id = $1 RETURNING vehicle_id",
    [vehicle],
  );
  return rows.length > 0;
}

/** Vehicles of the past are forgotten: the memory does not grow with every name that was ever sent. */
export const forgetRetired = (store: Store, retiredSeconds: number) =>
  store.query("DELETE FROM vehicle_heard WHERE heard_at < now() - make_interval(secs => $1)", [retiredSeconds]);

/** Silent vehicles, longest first. */
export const silentOf = ({readings, remembered}: Fleet, silentSeconds: number): Remembered[] =>
  [...readings, ...remembered].filter(({age}) => age > silentSeconds).sort((a, b) => b.age - a.age);

/** Silent vehicles, and those whose newest values are outside their ranges. Pure. */
export function judge(fleet: Fleet, silentSeconds: number, ranges: Ranges): Looks {
  const readings = fleet.readings.filter(({age}) => age <= WINDOW_SECONDS);
  const silent = silentOf(fleet, silentSeconds);
  const outside = readings.flatMap((reading) =>
    Object.entries(ranges).flatMap(([field, range]) => {
      const value = reading.values[field];
      // What a vehicle does not say is in no range, and outside of none.
      return typeof value === "number" && isOutside(value, range) ? [{vehicle: reading.vehicle, field, value}] : [];
    }),
  );
  const vehicles = [...new Set(outside.map(({vehicle}) => vehicle))];
  const named = new Set(vehicles.slice(0, NAMED));
  return {
    seen: readings.length,
    silent: silent.length,
    outOfRange: vehicles.length,
    silentest: silent.slice(0, NAMED).map(({vehicle, age}) => ({vehicle, seconds: age})),
    outside: outside.filter(({vehicle}) => named.has(vehicle)),
  };
}

const isOutside = (value: number, range: Ranges[string]): boolean =>
  value < (range.min ?? Number.NEGATIVE_INFINITY) || value > (range.max ?? Number.POSITIVE_INFINITY);
