import cassandra from "cassandra-driver";
import {COLUMNS} from "../../api/event.ts";
import {cassandraClient, ownRole} from "../lib/cassandra.ts";
import type {Row} from "../telemetry.ts";
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
  // The driver's types leave out that this is a readable stream.
  const stream = (query: string, params: unknown[]) =>
    client.stream(query, params, {prepare: true, autoPage: true}) as unknown as AsyncIterable<Row>;

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
      // Every row has a place.
      const query = `SELECT ${COLUMNS}, extra, WRITETIME(latitude) AS written
        FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts = ?`;
      const {rows} = await client.execute(query, [
        vehicle,
        cassandra.types.LocalDate.fromString(time.toISOString().slice(0, 10)),
        time,
      ]);
      const [row] = rows as unknown as (Row & {written: cassandra.types.Long | null})[];
      // Microseconds, by the clock of the ingester that wrote.
      return row && {row, written: row.written && new Date(row.written.toNumber() / 1_000)};
    },
    close: () => client.shutdown(),
  };
}

const dayStart = (time: number) => Math.floor(time / DAY_MS) * DAY_MS;
