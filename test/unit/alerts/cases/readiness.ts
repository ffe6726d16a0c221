import {type Case, componentReady, own, pipelineReady} from "../series.ts";

const turns = (component: string, at = 20) => ({
  at,
  fires: [componentReady(component, "Ready", "1x2 stale"), componentReady(component, "NotThere", "_ _ 0x30")],
  // What it waits for has its own alert, and what is ready again is not said to be away.
  quiet: [componentReady(component, "WaitingForDependency", "0x30"), componentReady(component, "Ready", "1x30")],
});
const target = (component: string) => own("up", `,component="${component}",pod="a"`, "0x30");

const SCRAPED = ["ingester-lake", "ingester-canonical", "timescaledb", "simulator", "console", "alert-receiver"];

/** Alerts on what the operator says of a pipeline and its components. */
export const readinessCases: Record<string, Case> = {
  TelemetryComponentNotReady: turns("ingester-cassandra", 9),
  TelemetryCompanionNotReady: turns("console", 9),
  KafkaNotReady: turns("kafka"),
  CassandraNotReady: turns("cassandra"),
  FlinkNotReady: turns("flink"),
  TelemetryComponentAbsent: {
    at: 20,
    fires: ["ingester-timescaledb", ...SCRAPED].map(target),
    quiet: ["ingester-timescaledb", "ingester-cassandra", ...SCRAPED].map(target),
  },
  TelemetryPipelineNotReady: {
    at: 20,
    fires: [pipelineReady("0x30"), componentReady("kafka", "Ready", "1x30")],
    quiet: [pipelineReady("0x30"), componentReady("kafka", "NotThere", "0x30")],
  },
  TelemetryReadinessUnknown: {at: 20, fires: [], quiet: [pipelineReady("0x30")]},
};
