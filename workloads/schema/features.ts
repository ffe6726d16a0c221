import type pg from "pg";
import {SchemaProblem} from "./migrations.ts";

/** timescale: the community licence, with all features; apache: neither compression nor continuous aggregates. */
export type License = "timescale" | "apache";

export async function licenseOf(client: pg.Client): Promise<License> {
  const {rows} = await client.query("SELECT current_setting('timescaledb.license', true) AS license");
  return rows[0].license === "timescale" ? "timescale" : "apache";
}

/**
 * The statements that have the server compress chunks of this age, or no further ones. By the names that every version 2 of TimescaleDB knows.
 *
 * @throws SchemaProblem if it cannot
 */
export function compressionStatements(license: License, after: number | undefined, enabled: boolean): string[] {
  if (license === "apache" && after !== undefined)
    throw new SchemaProblem(
      "spec.timescaledb.compressAfter: this server's TimescaleDB has the Apache licence (timescaledb.license), which cannot compress; leave the field out or use a server with the community licence",
    );
  const stop = "SELECT remove_compression_policy('telemetry', if_exists => true)";
  if (after === undefined) return enabled ? [stop] : [];
  const enable =
    "ALTER TABLE telemetry SET (timescaledb.compress, timescaledb.compress_segmentby = 'vehicle_id', timescaledb.compress_orderby = 'ts DESC')";
  return [enabled ? stop : enable, `SELECT add_compression_policy('telemetry', interval '${after} seconds')`];
}
