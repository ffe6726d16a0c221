import pg from "pg";
import {chunksOf} from "../../lib/chunks.ts";
import {cursorRows, openSnapshot} from "../../lib/postgres.ts";
import type {Cell} from "../source.ts";
import {DAY_MS, type There} from "./days.ts";

/** Vehicles whose rows of before a moment (ms since 1970) are left out. */
type LeftOut = {vehicle: string; until: number}[];

/** One day of the predictions in TimescaleDB, as it is at one moment. */
export interface Day {
  vehicles(): Promise<string[]>;
  there(leftOut: LeftOut): Promise<There>;
  /** Values of the columns that the lake has, in their order; by time. */
  rows(leftOut: LeftOut): AsyncIterable<Cell[]>;
}

/** That it was TimescaleDB that did not answer, or refused. */
export class DatabaseTrouble extends Error {
  override name = "DatabaseTrouble";
}

function told(error: Error & {code?: string}): never {
  throw new DatabaseTrouble(`predictions cannot be read from TimescaleDB: ${error.message || error.code}`, {
    cause: error,
  });
}

/** Reads a day by libpq's PG* variables. The bounds of the day are in each statement, so that no other chunk is locked. */
export const readDay = <T>(day: number, read: (day: Day) => Promise<T>): Promise<T> =>
  inSnapshot((client) => {
    const ofDay = `ts >= ${at(day * DAY_MS)} AND ts < ${at((day + 1) * DAY_MS)}`;
    const query = async (sql: string) => (await client.query(sql).catch(told)).rows;
    return read({
      vehicles: async () =>
        (await query(`SELECT DISTINCT vehicle_id FROM prediction WHERE ${ofDay}`)).map((row) => row.vehicle_id),
      async there(leftOut) {
        const kept = isKept(leftOut);
        const [row] = await query(
          `SELECT count(*)::float8 AS "all", count(*) FILTER (WHERE ${kept})::float8 AS rows,
             coalesce(bit_xor(hash_record_extended(prediction, 0)) FILTER (WHERE ${kept}), 0)::text AS hash
           FROM prediction WHERE ${ofDay}`,
        );
        return row;
      },
      async *rows(leftOut) {
        try {
          yield* cursorRows<Cell[]>(
            client,
            `SELECT vehicle_id, (extract(epoch FROM ts) * 1000000)::float8, model, version,
               extract(epoch FROM horizon)::float8, score, label, actual
             FROM prediction WHERE ${ofDay} AND ${isKept(leftOut)} ORDER BY ts`,
            [],
            "array",
          );
        } catch (error) {
          told(error as Error);
        }
      },
    });
  });

const at = (ms: number): string => `TIMESTAMPTZ '${new Date(ms).toISOString()}'`;

const isKept = (leftOut: LeftOut): string =>
  [
    "true",
    ...leftOut.map(({vehicle, until}) => `NOT (vehicle_id = ${pg.escapeLiteral(vehicle)} AND ts < ${at(until)})`),
  ].join(" AND ");

/** The days, since 1970, of which there may be predictions. */
export const daysThere = (): Promise<number[]> =>
  inSnapshot(async (client) => {
    const days = new Set<number>();
    for (const {start, end} of await chunksOf(client, "prediction").catch(told))
      for (let day = Math.floor(start.getTime() / DAY_MS); day * DAY_MS < end.getTime(); day++) days.add(day);
    return [...days].sort((a, b) => a - b);
  });

async function inSnapshot<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openSnapshot().catch(told);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
