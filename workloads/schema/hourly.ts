import type pg from "pg";
import {MEASURE_NAMES, MEASURES, TIME} from "../../api/event.ts";
import {type Chunk, chunksOf} from "../lib/chunks.ts";
import {number} from "../lib/environment.ts";
import type {License} from "./features.ts";
import {locked} from "./postgres.ts";

/** How many rows of an hour have a reading: its average counts for so many. */
const COUNTS = Object.fromEntries(MEASURE_NAMES.map((name) => [`count_${name}`, `count(${name})`]));
/** The columns of an hour of one vehicle, each with its expression over the rows; null of a sensor that said nothing. */
const COLUMNS: Record<string, string> = {
  count: "count(*)",
  ...Object.fromEntries(MEASURES.flatMap(({name, hourly}) => hourly.map((by) => [`${by}_${name}`, `${by}(${name})`]))),
  ...COUNTS,
};
const NAMES = Object.keys(COLUMNS);
const EXPRESSIONS = Object.entries(COLUMNS).map(([name, expression]) => `${expression} AS ${name}`);
const HOURS = `SELECT vehicle_id, time_bucket('1 hour', ts) AS hour, ${EXPRESSIONS.join(", ")} FROM telemetry`;

/** The statements for `telemetry_hourly`: kept by the server itself where its licence allows, otherwise a table that `rollUp` fills. */
export function hourlyStatements(license: License): string[] {
  if (license === "timescale")
    return [
      // Without a start the server refreshes each hour that received rows, whatever its age.
      `CREATE MATERIALIZED VIEW telemetry_hourly WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS ${HOURS} GROUP BY 1, 2 WITH NO DATA`,
      "SELECT add_continuous_aggregate_policy('telemetry_hourly', start_offset => NULL, end_offset => interval '1 hour', schedule_interval => interval '15 minutes')",
    ];
  return [
    `CREATE TABLE telemetry_hourly (vehicle_id text NOT NULL, hour timestamptz NOT NULL, ${NAMES.map(columnOf).join(", ")}, PRIMARY KEY (vehicle_id, hour))`,
    "SELECT create_hypertable('telemetry_hourly', by_range('hour', interval '7 days'))",
  ];
}

const columnOf = (name: string) => (name.startsWith("count") ? `${name} bigint` : `${name} float8`);

/** Hours that are counted again each time. */
const AGAIN = "2 hours";

/** Hours that received rows late. */
export const LATE_TABLE = "CREATE TABLE IF NOT EXISTS telemetry_hour_late (hour timestamptz NOT NULL)";

const ALL_HOURS = `INSERT INTO telemetry_hour_late SELECT generate_series(date_trunc('hour', range_start, 'UTC'), range_end, interval '1 hour')
  FROM timescaledb_information.chunks WHERE hypertable_schema = current_schema() AND hypertable_name = 'telemetry'`;

/**
 * Notes the hours that receive rows so late that they are not counted again by themselves, each with the rows, in one transaction. An hour less
 * than AGAIN: a transaction may last. Statements that many writers run beside one another only add, so that none waits for another. Hours of
 * before are noted once.
 */
export const NOTING = [
  `CREATE FUNCTION note_late_hours() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$ BEGIN
    INSERT INTO telemetry_hour_late SELECT DISTINCT date_trunc('hour', ts, 'UTC') FROM written
      WHERE ts < date_trunc('hour', now(), 'UTC') - interval '1 hour';
    RETURN NULL; END $$`,
  "CREATE TRIGGER note_late_hours AFTER INSERT ON telemetry REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_late_hours()",
  ALL_HOURS,
];

/** What makes a table of before readings could be missing one that `rollUp` writes. */
export const COUNTING = [
  `ALTER TABLE telemetry_hourly ${[
    ...NAMES.filter((name) => !(name in COUNTS)).map((name) => `ALTER COLUMN ${name} DROP NOT NULL`),
    ...Object.keys(COUNTS).map((name) => `ADD COLUMN IF NOT EXISTS ${columnOf(name)}`),
  ].join(", ")}`,
  ALL_HOURS,
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far ahead an event may be, and an hour. */
const AHEAD_MS = (TIME.aheadHours + 1) * HOUR_MS;
/** Chunks that one statement may touch: each takes a few locks. */
const CHUNKS_AT_ONCE = 100;

/** From one whole hour, including it, to another, not including it; ms since the epoch. */
export type Span = [from: number, until: number];

/** The newest hour is looked for where the table is recent: one of many years has many chunks. */
const COUNTED = `SELECT (SELECT max(hour) FROM telemetry_hourly WHERE hour > now() - interval '60 days' AND hour <= now()) - interval '${AGAIN}' AS since
FROM pg_class WHERE oid = to_regclass('telemetry_hourly') AND relkind = 'r'`;
const NOTED = "SELECT DISTINCT hour FROM telemetry_hour_late WHERE hour >= $1 ORDER BY hour";
/** One statement, one snapshot: a note that it sees and deletes is of rows that it sees. */
const ROLL = `WITH noted AS (DELETE FROM telemetry_hour_late WHERE hour >= $1 AND hour < $2)
INSERT INTO telemetry_hourly (vehicle_id, hour, ${NAMES.join(", ")})
${HOURS} WHERE ts >= $1 AND ts < $2 GROUP BY 1, 2
ON CONFLICT (vehicle_id, hour) DO UPDATE SET ${NAMES.map((name) => `${name} = EXCLUDED.${name}`).join(", ")}`;

/** Brings the hourly table up to date, some hours in a transaction; nothing where the server does so itself. */
export async function rollUp(now = Date.now()): Promise<void> {
  // Of an hour that is partly past the retention some rows are gone.
  const oldest = Math.ceil((now - number("RETENTION_SECONDS") * 1_000) / HOUR_MS) * HOUR_MS;
  const spans = await locked((client) => dueSpans(client, oldest, now));
  for (const [from, until] of spans) await locked((client) => client.query(ROLL, [new Date(from), new Date(until)]));
}

/** The hours that were counted last and those since, and the older ones that received rows. */
async function dueSpans(client: pg.Client, oldest: number, now: number): Promise<Span[]> {
  const {rows: tables} = await client.query(
    "SELECT to_regclass('telemetry_hourly') IS NOT NULL AND to_regclass('telemetry_hour_late') IS NOT NULL AS there",
  );
  const [counted] = tables[0].there ? (await client.query(COUNTED)).rows : [];
  if (!counted) return [];
  await client.query("DELETE FROM telemetry_hour_late WHERE hour < $1", [new Date(oldest)]);
  const {rows: noted} = await client.query<{hour: Date}>(NOTED, [new Date(oldest)]);
  const chunks = await chunksOf(client, "telemetry");
  const since = Math.max(oldest, counted.since?.getTime() ?? oldest);
  const late = runsOf(noted.map(({hour}) => hour.getTime()).filter((hour) => hour < since));
  return [...late, [since, now + AHEAD_MS] satisfies Span].flatMap((span) => spansOf(chunks, span));
}

/** Consecutive hours together. */
export function runsOf(hours: number[]): Span[] {
  const runs: Span[] = [];
  for (const hour of hours) {
    const last = runs.at(-1);
    if (last?.[1] === hour) last[1] += HOUR_MS;
    else runs.push([hour, hour + HOUR_MS]);
  }
  return runs;
}

/** A span cut into parts of a day at most and, where an hour allows it, of few chunks; without the time that no chunk holds. */
export function spansOf(chunks: Chunk[], [from, until]: Span): Span[] {
  const parts: Span[] = [];
  let [at, first] = [from, 0];
  for (;;) {
    while (first < chunks.length && chunks[first]!.end.getTime() <= at) first++;
    if (first === chunks.length) return parts;
    at = Math.max(at, hourOf(chunks[first]!.start));
    if (at >= until) return parts;
    const beyond = chunks[first + CHUNKS_AT_ONCE];
    const few = beyond ? Math.max(at + HOUR_MS, hourOf(beyond.start)) : until;
    const end = Math.min(at + DAY_MS, few, until);
    parts.push([at, end]);
    at = end;
  }
}

const hourOf = (time: Date) => Math.floor(time.getTime() / HOUR_MS) * HOUR_MS;
