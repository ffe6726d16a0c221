import {z} from "zod";
import {component, type ResolvedPart} from "../component.ts";
import {type CelRule, cel, dataKey, duration, objectName, storage} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {bucket} from "../s3.ts";

const geofence = z.object({
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9 ._-]+$/),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  radiusKm: z.number().min(0.01).max(1_000).meta({description: "Radius of the circle, km."}),
});

/** The stream job: what it makes of the events, and what it may use. */
const schema = z
  .object({
    enabled: z.boolean().meta({description: "Whether the job runs; it needs TimescaleDB. Default false."}),
    window: duration("Length of the windows of vehicle_window; default 1m."),
    lateness: duration(
      "How long after it was measured an event may reach Kafka to be counted; a later one is listed in vehicle_late. Windows close that much later. Default 10s.",
    ),
    parallelism: z.int().min(1).max(120).meta({description: "Subtasks of the job; more than partitions would idle."}),
    stateBackend: z.enum(["Heap", "RocksDB"]).meta({
      description:
        "Where the job's state is: Heap, where a backlog that does not fit into the TaskManager's memory ends it, or RocksDB on its disk, which costs more CPU. Another one begins anew at Kafka's oldest event. Default Heap.",
    }),
    checkpointInterval: duration("Time between checkpoints; what is done again after a failure. Default 10s."),
    storage: storage("spec.flink.storage"),
    storageClass: objectName().meta({
      description:
        "StorageClass of the volume for checkpoints; default the cluster's. Small and Production need one that many nodes can mount (ReadWriteMany).",
    }),
    s3: bucket("NAMESPACE/NAME/flink").meta({
      description: "Bucket for checkpoints, in place of a volume: TaskManagers may then run on any node.",
    }),
    speedLimit: z.number().min(1).max(500).meta({description: "km/h above which a speeding alert is raised."}),
    speedMargin: z.number().min(0).max(100).meta({
      description:
        "km/h below speedLimit at which a vehicle is no longer speeding: one that drives at the limit raises one alert, not many. Default 5.",
    }),
    geofenceMarginKm: z.number().min(0).max(100).meta({
      description:
        "Km beyond the radius at which a vehicle has left a geofence: one that drives or stands at the rim raises one alert, not many. Default 0.05.",
    }),
    alertDwell: duration(
      "How long a vehicle has to stay above speedLimit, or inside or outside of a geofence, until the alert is raised, which has the time at which that began. Default 10s.",
    ),
    geofences: z
      .array(geofence)
      .max(16)
      .meta({
        description: "Circles; a vehicle that enters or leaves one raises an alert.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      }),
    sql: z
      .object({
        configMap: objectName().meta({description: "Name of a ConfigMap of the pipeline's namespace."}),
        key: dataKey().default("job.sql").meta({description: "Its key; default job.sql."}),
      })
      .meta({
        description:
          "More Flink SQL for the job: CREATE TABLE, VIEW or FUNCTION and INSERT INTO. Flink's planner checks it before it replaces what runs.",
      }),
  })
  .partial()
  .meta({
    description: "Apache Flink: windows of each vehicle and alerts, written to TimescaleDB.",
    ...cel({
      rule: "!has(self.s3) || !(has(self.storage) || has(self.storageClass))",
      message: "spec.flink: checkpoints go to s3 or to a volume; drop either s3 or storage and storageClass",
    }),
  });

/** Rules of the whole spec. */
export const flinkRules: CelRule[] = [
  {
    rule: "!has(self.flink) || !has(self.flink.enabled) || !self.flink.enabled || !has(self.timescaledb) || !has(self.timescaledb.enabled) || self.timescaledb.enabled",
    message:
      "spec.flink.enabled needs spec.timescaledb.enabled: the job writes to TimescaleDB; enable it, or disable the job",
  },
];

export const flink = component(
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
    jobManager: {cpu: "100m", memory: "1Gi"},
    taskManager: {cpu: "100m", memory: "1536Mi"},
  },
  {
    storage: "10Gi",
    shared: true,
    jobManager: {cpu: "250m", memory: "1536Mi"},
    taskManager: {cpu: "500m", memory: "2Gi"},
  },
  {parallelism: 4, storage: "50Gi", taskManager: {cpu: "2", memory: "4Gi"}},
);

export type FlinkSpec = ResolvedPart<typeof flink>;

/** Whether the job runs: it writes to TimescaleDB. */
export const usesFlink = ({flink, timescaledb}: Pick<ResolvedSpec, "flink" | "timescaledb">): boolean =>
  flink.enabled && timescaledb.enabled;
