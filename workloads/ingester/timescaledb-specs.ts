import type pg from "pg";
import {hashOf, MOST_SPECS} from "../lib/event-specs.ts";
import type {Specs} from "./store.ts";

const NOTE = `INSERT INTO event_spec (hash, spec, used_at) VALUES ($1, $2, now())
ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at`;
const LIST = "SELECT spec FROM event_spec ORDER BY used_at DESC LIMIT $1";

export const timescaledbSpecs = (pool: pg.Pool): Specs => ({
  note: async (spec) => void (await pool.query(NOTE, [hashOf(spec), spec])),
  list: async () => (await pool.query(LIST, [MOST_SPECS])).rows.map(({spec}) => spec),
});
