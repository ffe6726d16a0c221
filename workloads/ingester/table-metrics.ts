import {Gauge} from "prom-client";
import type {TableFigures} from "../lake/figures.ts";

const gauge = (name: string, help: string) => new Gauge({name, help, labelNames: ["store"]});

const gauges = {
  files: gauge("telemetry_lake_files", "Data files of the newest snapshot of the lake's events."),
  rows: gauge("telemetry_lake_rows", "Rows of the newest snapshot of the lake's events."),
  bytes: gauge("telemetry_lake_bytes", "Bytes of the data files of the lake's events when maintenance last ran."),
  snapshots: gauge("telemetry_lake_snapshots", "Snapshots that the lake's table of events has."),
  committed: gauge(
    "telemetry_lake_committed_timestamp_seconds",
    "Time of the commit that readers of the lake's events see, in seconds since 1970.",
  ),
  maintained: gauge(
    "telemetry_lake_maintained_timestamp_seconds",
    "Time at which maintenance of the lake's events last ran, in seconds since 1970.",
  ),
  compacted: gauge(
    "telemetry_lake_compacted_timestamp_seconds",
    "Time at which maintenance last merged files of the lake's events, in seconds since 1970.",
  ),
} satisfies Record<keyof TableFigures, Gauge<"store">>;

/** Sets the gauges; what is unknown gives no sample. */
export function reportTable(store: string, figures: TableFigures | undefined): void {
  for (const [name, one] of Object.entries(gauges)) {
    const value = figures?.[name as keyof TableFigures];
    one.reset();
    if (value !== undefined) one.set({store}, typeof value === "string" ? Date.parse(value) / 1_000 : value);
  }
}
