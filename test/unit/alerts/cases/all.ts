import {alerts, type Case} from "../series.ts";
import {biCases} from "./bi.ts";
import {lakeCases} from "./lake.ts";
import {pipelineCases} from "./pipeline.ts";
import {predictionCases} from "./predictions.ts";
import {readinessCases} from "./readiness.ts";
import {serverCases} from "./servers.ts";
import {warehouseCases} from "./warehouse.ts";
import {workflowsCases} from "./workflows.ts";

export const cases: Record<string, Case> = {
  ...pipelineCases,
  ...serverCases,
  ...lakeCases,
  ...workflowsCases,
  ...biCases,
  ...predictionCases,
  ...warehouseCases,
  ...readinessCases,
};

/** The words that reach a person, where they are made from more than labels. */
export function annotationsOf(name: string): object | undefined {
  if (name !== "TelemetryVehicleSilent") return undefined;
  const {summary: _, meaning: description, fix: action} = alerts.find((alert) => alert.name === name)!;
  return {
    summary: "2 vehicles have said nothing for 300 s: lorry-7",
    description,
    action,
  };
}

/** Labels that tell people where to look. */
export function labelsOf(name: string): Record<string, string> {
  const component = {
    TelemetryComponentNotReady: "ingester-cassandra",
    TelemetryCompanionNotReady: "console",
    TelemetryComponentAbsent: "ingester-cassandra",
    KafkaNotReady: "kafka",
    CassandraNotReady: "cassandra",
    FlinkNotReady: "flink",
  }[name];
  if (component) return {component, ...(name === "TelemetryComponentNotReady" ? {store: "cassandra"} : {})};
  if (
    /^Telemetry(PipelineNotReady|ReadinessUnknown|SimulatorStuck|Vehicle|Notif|Watchdog)|^Kafka(Off|Under|NoC|Broker)|^CassandraNode|^Flink/.test(
      name,
    )
  )
    return {};
  if (
    name === "KafkaLogDirectoryOffline" ||
    name === "CassandraCompactionsPending" ||
    name === "CassandraPartitionWide" ||
    name === "LakeDiskErrors"
  )
    return {pod: "a"};
  if (name === "WorkflowsRunFailed" || name === "WorkflowsRunsLate") return {dag_id: "timescaledb_backup"};
  if (name === "ModelInputDrifted") return {model: "cold-chain-breach", feature: "margin"};
  if (name === "ModelUnusable" || name === "PredictionsImprecise") return {model: "cold-chain-breach"};
  if (/^(Workflows|Bi|Predictions)/.test(name)) return {};
  if (name === "WarehouseSlow") return {};
  if (name.startsWith("Warehouse")) return {table: "telemetry_hour"};
  if (name === "TelemetryJobFailed") return {namespace: "default", cronjob: "fleet-backup"};
  if (name === "LakeUnreachable") return {reason: "unreachable"};
  if (name === "LakeWritesRefused") return {reason: "schema"};
  if (name === "CassandraDroppedMessages") return {message_type: "MUTATION_REQ"};
  if (name === "LongGarbageCollection") return {component: "kafka", pod: "a"};
  if (name === "TimescaledbDown") return {namespace: "default", pipeline: "fleet"};
  if (name.startsWith("Timescaledb")) return {};
  if (name.startsWith("Cassandra")) return {request_type: "Write"};
  if (name === "TelemetryTargetDown") return {component: "simulator"};
  if (name === "TelemetryPodRestarting")
    return {namespace: "default", pod: "fleet-timescaledb-0", container: "simulator"};
  const onVolume = {namespace: "default", persistentvolumeclaim: "data-fleet-timescaledb-0"};
  if (name === "TelemetryVolumeGrowthPending")
    return {...onVolume, condition: "FileSystemResizePending", status: "true"};
  if (name.startsWith("TelemetryVolume")) return onVolume;
  if (name === "TelemetryPartitionStuck") return {store: "cassandra", partition: "0"};
  return {store: "cassandra"};
}
