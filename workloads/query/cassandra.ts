import cassandra from "cassandra-driver";
import {cassandraClient} from "../lib/cassandra.ts";
import {text} from "../lib/environment.ts";
import type {Row} from "../telemetry.ts";
import type {Reader} from "./range.ts";

const DAY_MS = 86_400_000;
/** Parts of the token ring that an export goes through one by one. */
const PARTS = 256n;
const RING_START = -(2n ** 63n);
const boundary = (part: bigint) => cassandra.types.Long.fromString(String(RING_START + (2n ** 64n / PARTS) * part));

/** Cassandra by the CASSANDRA_* environment variables. */
export async function cassandraReader(): Promise<Reader> {
  const client = cassandraClient(
    text("CASSANDRA_USERNAME"),
    text("CASSANDRA_PASSWORD"),
    text("CASSANDRA_KEYSPACE", "telemetry"),
  );
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
    async *all({since, until, fromPart}) {
      const parts = Number(PARTS);
      for (let part = fromPart; part < parts; part++) {
        const last = part === parts - 1;
        const query = `SELECT * FROM telemetry WHERE token(vehicle_id, day) >= ? ${last ? "" : "AND token(vehicle_id, day) < ?"}`;
        const bounds = [boundary(BigInt(part)), ...(last ? [] : [boundary(BigInt(part + 1))])];
        for await (const row of stream(query, bounds)) if (row.ts >= since && row.ts < until) yield {part, parts, row};
        yield {part: part + 1, parts};
      }
    },
    close: () => client.shutdown(),
  };
}

const dayStart = (time: number) => Math.floor(time / DAY_MS) * DAY_MS;
