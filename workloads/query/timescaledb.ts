import {StringDecoder} from "node:string_decoder";
import pg from "pg";
import {to} from "pg-copy-streams";
import {postgres} from "../lib/postgres.ts";
import type {Row} from "../telemetry.ts";
import type {Progress, Reader, Wanted} from "./range.ts";

const COLUMNS = "vehicle_id, ts, latitude, longitude, speed, temperature, humidity, extra::text AS extra";
const FETCH = 5_000;

const CHUNKS =
  "SELECT range_start, range_end FROM timescaledb_information.chunks WHERE hypertable_name = 'telemetry' ORDER BY range_start";
/** In the order of an export's columns (operator/cli/events.ts). */
const CSV = `vehicle_id, to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), latitude, longitude, speed, temperature, humidity, extra`;
const copyOf = (since: Date, until: Date) =>
  `COPY (SELECT ${CSV} FROM telemetry WHERE ts >= '${since.toISOString()}' AND ts < '${until.toISOString()}') TO STDOUT (FORMAT csv)`;

/** TimescaleDB by libpq's PG* environment variables, read only. */
export async function timescaledbReader(): Promise<Reader> {
  const client = new pg.Client(postgres());
  await client.connect();
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  // The view of the chunks is taken for so dear that PostgreSQL compiles what reads it, for seconds.
  await client.query("SET LOCAL jit = off");

  async function* rows(query: string, params: readonly unknown[]): AsyncIterable<Row> {
    await client.query(`DECLARE rows CURSOR FOR ${query}`, [...params]);
    for (;;) {
      const {rows: fetched} = await client.query(`FETCH ${FETCH} FROM rows`);
      yield* fetched as Row[];
      if (fetched.length < FETCH) break;
    }
    await client.query("CLOSE rows");
  }

  /** Chunk by chunk, oldest first: where one ends, an export goes on by time, whatever chunks are made or dropped meanwhile. */
  async function* copied({since, until, resume}: Wanted): AsyncIterable<{lines: string} | {ended: Progress}> {
    // JavaScript takes a bare number for a year.
    const from = resume === undefined ? since : new Date(resume.includes("T") ? resume : Number.NaN);
    if (Number.isNaN(from.getTime())) throw new Error(`--resume: "${resume}" is no time; an export names them`);
    const {rows} = await client.query<{range_start: Date; range_end: Date}>(CHUNKS);
    const chunks = rows.filter(({range_start, range_end}) => range_end > from && range_start < until);
    for (const [part, {range_start, range_end}] of chunks.entries()) {
      const span = [new Date(Math.max(+range_start, +from)), new Date(Math.min(+range_end, +until))] as const;
      for await (const lines of wholeLines(client.query(to(copyOf(...span))))) yield {lines};
      yield {ended: {part: part + 1, parts: chunks.length, resume: range_end.toISOString()}};
    }
  }

  return {
    query({since, until, vehicle, limit}) {
      const where = "ts >= $1 AND ts < $2 AND ($3::text IS NULL OR vehicle_id = $3)";
      const params = [since, until, vehicle ?? null, limit];
      return rows(`SELECT ${COLUMNS} FROM telemetry WHERE ${where} ORDER BY ts DESC, vehicle_id LIMIT $4`, params);
    },
    async *all(wanted) {
      for await (const each of copied(wanted)) {
        if ("ended" in each) yield each;
        else for (const line of each.lines.trimEnd().split("\n")) yield {row: rowOf(line)};
      }
    },
    csv: copied,
    async find({vehicle, time}) {
      const {rows: settings} = await client.query("SELECT current_setting('track_commit_timestamp') AS tracked");
      const written = settings[0].tracked === "on" ? "pg_xact_commit_timestamp(xmin)" : "NULL::timestamptz";
      const query = `SELECT ${COLUMNS}, ${written} AS written FROM telemetry WHERE vehicle_id = $1 AND ts = $2`;
      const {rows: found} = await client.query(query, [vehicle, time]);
      return found[0] && {row: found[0], written: found[0].written};
    },
    close: () => client.end(),
  };
}

/** A stream of text, cut behind its lines; a line of ours holds no other line break. */
async function* wholeLines(stream: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const bytes of stream) {
    const text = rest + decoder.write(bytes);
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    if (end > 0) yield text.slice(0, end);
  }
}

/** Only the last column, JSON, is ever quoted. */
function rowOf(line: string): Row {
  const [vehicle_id = "", ts = "", latitude, longitude, speed, temperature, humidity, ...extra] = line.split(",");
  const json = extra.join(",");
  return {
    vehicle_id,
    ts: new Date(ts),
    latitude: Number(latitude),
    longitude: Number(longitude),
    speed: Number(speed),
    temperature: Number(temperature),
    humidity: Number(humidity),
    extra: json === "" ? null : json.startsWith('"') ? json.slice(1, -1).replaceAll('""', '"') : json,
  };
}
