import type pg from "pg";
import {inTransaction, openPool, pooled} from "../lib/postgres.ts";
import type {Alert} from "./alert.ts";
import {deliveriesIn} from "./deliveries.ts";
import type {Delivery} from "./targets.ts";

/** An alert or a message as the page shows it. */
export interface Shown {
  alerts: (Pick<Alert, "name" | "severity" | "status" | "summary"> & {starts_at: Date; ends_at: Date | null})[];
  deliveries: {target: string; created_at: Date; attempts: number; dead_at: Date | null; problem: string | null}[];
}

/** Alerts and the messages that are still to be sent, in TimescaleDB. Made by workloads/schema/migrations. */
export function openStore() {
  const pool = openPool(6, 10_000);

  return {
    take: (alerts: Alert[], messagesOf: (fresh: Alert[]) => Delivery[], sent: ReadonlySet<string>) =>
      take(pool, alerts, messagesOf, sent),
    ...deliveriesIn(pool),
    /** Removes old and settled entries. */
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

/** Keeps new alerts with their messages, in one transaction: nothing is acknowledged that is not kept. */
function take(
  pool: pg.Pool,
  alerts: Alert[],
  messagesOf: (fresh: Alert[]) => Delivery[],
  sent: ReadonlySet<string>,
): Promise<Alert[]> {
  return pooled(pool, (client) =>
    inTransaction(client, async () => {
      const fresh: Alert[] = [];
      for (const alert of alerts) if (await isNew(client, alert)) fresh.push(alert);
      for (const {id, target, message} of messagesOf(await describe(client, fresh))) {
        await client.query(
          `INSERT INTO alert_delivery (id, target, message, delivered_at)
           VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END) ON CONFLICT (id) DO NOTHING`,
          [id, target, message, sent.has(id)],
        );
      }
      return fresh;
    }),
  );
}

const KNOWN = "SELECT vehicle_id, plate, group_name FROM vehicle_current WHERE vehicle_id = ANY($1)";

/** Alerts about a vehicle say by which plate and group people know it, where master data has them. Without an answer they go out all the same. */
async function describe(client: pg.PoolClient, alerts: Alert[]): Promise<Alert[]> {
  const vehicles = alerts.flatMap(({labels}) => labels.vehicle_id ?? []);
  if (vehicles.length === 0) return alerts;
  await client.query("SAVEPOINT describe");
  try {
    const {rows} = await client.query(KNOWN, [vehicles]);
    const known = new Map(
      rows.map(({vehicle_id, plate, group_name}) => [vehicle_id, [plate, group_name].filter(Boolean).join(", ")]),
    );
    return alerts.map((alert) => {
      const vehicle = known.get(alert.labels.vehicle_id);
      return vehicle ? {...alert, annotations: {...alert.annotations, vehicle}} : alert;
    });
  } catch {
    await client.query("ROLLBACK TO SAVEPOINT describe");
    return alerts;
  }
}

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
