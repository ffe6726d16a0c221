import cassandra from "cassandra-driver";
import {byMeasure, COLUMNS, MEASURE_NAMES} from "../../api/event.ts";
import {isPlace} from "../../api/geo.ts";
import {lastingClient} from "../lib/cassandra.ts";
import {AHEAD_MS, type Reading} from "./fleet.ts";
import {type Point, SEEN_WITHIN_MS, type Source} from "./source.ts";

const PARTITIONS = "SELECT DISTINCT vehicle_id, day FROM telemetry";
const NEWEST = `SELECT ${COLUMNS} FROM telemetry WHERE vehicle_id = ? AND day = ? LIMIT 1`;
const NEWEST_BY = `SELECT ${COLUMNS} FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts <= ? LIMIT 1`;
const DAY = `SELECT ${COLUMNS} FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts >= ? AND ts < ? ORDER BY ts ASC`;
const DAY_MS = 86_400_000;
/** The list of all partitions is read this often: Cassandra cannot ask for vehicles by time. */
const LIST_MS = 60_000;
const IN_FLIGHT = 64;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const localDate = (day: string) => cassandra.types.LocalDate.fromString(day);

/** The UTC days that a span touches. */
export const daysOf = (from: number, to: number): string[] =>
  Array.from({length: Math.max(0, Math.floor((to - 1) / DAY_MS) - Math.floor(from / DAY_MS) + 1)}, (_, at) =>
    dayOf(from + at * DAY_MS),
  );

/** Averages of consecutive rows over each step, with the last place of each. */
export function bucketed(stepMs: number) {
  const points: (Point & {count: number; leftOut: number})[] = [];
  return {
    add(reading: Reading) {
      const {ts, latitude, longitude} = reading;
      const ms = Math.floor(ts / stepMs) * stepMs;
      if (points.at(-1)?.ms !== ms) {
        const first = byMeasure(({name}) => reading[name]);
        points.push({ms, ...first, latitude: null, longitude: null, count: 0, leftOut: 0});
      }
      const last = points.at(-1)!;
      last.count++;
      for (const field of MEASURE_NAMES) last[field] += (reading[field] - last[field]) / last.count;
      if (isPlace({latitude, longitude})) Object.assign(last, {latitude, longitude});
      else last.leftOut++;
    },
    points: (): Point[] => points,
  };
}

const readingOf = (row: cassandra.types.Row): Reading => ({...(row as any), ts: row.get("ts").getTime()});

/** All rows, page by page; the driver's types do not say that its stream is a Readable. */
const rowsOf = (db: cassandra.Client, query: string, values: unknown[]) =>
  db.stream(query, values, {
    prepare: true,
    autoPage: true,
    fetchSize: 5_000,
  }) as unknown as AsyncIterable<cassandra.types.Row>;

/** Cassandra by the CASSANDRA_* environment variables, as a role that can only read. */
export function readCassandra(): Source {
  const lasting = lastingClient();
  let vehicles: string[] = [];
  /** Those that have rows of tomorrow, by a clock that is ahead or shortly before midnight. */
  let early = new Set<string>();
  let listed = 0;

  async function list(db: cassandra.Client) {
    const recent = new Set(daysOf(Date.now() - SEEN_WITHIN_MS, Date.now() + DAY_MS));
    const found = new Set<string>();
    const tomorrow = dayOf(Date.now() + DAY_MS);
    early = new Set();
    for await (const row of rowsOf(db, PARTITIONS, [])) {
      const [vehicle, day] = [row.get("vehicle_id"), row.get("day").toString()];
      if (recent.has(day)) found.add(vehicle);
      if (day === tomorrow) early.add(vehicle);
    }
    vehicles = [...found];
    listed = Date.now();
  }

  return {
    name: "cassandra",
    periodMs: 5_000,
    async latest() {
      const db = await lasting.get();
      if (Date.now() - listed > LIST_MS) await list(db);
      const readings: Reading[] = [];
      const limit = Date.now() + AHEAD_MS;
      const [tomorrow, today, before] = [1, 0, -1].map((days) => dayOf(Date.now() + days * DAY_MS)) as [
        string,
        string,
        string,
      ];
      let next = 0;
      const newest = async (query: string, vehicle: string, day: string, ...by: Date[]) => {
        const {rows} = await db.execute(query, [vehicle, localDate(day), ...by], {prepare: true});
        return rows[0] && readingOf(rows[0]);
      };
      const lane = async () => {
        while (next < vehicles.length) {
          const vehicle = vehicles[next++]!;
          for (const day of early.has(vehicle) ? [tomorrow, today, before] : [today, before]) {
            const reading = await newest(NEWEST, vehicle, day);
            if (!reading) continue;
            readings.push(reading);
            if (reading.ts <= limit) break;
            // By a clock that is ahead: behind it may be what a right one says.
            const right = await newest(NEWEST_BY, vehicle, day, new Date(limit));
            if (!right) continue;
            readings.push(right);
            break;
          }
        }
      };
      await Promise.all(Array.from({length: IN_FLIGHT}, lane));
      return readings;
    },
    async history({vehicle, from, to, stepMs}) {
      const db = await lasting.get();
      const buckets = bucketed(stepMs);
      for (const day of daysOf(from, to)) {
        const values = [vehicle, localDate(day), new Date(from), new Date(to)];
        for await (const row of rowsOf(db, DAY, values)) buckets.add(readingOf(row));
      }
      return buckets.points();
    },
  };
}
