import {type Case, own} from "../series.ts";

const POD = ',store="lake",pod="a"';
const figure = (name: string, values: string) => own(`telemetry_lake_${name}`, POD, values);
const lag = (values: string) => own("telemetry_ingester_lag_events", POD, values);
const errors = (reason: string, values: string) =>
  own("telemetry_ingester_store_errors_total", `${POD},reason="${reason}"`, values);

/** Alerts on the lake's tables. */
export const lakeCases: Record<string, Case> = {
  // The last commit was in minute 2, and from minute 10 on nobody knows.
  LakeNotCommitting: {
    at: 20,
    fires: [figure("committed_timestamp_seconds", "0 60 120x8 _x10"), lag("500x20")],
    // A fleet at rest has nothing to commit.
    quiet: [figure("committed_timestamp_seconds", "0 60 120x18"), lag("500x3 0x12 30x5")],
  },
  LakeUnreachable: {at: 12, fires: [errors("unreachable", "0x5 1+2x7")], quiet: [errors("unreachable", "3x12")]},
  LakeWritesRefused: {at: 12, fires: [errors("schema", "0x5 1+2x7")], quiet: [errors("schema", "3x12")]},
  // The last run was in minute 17.
  LakeMaintenanceLate: {
    at: 240,
    every: "10m",
    fires: [figure("files", "30x240"), figure("maintained_timestamp_seconds", "_x17 1020x223")],
    quiet: [figure("files", "30x240"), figure("maintained_timestamp_seconds", "_x17 1020x60 4620x60 8220x60 11820x43")],
  },
  // A commit each half minute; each hour all become one, or they do not.
  LakeSmallFilesGrow: {
    at: 600,
    every: "10m",
    fires: [figure("files", "1+2x600")],
    quiet: [figure("files", `${"1+2x58 1 ".repeat(10)}1`)],
  },
};
