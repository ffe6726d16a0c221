import {readFileSync} from "node:fs";
import type {ClientConfig} from "pg";

/** Bounds and TLS of every connection of ours; the rest is by libpq's PG* variables, which pg reads itself but for the CA. */
export function postgres(): ClientConfig {
  const ca = process.env.PGSSLROOTCERT;
  return {connectionTimeoutMillis: 5_000, ...(ca ? {ssl: {ca: readFileSync(ca, "utf8")}} : {})};
}
