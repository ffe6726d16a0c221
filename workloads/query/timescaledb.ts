import pg from "pg";
import {postgres} from "../lib/postgres.ts";
import type {Row} from "../telemetry.ts";
import type {Reader} from "./range.ts";

const COLUMNS = "vehicle_id, ts, latitude, longitude, speed, temperature, humidity, extra::text AS extra";
const FETCH = 5_000;

/** TimescaleDB by libpq's PG* environment variables, read only. */
export async function timescaledbReader(): Promise<Reader> {
  const client = new pg.Client(postgres());
  await client.connect();
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");

  async function* rows(query: string, params: readonly unknown[]): AsyncIterable<Row> {
    await client.query(`DECLARE rows CURSOR FOR ${query}`, [...params]);
    for (;;) {
      const {rows: fetched} = await client.query(`FETCH ${FETCH} FROM rows`);
      yield* fetched as Row[];
      if (fetched.length < FETCH) break;
    }
    await client.query("CLOSE rows");
  }

  return {
    query({since, until, vehicle, limit}) {
      const where = "ts >= $1 AND ts < $2 AND ($3::text IS NULL OR vehicle_id = $3)";
      const params = [since, until, vehicle ?? null, limit];
      return rows(`SELECT ${COLUMNS} FROM telemetry WHERE ${where} ORDER BY ts DESC, vehicle_id LIMIT $4`, params);
    },
    // Chunk by chunk, oldest first: what one part holds, a restart need not read again.
    async *all({since, until, fromPart}) {
      const {rows: chunks} = await client.query(
        "SELECT range_start, range_end FROM timescaledb_information.chunks WHERE hypertable_name = 'telemetry' ORDER BY range_start",
      );
      for (let part = fromPart; part < chunks.length; part++) {
        const {range_start, range_end} = chunks[part];
        const span = [new Date(Math.max(range_start, +since)), new Date(Math.min(range_end, +until))] as const;
        if (span[0] < span[1])
          for await (const row of rows(`SELECT ${COLUMNS} FROM telemetry WHERE ts >= $1 AND ts < $2`, span))
            yield {part, parts: chunks.length, row};
        yield {part: part + 1, parts: chunks.length};
      }
    },
    close: () => client.end(),
  };
}
