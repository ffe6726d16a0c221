import {readsCanonical} from "./components/flink.ts";
import type {ResolvedSpec} from "./pipeline.ts";

/** Whether the events as the ingesters read them are written to a topic of their own, in the default format: for who reads no other, or takes every event to be as the spec has it. */
export const writesCanonical = (spec: Pick<ResolvedSpec, "flink" | "timescaledb" | "event" | "warehouse">): boolean =>
  readsCanonical(spec) || spec.warehouse.enabled;
