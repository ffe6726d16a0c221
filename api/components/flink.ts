import {z} from "zod";
import {component, type ResolvedPart} from "../component.ts";
import {type CelRule, cel, dataKey, duration, objectName, storage} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions, podResources} from "../pod.ts";
import {bucket} from "../s3.ts";

const geofence = z.object({
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9 ._-]+$/),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  radiusKm: z.number().min(0.01).max(1_000).meta({description: "Radius in km."}),
});

/** The stream job: what it makes of the events, and what it may use. */
const schema = z
  .object({
    enabled: z.boolean().meta({description: "Whether the Flink job runs. It needs TimescaleDB. Default false."}),
    window: duration("Length of a window in table vehicle_window. Default 1m."),
    lateness: duration(
      "How late an event may reach Kafka and still be counted; later events are listed in table vehicle_late. Windows close that much later. Default 10s.",
    ),
    parallelism: z
      .int()
      .min(1)
      .max(120)
      .meta({description: "Parallel subtasks of the job, at most one for each partition."}),
    stateBackend: z.enum(["Heap", "RocksDB"]).meta({
      description:
        "State backend. Heap is limited by the TaskManager's memory; RocksDB keeps state on disk and costs more CPU. A change restarts the job at Kafka's oldest event. Default Heap.",
    }),
    checkpointInterval: duration("Time between checkpoints, which is the work to repeat after a failure. Default 10s."),
    storage: storage("spec.flink.storage"),
    storageClass: objectName().meta({
      description:
        "StorageClass of the checkpoint volume. Small and Production need a ReadWriteMany class. Default: the cluster's default class.",
    }),
    s3: bucket("NAMESPACE/NAME/flink").meta({
      description: "Bucket for checkpoints instead of a volume, so that TaskManagers can run on any node.",
    }),
    speedLimit: z.number().min(1).max(500).meta({description: "Speed in km/h above which a speeding alert is raised."}),
    speedMargin: z.number().min(0).max(100).meta({
      description:
        "Hysteresis in km/h: speeding ends at speedLimit minus this value, so that a vehicle at the limit raises one alert. Default 5.",
    }),
    geofenceMarginKm: z.number().min(0).max(100).meta({
      description:
        "Hysteresis in km: a vehicle leaves a geofence at radiusKm plus this value, so that a vehicle at the edge raises one alert. Default 0.05.",
    }),
    alertDwell: duration(
      "How long a vehicle must speed, or be inside or outside of a geofence, before the alert is raised. The alert has the time of the beginning. Default 10s.",
    ),
    geofences: z
      .array(geofence)
      .max(16)
      .meta({
        description: "Circular areas. A vehicle that enters or leaves one raises an alert.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      }),
    sql: z
      .object({
        configMap: objectName().meta({description: "Name of a ConfigMap in the pipeline's namespace."}),
        key: dataKey().default("job.sql").meta({description: "Key in the ConfigMap. Default job.sql."}),
      })
      .meta({
        description:
          "Additional Flink SQL for the job: CREATE TABLE, CREATE VIEW, CREATE FUNCTION and INSERT INTO. Flink's planner validates it before the running job changes.",
      }),
    pod: podOptions({container: "each TaskManager", leastMemory: "1Gi"}),
    jobManager: z
      .object({resources: podResources({container: "the JobManager", leastMemory: "1Gi"})})
      .partial()
      .meta({description: "The JobManager. Its scheduling, labels and annotations are those in `pod`."}),
  })
  .partial()
  .meta({
    description: "Apache Flink job: windows and alerts by vehicle, written to TimescaleDB.",
    ...cel({
      rule: "!has(self.s3) || !(has(self.storage) || has(self.storageClass))",
      message: "spec.flink: checkpoints go either to s3 or to a volume; remove s3, or storage and storageClass",
    }),
  });

/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: "!has(self.flink) || !has(self.flink.enabled) || !self.flink.enabled || !has(self.timescaledb) || !has(self.timescaledb.enabled) || self.timescaledb.enabled",
    message:
      "spec.flink.enabled needs spec.timescaledb.enabled, since the job writes to TimescaleDB: enable TimescaleDB or disable Flink",
  },
];

const part = component(
  schema,
  {
    enabled: false,
    window: "1m",
    lateness: "10s",
    parallelism: 1,
    stateBackend: "Heap",
    checkpointInterval: "10s",
    storage: "2Gi",
    /** Whether pods on several nodes use the checkpoints. */
    shared: false,
    speedLimit: 130,
    speedMargin: 5,
    geofenceMarginKm: 0.05,
    alertDwell: "10s",
    /** Memory of a Flink process is all that its container may use. */
    sizing: {jobManager: {cpu: "100m", memory: "1Gi"}, taskManager: {cpu: "100m", memory: "1536Mi"}},
  },
  {
    storage: "10Gi",
    shared: true,
    sizing: {jobManager: {cpu: "250m", memory: "1536Mi"}, taskManager: {cpu: "500m", memory: "2Gi"}},
  },
  {parallelism: 4, storage: "50Gi", sizing: {taskManager: {cpu: "2", memory: "4Gi"}}},
);

export const flink = {...part, rules};

export type FlinkSpec = ResolvedPart<typeof flink>;

/** Whether the job runs: it writes to TimescaleDB. */
export const usesFlink = ({flink, timescaledb}: Pick<ResolvedSpec, "flink" | "timescaledb">): boolean =>
  flink.enabled && timescaledb.enabled;

/** Whether the job's events come by the canonical topic: its SQL reads the default format alone. */
export const readsCanonical = (spec: Pick<ResolvedSpec, "flink" | "timescaledb" | "event">): boolean =>
  usesFlink(spec) &&
  (spec.event.mapping !== undefined || spec.event.schemaRegistry !== undefined || Boolean(spec.event.fields?.length));
