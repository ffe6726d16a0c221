import {to} from "pg-copy-streams";
import {csvText} from "../../api/csv.ts";
import type {EventColumn} from "../../api/event/columns.ts";
import {restSql} from "../../api/event/columns-sql.ts";
import {bitsOf, FLAG_COLUMN, type FlagName} from "../../api/event/quality.ts";
import {COLUMNS, FIGURE_NAMES, type Readings} from "../../api/event.ts";
import {chunksOf} from "../lib/chunks.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {cursorRows, openSnapshot} from "../lib/postgres.ts";
import type {Row} from "../telemetry.ts";
import {csvSelection, recordsOf, settled} from "./csv.ts";
import type {Progress, Reader, Wanted} from "./range.ts";
import {madeColumns} from "./timescaledb-columns.ts";

const selected = (columns: EventColumn[]) => `${COLUMNS}, ${FLAG_COLUMN}, (${restSql(columns)})::text AS extra`;
/** Chunks that one query may touch: each takes a few locks. */
const CHUNKS_AT_ONCE = 50;

const copyOf = (selection: string, since: Date, until: Date) =>
  `COPY (SELECT ${selection} FROM telemetry WHERE ts >= '${since.toISOString()}' AND ts < '${until.toISOString()}') TO STDOUT (FORMAT csv)`;

/** TimescaleDB by libpq's PG* environment variables, read only. */
export async function timescaledbReader(): Promise<Reader> {
  const client = await openSnapshot();
  const columns = await madeColumns(client);
  const fields = eventColumns();

  /** Gives the locks of the chunks back when their rows are read, and keeps the snapshot. */
  async function* apart<T>(read: AsyncIterable<T>): AsyncIterable<T> {
    await client.query("SAVEPOINT part");
    yield* read;
    await client.query("ROLLBACK TO SAVEPOINT part");
  }

  /** Begins with the first that is read. */
  async function* copying(copy: string): AsyncIterable<Buffer> {
    yield* client.query(to(copy));
  }

  const chunksWithin = async (since: Date, until: Date) =>
    (await chunksOf(client, "telemetry")).filter(({start, end}) => end > since && start < until);

  /** Chunk by chunk, oldest first: where one ends, an export goes on by time, whatever chunks are made or dropped meanwhile. */
  async function* copied(
    wanted: EventColumn[],
    {since, until, resume}: Wanted,
  ): AsyncIterable<{records: string[]} | {ended: Progress}> {
    const selection = csvSelection(wanted, columns);
    // JavaScript takes a bare number for a year.
    const from = resume === undefined ? since : new Date(resume.includes("T") ? resume : Number.NaN);
    if (Number.isNaN(from.getTime())) throw new Error(`--resume: "${resume}" is no time; an export names them`);
    const chunks = await chunksWithin(from, until);
    for (const [part, {start, end}] of chunks.entries()) {
      const copy = copyOf(selection, later(start, from), earlier(end, until));
      for await (const records of apart(recordsOf(copying(copy)))) yield {records};
      yield {ended: {part: part + 1, parts: chunks.length, resume: end.toISOString()}};
    }
  }

  return {
    async *query({since, until, vehicle, limit}) {
      const where = "ts >= $1 AND ts < $2 AND ($3::text IS NULL OR vehicle_id = $3)";
      const newest = `SELECT ${selected(columns)} FROM telemetry WHERE ${where} ORDER BY ts DESC, vehicle_id LIMIT $4`;
      const chunks = await chunksWithin(since, until);
      let left = limit;
      for (let at = chunks.length; at > 0 && left > 0; at -= CHUNKS_AT_ONCE) {
        const [from, to] = [chunks[Math.max(0, at - CHUNKS_AT_ONCE)]!.start, chunks[at - 1]!.end];
        const params = [later(from, since), earlier(to, until), vehicle ?? null, left];
        for await (const row of apart(cursorRows<Row>(client, newest, params))) {
          yield row;
          left--;
        }
      }
    },
    async *all(wanted) {
      for await (const each of copied([], wanted)) {
        if ("ended" in each) yield each;
        else for (const record of each.records) yield {row: rowOf(record)};
      }
    },
    async *csv(wanted) {
      const settle = settled(fields);
      for await (const each of copied(fields, wanted))
        yield "ended" in each ? each : {records: fields.length > 0 ? each.records.map(settle) : each.records};
    },
    async find({vehicle, time}) {
      const {rows: settings} = await client.query("SELECT current_setting('track_commit_timestamp') AS tracked");
      const written = settings[0].tracked === "on" ? "pg_xact_commit_timestamp(xmin)" : "NULL::timestamptz";
      const query = `SELECT ${selected(columns)}, ${written} AS written FROM telemetry WHERE vehicle_id = $1 AND ts = $2`;
      const {rows: found} = await client.query(query, [vehicle, time]);
      return found[0] && {row: found[0], written: found[0].written};
    },
    close: () => client.end(),
  };
}

const later = (a: Date, b: Date) => (a > b ? a : b);
const earlier = (a: Date, b: Date) => (a < b ? a : b);

/** COPY writes a missing reading as nothing. */
const numberOf = (cell: string): number | null => (cell === "" ? null : Number(cell));

/** Only the last column, JSON, is ever quoted. */
function rowOf(line: string): Row {
  const [vehicle_id = "", ts = "", ...cells] = line.split(",");
  const [flags = "", ...further] = cells.slice(FIGURE_NAMES.length);
  return {
    vehicle_id,
    ts: new Date(ts),
    ...(Object.fromEntries(FIGURE_NAMES.map((name, at) => [name, numberOf(cells[at]!)])) as unknown as Readings),
    quality_flags: flags === "" ? null : bitsOf(flags.split(" ") as FlagName[]),
    extra: csvText(further.join()),
  };
}
