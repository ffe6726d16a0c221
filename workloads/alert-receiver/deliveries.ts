import type pg from "pg";
import type {Delivery} from "./targets.ts";

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

/** The messages to targets, as the table keeps them until they have arrived. */
export const deliveriesIn = (pool: pg.Pool) => ({
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
});
