import type pg from "pg";
import {inTransaction, pooled} from "../lib/postgres.ts";
import type {Prediction} from "./scorer.ts";

const COLUMNS = ["text", "timestamptz", "text", "integer", "float8", "float8", "text"];
const INSERT = `INSERT INTO prediction (vehicle_id, ts, model, version, horizon, score, label)
SELECT vehicle_id, ts, model, version, make_interval(secs => horizon), score, label
FROM unnest(${COLUMNS.map((type, at) => `$${at + 1}::${type}[]`)})
  AS said(vehicle_id, ts, model, version, horizon, score, label)
ON CONFLICT DO NOTHING`;
const ROWS = 4_000;

/** Writes all or none. A prediction that is there already stays as it was. */
export async function storePredictions(pool: pg.Pool, predictions: Prediction[]): Promise<void> {
  if (predictions.length === 0) return;
  await pooled(pool, async (client) => {
    // A statement is a transaction by itself: the few predictions of events that just came take one way to the database, and not three.
    if (predictions.length <= ROWS) return void (await insert(client, predictions));
    await inTransaction(client, async () => {
      for (let at = 0; at < predictions.length; at += ROWS) await insert(client, predictions.slice(at, at + ROWS));
    });
  });
}

const insert = (client: pg.PoolClient, some: Prediction[]) =>
  client.query(INSERT, [
    some.map(({vehicle}) => vehicle),
    some.map(({ms}) => new Date(ms)),
    some.map(({model}) => model),
    some.map(({version}) => version),
    some.map(({horizon}) => horizon),
    some.map(({score}) => score),
    some.map(({label}) => label),
  ]);
