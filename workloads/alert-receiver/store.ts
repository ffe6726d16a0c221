import type pg from "pg";
import {openPool} from "../lib/postgres.ts";
import type {Alert} from "./alert.ts";
import type {Delivery} from "./targets.ts";

/** An alert or a message as the page shows it. */
export interface Shown {
  alerts: (Pick<Alert, "name" | "severity" | "status" | "summary"> & {starts_at: Date; ends_at: Date | null})[];
  deliveries: {target: string; created_at: Date; attempts: number; dead_at: Date | null; problem: string | null}[];
}

/** A message that has not arrived. */
export interface Undelivered extends Delivery {
  created: Date;
  attempts: number;
  /** When it was given up, if it was. */
  dead: Date | null;
  problem: string | null;
}

interface Head extends Delivery {
  attempts: number;
  created: Date;
  next: Date;
}

/** Alerts and the messages that are still to be sent, in TimescaleDB. Made by workloads/schema/migrations. */
export function openStore() {
  const pool = openPool(6, 10_000);

  /** What is new, with the messages that it asks for, in one transaction: nothing is acknowledged that is not kept. */
  async function take(
    alerts: Alert[],
    messagesOf: (fresh: Alert[]) => Delivery[],
    sent: ReadonlySet<string>,
  ): Promise<Alert[]> {
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      const fresh: Alert[] = [];
      for (const alert of alerts) if (await isNew(client, alert)) fresh.push(alert);
      for (const {id, target, message} of messagesOf(fresh)) {
        await client.query(
          `INSERT INTO alert_delivery (id, target, message, delivered_at)
           VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END) ON CONFLICT (id) DO NOTHING`,
          [id, target, message, sent.has(id)],
        );
      }
      await client.query("COMMIT");
      client.release();
      return fresh;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  }

  return {
    take,
    /** The oldest message to a target that has not arrived: the others wait, so that an end never comes before its begin. */
    async head(target: string): Promise<Head | undefined> {
      const {rows} = await pool.query(
        `SELECT id, target, message, attempts, created_at AS created, next_at AS next FROM alert_delivery
         WHERE target = $1 AND delivered_at IS NULL AND dead_at IS NULL ORDER BY created_at, id LIMIT 1`,
        [target],
      );
      return rows[0];
    },
    delivered: (id: string) =>
      pool.query("UPDATE alert_delivery SET delivered_at = now(), attempts = attempts + 1 WHERE id = $1", [id]),
    failed: (id: string, problem: string, waitMs: number) =>
      pool.query(
        `UPDATE alert_delivery SET attempts = attempts + 1, problem = $2,
         next_at = now() + make_interval(secs => $3) WHERE id = $1`,
        [id, problem, waitMs / 1_000],
      ),
    dead: (id: string, problem: string) =>
      pool.query("UPDATE alert_delivery SET attempts = attempts + 1, problem = $2, dead_at = now() WHERE id = $1", [
        id,
        problem,
      ]),
    /** Messages to targets that left the spec: they stay to be seen. */
    dropUnknown: (targets: string[]) =>
      pool.query(
        `UPDATE alert_delivery SET dead_at = now(), problem = 'the receiver left the spec'
         WHERE delivered_at IS NULL AND dead_at IS NULL AND NOT target = ANY($1)`,
        [targets],
      ),
    /** Messages that have not arrived, oldest first. */
    async undelivered(): Promise<Undelivered[]> {
      const {rows} = await pool.query(
        `SELECT id, target, message, created_at AS created, attempts, dead_at AS dead, problem FROM alert_delivery
         WHERE delivered_at IS NULL ORDER BY created_at, id`,
      );
      return rows;
    },
    /** Lets messages to these targets that were given up be sent again; returns how many those are. */
    async revive(targets: string[]): Promise<number> {
      const {rowCount} = await pool.query(
        `UPDATE alert_delivery SET dead_at = NULL, attempts = 0, next_at = now()
         WHERE delivered_at IS NULL AND dead_at IS NOT NULL AND target = ANY($1)`,
        [targets],
      );
      return rowCount ?? 0;
    },
    async waiting(): Promise<{count: number; oldestSeconds: number}> {
      const {rows} = await pool.query(
        `SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestSeconds"
         FROM alert_delivery WHERE delivered_at IS NULL AND dead_at IS NULL`,
      );
      return rows[0];
    },
    /** What is old and settled goes. */
    forget: async (days: number) => {
      await pool.query("DELETE FROM alert_delivery WHERE created_at < now() - make_interval(days => $1)", [days]);
      await pool.query("DELETE FROM alert WHERE last_heard < now() - make_interval(days => $1)", [days]);
    },
    async shown(): Promise<Shown> {
      const [alerts, deliveries] = await Promise.all([
        pool.query(
          `SELECT name, severity, status, summary, starts_at, ends_at FROM alert WHERE severity <> 'none'
           ORDER BY status = 'firing' DESC, starts_at DESC LIMIT 100`,
        ),
        pool.query(
          `SELECT target, created_at, attempts, dead_at, problem FROM alert_delivery WHERE delivered_at IS NULL
           ORDER BY created_at DESC LIMIT 100`,
        ),
      ]);
      return {alerts: alerts.rows, deliveries: deliveries.rows};
    },
    query: async (text: string, values: unknown[]) => (await pool.query(text, values)).rows,
    close: () => pool.end(),
  };
}

export type Store = ReturnType<typeof openStore>;

/** Keeps the alert; false if it was heard of in this state before, or its end was. */
async function isNew(client: pg.PoolClient, alert: Alert): Promise<boolean> {
  const {fingerprint, startsAt, endsAt, status, name, severity, summary, labels, annotations} = alert;
  const key = [fingerprint, startsAt];
  const {rows} = await client.query(
    "SELECT status FROM alert WHERE fingerprint = $1 AND starts_at = $2 FOR UPDATE",
    key,
  );
  const before: string | undefined = rows[0]?.status;
  if (before === status || before === "resolved") {
    await client.query("UPDATE alert SET last_heard = now() WHERE fingerprint = $1 AND starts_at = $2", key);
    return false;
  }
  const {rowCount} = await client.query(
    `INSERT INTO alert (fingerprint, starts_at, ends_at, status, name, severity, summary, labels, annotations)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (fingerprint, starts_at) DO UPDATE SET status = $4, ends_at = $3, summary = $7, last_heard = now()
     WHERE alert.status <> EXCLUDED.status`,
    [...key, endsAt ?? null, status, name, severity, summary, labels, annotations],
  );
  return rowCount === 1;
}
