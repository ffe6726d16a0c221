import cassandra from "cassandra-driver";
import {type EventColumn, restOf} from "../../api/event/columns.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {COLUMNS, FIGURE_NAMES} from "../../api/event.ts";
import {cassandraClient, ownRole} from "../lib/cassandra.ts";
import type {Row} from "../telemetry.ts";
import {madeColumns} from "./cassandra-columns.ts";
import type {Reader} from "./range.ts";

const DAY_MS = 86_400_000;
/** Parts of the token ring that an export goes through one by one. */
const PARTS = 256n;
const RING_START = -(2n ** 63n);
const boundary = (part: bigint) => cassandra.types.Long.fromString(String(RING_START + (2n ** 64n / PARTS) * part));

/** Cassandra by the CASSANDRA_* environment variables. */
export async function cassandraReader(): Promise<Reader> {
  const client = cassandraClient(...ownRole());
  await client.connect();
  const columns = await madeColumns(client);
  const stream = (query: string, params: unknown[]) => rowsOf(client, query, params);

  return {
    async *query({since, until, vehicle, limit}) {
      if (!vehicle)
        throw new Error("Cassandra is read by vehicle: name one with --vehicle, or ask --store timescaledb");
      let left = limit;
      for (let day = dayStart(until.getTime() - 1); day >= dayStart(since.getTime()) && left > 0; day -= DAY_MS) {
        const local = cassandra.types.LocalDate.fromDate(new Date(day));
        const query = "SELECT * FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts >= ? AND ts < ? LIMIT ?";
        for await (const row of stream(query, [vehicle, local, since, until, left])) {
          yield row;
          left--;
        }
      }
    },
    async *all({since, until, resume = "0"}) {
      const parts = Number(PARTS);
      if (!(Number(resume) <= parts)) throw new Error(`--resume: "${resume}" is no part; an export names them`);
      for (let part = Number(resume); part < parts; part++) {
        const last = part === parts - 1;
        const query = `SELECT * FROM telemetry WHERE token(vehicle_id, day) >= ? ${last ? "" : "AND token(vehicle_id, day) < ?"}`;
        const bounds = [boundary(BigInt(part)), ...(last ? [] : [boundary(BigInt(part + 1))])];
        for await (const row of stream(query, bounds)) if (row.ts >= since && row.ts < until) yield {row};
        yield {ended: {part: part + 1, parts, resume: String(part + 1)}};
      }
    },
    async find({vehicle, time}) {
      // A row may lack any of them.
      const names = [...COLUMNS, "extra", FLAG_COLUMN, ...columns.map(({name}) => `"${name}"`)];
      const query = `SELECT ${names}, ${FIGURE_NAMES.map((name) => `WRITETIME(${name}) AS at_${name}`)}
        FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts = ?`;
      const {rows} = await client.execute(query, [
        vehicle,
        cassandra.types.LocalDate.fromString(time.toISOString().slice(0, 10)),
        time,
      ]);
      const [row] = rows as unknown as (Row & Record<string, cassandra.types.Long | null>)[];
      const written = row && FIGURE_NAMES.map((name) => row[`at_${name}`]).find((time) => time);
      // Microseconds, by the clock of the ingester that wrote.
      return row && {row: whole(columns, row), written: written ? new Date(written.toNumber() / 1_000) : null};
    },
    close: () => client.shutdown(),
  };
}

/** Rows of a query that has all columns, with those of the spec's fields among what is in none. */
export async function* rowsOf(client: cassandra.Client, query: string, params: unknown[]): AsyncIterable<Row> {
  const columns = await madeColumns(client);
  // The driver's types leave out that this is a readable stream.
  const rows = client.stream(query, params, {prepare: true, autoPage: true}) as unknown as AsyncIterable<Row>;
  if (columns.length === 0) yield* rows;
  else for await (const row of rows) yield whole(columns, row);
}

/** With columns of fields among what is in none. */
export const whole = (columns: EventColumn[], row: Row): Row => ({
  ...row,
  extra: restOf(
    columns,
    columns.map(({name}) => (row as unknown as Record<string, unknown>)[name]),
    row.extra,
  ),
});

const dayStart = (time: number) => Math.floor(time / DAY_MS) * DAY_MS;
