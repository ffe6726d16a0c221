import {randomUUID} from "node:crypto";
import {Readable} from "node:stream";
import {pipeline} from "node:stream/promises";
import type pg from "pg";
import type {Handler} from "../lib/http.ts";
import {cursorParts, openSnapshot} from "../lib/postgres.ts";
import {type Contents, count, DAY_MS, type Days, daysOf} from "./prediction-days.ts";

/** Predictions as TimescaleDB has them, by libpq's PG* variables, and to Druid as it asks for a day of them. */

/** Work on one state of the database; a role that only reads may have a limit for a statement, which a large day passes. */
async function onSnapshot<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openSnapshot();
  try {
    await client.query("SET LOCAL statement_timeout = 0");
    return await work(client);
  } finally {
    await client.end();
  }
}

const GROUPS = `
SELECT (extract(epoch FROM time_bucket('1 day', ts)) * 1000)::float8 AS day, model, version, label, actual,
  count(*)::float8 AS rows, sum(score) AS score
FROM prediction WHERE ts >= $1 GROUP BY 1, 2, 3, 4, 5`;

/** What TimescaleDB has since a moment, ms. */
export async function databaseDays(since: number): Promise<Days> {
  try {
    return await onSnapshot(async (client) => daysOf((await client.query(GROUPS, [new Date(since)])).rows));
  } catch (error) {
    throw new Error(`TimescaleDB does not say what it has: ${(error as Error).message}`);
  }
}

const ROWS = `
SELECT floor(extract(epoch FROM ts) * 1000)::float8 AS ts, vehicle_id, model, version,
  extract(epoch FROM horizon)::float8 AS horizon, score, label, actual
FROM prediction WHERE ts >= $1 AND ts < $2`;

/** Some lines of JSON at a time. */
async function* linesOf(client: pg.Client, day: number, contents: Contents): AsyncIterable<string> {
  for await (const rows of cursorParts<any>(client, ROWS, [new Date(day), new Date(day + DAY_MS)])) {
    for (const row of rows) count(contents, row, {rows: 1, score: row.score});
    if (rows.length > 0) yield `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
  }
}

/** A day that Druid is asked to take in. */
export interface Offer {
  /** Whoever knows it gets the rows, until the offer is closed. */
  path: string;
  /** What was read to the end last, if anything was. */
  sent?: Contents;
  /** Why it was not. */
  problem?: string;
  /** ms since the epoch: when rows were read last. */
  readAt?: number;
}

/** Offers days to Druid, by HTTP under `/predictions/`. */
export function rowServer() {
  const offers = new Map<string, Offer & {day: number}>();

  const handler: Handler = async ({url, headers, method}, response) => {
    const offer = offers.get(url ?? "");
    // What is left after a connection broke would be read at another moment: so the whole alone can be asked for, which Druid does by a range as well.
    if (!offer || method !== "GET" || (headers.range && headers.range !== "bytes=0-")) {
      response.writeHead(offer ? 409 : 404).end("there is no such day to read\n");
      return;
    }
    try {
      await onSnapshot(async (client) => {
        const contents: Contents = new Map();
        response.setHeader("content-type", "application/x-ndjson");
        // An error breaks the answer off, by which Druid knows that it is not whole.
        await pipeline(Readable.from(watched(linesOf(client, offer.day, contents), offer)), response);
        offer.sent = contents;
      });
    } catch (error) {
      response.destroy();
      // Of an end of Druid's own its task says why.
      const {code, message} = error as NodeJS.ErrnoException;
      if (code !== "ERR_STREAM_PREMATURE_CLOSE") offer.problem = `TimescaleDB did not give all of its rows: ${message}`;
    }
  };

  return {
    handler,
    offer(day: number): Offer {
      const path = `/predictions/${randomUUID()}`;
      const offer = {path, day};
      offers.set(path, offer);
      return offer;
    },
    close: ({path}: Offer) => void offers.delete(path),
  };
}
export type RowServer = ReturnType<typeof rowServer>;

async function* watched<T>(parts: AsyncIterable<T>, offer: Offer): AsyncIterable<T> {
  for await (const part of parts) {
    offer.readAt = Date.now();
    yield part;
  }
}
