import {z} from "zod";
import {alerting} from "./alerting.ts";
import {backup} from "./backup.ts";
import {MOST_CHUNKS} from "./chunks.ts";
import {console} from "./console.ts";
import {externalCassandra, externalKafka, externalTimescaledb, providerRules} from "./external.ts";
import {cel, celSeconds, duration, storage} from "./fields.ts";
import {flink} from "./flink.ts";
import {dashboards, monitoring} from "./monitoring.ts";
import {networkPolicies} from "./network.ts";
import {versions} from "./versions.ts";

/**
 * The single source of the TelemetryPipeline API: the CRD, the TypeScript types and the reference page derive from it.
 * Optional fields take their default from the profile (profiles.ts).
 */

const enabled = z.boolean().meta({description: "Whether the component runs; default true."});

const version = (name: string, tested: readonly [string, ...string[]]) =>
  z.enum(tested).meta({
    description: `Apache ${name} version; default ${tested.at(-1)}. On a live pipeline it goes up by one of these steps at a time, never down.`,
  });

const kafka = z
  .object({
    provider: z
      .enum(["Strimzi", "External"])
      .meta({description: "Who makes the brokers; External: they are there already. Default Strimzi."}),
    external: externalKafka,
    version: version("Kafka", versions.kafka),
    replicas: z.int().min(1).max(9).meta({
      description:
        "Brokers. Those that the pipeline is made with are KRaft controllers too; those added later are brokers alone.",
    }),
    storage: storage("spec.kafka.storage"),
    topic: z
      .object({
        partitions: z
          .int()
          .min(1)
          .max(512)
          .meta({
            description: "Partitions of the telemetry topic; the upper bound of ingester replicas.",
            ...cel({
              rule: "self >= oldSelf",
              message: "spec.kafka.topic.partitions can only grow: Kafka cannot remove partitions",
            }),
          }),
        retention: duration("How long Kafka keeps events."),
      })
      .partial()
      .meta({description: "The telemetry topic."}),
  })
  .partial()
  .meta({description: "Apache Kafka, between the vehicles and the stores."});

const timescaledb = z
  .object({
    enabled,
    provider: z.enum(["Managed", "External"]).meta({
      description:
        "Managed: a StatefulSet of this operator. External: a server that is there already. Default Managed.",
    }),
    external: externalTimescaledb,
    storage: storage("spec.timescaledb.storage"),
    chunkInterval: duration("Time span of one hypertable chunk."),
    retention: duration("How long rows are kept; whole chunks are dropped, every hour."),
    compressAfter: duration(
      "Age at which chunks are compressed; unset: never. For an External server with TimescaleDB's community licence: the Managed one has the Apache build, which cannot.",
    ),
    backup,
  })
  .partial()
  .meta({
    description: "TimescaleDB: the store for queries and dashboards.",
    ...cel({
      rule: `!has(self.retention) || !has(self.chunkInterval) || size(self.retention) > 11 || size(self.chunkInterval) > 11 || ${celSeconds("self.retention")} <= ${MOST_CHUNKS} * ${celSeconds("self.chunkInterval")}`,
      message: `spec.timescaledb.retention holds more than ${MOST_CHUNKS} times chunkInterval, so more chunks than have been tested: raise chunkInterval, or shorten retention`,
    }),
  });

/** Cassandra's own limit: 20 years. */
const MOST_TTL_DAYS = 7_300;

const cassandra = z
  .object({
    enabled,
    provider: z
      .enum(["K8ssandra", "External"])
      .meta({description: "Who makes the nodes; External: they are there already. Default K8ssandra."}),
    external: externalCassandra,
    version: version("Cassandra", versions.cassandra),
    size: z.int().min(1).max(99).meta({description: "Nodes; rows are replicated to min(3, size) of them."}),
    storage: storage("spec.cassandra.storage"),
    storageClass: z.string().min(1).max(253).meta({
      description:
        "StorageClass of the volumes, for as long as they live; default: the cluster's default. An operator of one namespace cannot read that one, and without a class volumes do not grow.",
    }),
    ttl: duration("How long rows are kept.", MOST_TTL_DAYS),
  })
  .partial()
  .meta({description: "Apache Cassandra: the long-term store, by vehicle and time."});

const perMillion = (description: string) => z.int().min(0).max(1_000_000).meta({description});

const faults = z
  .object({
    malformedPerMillion: perMillion(
      "Of a million events, how many are cut off: no JSON. They end in the dead-letter topic.",
    ),
    missingFieldPerMillion: perMillion(
      "Of a million events, how many lack a field. They end in the dead-letter topic.",
    ),
    duplicatePerMillion: perMillion("Of a million events, how many are sent again 3 s later. The stores keep one."),
    outOfOrderPerMillion: perMillion("Of a million events, how many come 3 s late, behind younger ones."),
    latePerMillion: perMillion("Of a million events, how many come 5 minutes late."),
    silentPerMillion: perMillion("Of a million events, after how many the vehicle sends nothing for a minute."),
    burstPerMillion: perMillion(
      "Of a million events, after how many the vehicle has no coverage for 15 s, then sends all it measured at once.",
    ),
    clockSkewPerMillion: perMillion("Of a million vehicles, how many have a clock that is wrong by up to 10 minutes."),
  })
  .partial();

const simulator = z
  .object({
    enabled,
    vehicles: z.int().min(0).max(100_000).meta({description: "Simulated vehicles; 0 sends nothing."}),
    ratePerVehicle: z
      .number()
      .min(0.001)
      .max(100)
      .meta({description: "Events per second of each vehicle; with Cassandra 16 at most."}),
    scenario: z.enum(["city", "motorway", "cold-chain", "stress"]).meta({
      description:
        "How the vehicles drive: city (streets and lights), motorway (long distances), cold-chain (lorries with a cooled hold) or stress (all of the world, at its extremes); default city.",
    }),
    seed: z.int().min(0).max(2_147_483_647).meta({description: "The same seed gives the same drives."}),
    faults: faults.meta({
      description: "Faults to inject on purpose. An event has one at most; those that come first in this list win.",
    }),
  })
  .partial()
  .meta({description: "Simulated vehicles."});

const autoscale = z
  .object({
    maxReplicas: z.int().min(1).max(512).meta({description: "Pods at most; more than partitions would idle."}),
    targetLag: z
      .int()
      .min(1)
      .default(100_000)
      .meta({description: "Events that may wait in Kafka for each pod before another is added."}),
  })
  .meta({
    description:
      "Adds pods while the consumer lag of the store is above targetLag a pod for 15 s, and takes them away again, down to replicas, when it was below for 5 minutes. Unset: replicas is fixed.",
  });

const replicas = z
  .object({
    replicas: z.int().min(0).max(512).meta({description: "Pods; more than partitions would idle."}),
    autoscale,
  })
  .partial()
  .meta(
    cel({
      rule: "!has(self.autoscale) || !has(self.replicas) || self.autoscale.maxReplicas >= self.replicas",
      message: "autoscale.maxReplicas is less than replicas, which are the least: raise it, or lower replicas",
    }),
  );

const ingester = z
  .object({
    timescaledb: replicas.meta({description: "The ingester that writes to TimescaleDB."}),
    cassandra: replicas.meta({description: "The ingester that writes to Cassandra."}),
  })
  .partial()
  .meta({description: "Consumers that write every event to the stores."});

export const specSchema = z
  .object({
    profile: z
      .enum(["Dev", "Small", "Production"])
      .default("Dev")
      .meta({description: "Defaults for replicas, storage, resources and security."}),
    state: z
      .enum(["Running", "Stopped"])
      .default("Running")
      .meta({description: "Stopped scales simulator, ingesters and stores to nothing and keeps all data."}),
    paused: z
      .boolean()
      .default(false)
      .meta({description: "While true, the operator changes nothing and keeps reporting."}),
    deletionPolicy: z
      .enum(["Retain", "Delete"])
      .default("Retain")
      .meta({description: "What becomes of volumes and credentials when the pipeline is deleted."}),
    kafka: kafka.optional(),
    timescaledb: timescaledb.optional(),
    cassandra: cassandra.optional(),
    simulator: simulator.optional(),
    ingester: ingester.optional(),
    networkPolicies: networkPolicies.optional(),
    flink: flink.optional(),
    observability: z
      .object({monitoring, alerting, dashboards, console})
      .partial()
      .meta({description: "How the pipeline is watched."})
      .optional(),
  })
  .meta({
    description: "What is wanted. An empty spec is a valid, useful pipeline.",
    ...cel(
      ...providerRules,
      {
        rule: "!has(self.flink) || !has(self.flink.enabled) || !self.flink.enabled || !has(self.timescaledb) || !has(self.timescaledb.enabled) || self.timescaledb.enabled",
        message:
          "spec.flink.enabled needs spec.timescaledb.enabled: the job writes to TimescaleDB; enable it, or disable the job",
      },
      {
        rule: "!has(self.timescaledb) || !has(self.timescaledb.backup) || !has(self.timescaledb.provider) || self.timescaledb.provider != 'External'",
        message: "spec.timescaledb.backup is for a Managed server: whoever runs an External one backs it up",
      },
      {
        rule: "!has(self.timescaledb) || !has(self.timescaledb.compressAfter) || (has(self.timescaledb.provider) && self.timescaledb.provider == 'External')",
        message:
          "spec.timescaledb.compressAfter needs TimescaleDB's community licence, which the Managed server has not: leave it out, or use provider External",
      },
      {
        rule: "(has(self.cassandra) && has(self.cassandra.enabled) && !self.cassandra.enabled) || !has(self.simulator) || !has(self.simulator.ratePerVehicle) || (has(self.simulator.enabled) && !self.simulator.enabled) || self.simulator.ratePerVehicle <= 16.0",
        message:
          "spec.simulator.ratePerVehicle is more than 16: Cassandra keeps a day of a vehicle in one partition, which would grow beyond 100 MB; set it to 16 or less, or spec.cassandra.enabled to false",
      },
      {
        rule: "!has(self.kafka) || !has(self.kafka.topic) || !has(self.kafka.topic.partitions) || !has(self.ingester) || !has(self.ingester.timescaledb) || !has(self.ingester.timescaledb.replicas) || self.ingester.timescaledb.replicas <= self.kafka.topic.partitions",
        message:
          "spec.ingester.timescaledb.replicas is more than spec.kafka.topic.partitions: the rest would idle; lower it or add partitions",
      },
      {
        rule: "!has(self.kafka) || !has(self.kafka.topic) || !has(self.kafka.topic.partitions) || !has(self.ingester) || !has(self.ingester.cassandra) || !has(self.ingester.cassandra.replicas) || self.ingester.cassandra.replicas <= self.kafka.topic.partitions",
        message:
          "spec.ingester.cassandra.replicas is more than spec.kafka.topic.partitions: the rest would idle; lower it or add partitions",
      },
    ),
  });

const time = z.string().meta({format: "date-time"});

const condition = z.object({
  type: z.string(),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string(),
  message: z.string(),
  observedGeneration: z.int().optional(),
  lastTransitionTime: time,
});

const componentStatus = z.object({
  name: z.string(),
  ready: z.boolean(),
  reason: z.string(),
  message: z.string().optional(),
  version: z.string().optional(),
  since: time.meta({format: "date-time", description: "When `ready` last changed."}),
});

/** Figures that move all the time are no part of it: a status is true whenever it is read. */
const freshness = z.object({
  store: z.string(),
  // Not required: the status of an earlier version has none.
  age: z.enum(["Fresh", "Stale", "None", "Unknown"]).optional().meta({
    description:
      "Fresh: an event came into Kafka, and is in the store, within spec.observability.alerting.thresholds.freshness. Stale: the newest is older. None: there is none. Unknown: no ingester answers. `telemetry-operator status` asks for the figures.",
  }),
  problem: z.string().optional().meta({
    description:
      "What keeps the store from taking rows: unreachable, credentials, schema, disk-full, overloaded or other, and the store's own words; or what keeps events from it: dead-letters (their topic cannot be written) or unreadable (a batch of Kafka).",
  }),
  held: z.string().optional().meta({
    description:
      "Which open transaction, of a sender, keeps events from being read; said once it is open for more than a minute.",
  }),
  lost: z.string().optional().meta({
    description:
      "Events that Kafka dropped by their age before the store had them; said until a day after the last of them.",
  }),
});

export const statusSchema = z
  .object({
    phase: z.enum(["Pending", "Deploying", "Running", "Degraded", "Stopped", "Paused", "Invalid", "Deleting"]),
    observedGeneration: z.int(),
    vehicles: z.int().meta({description: "Simulated vehicles in the spec that was applied last."}),
    freshnessSummary: z.string().meta({description: "Class of age of each store's newest event, for `kubectl get`."}),
    conditions: z.array(condition).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["type"],
    }),
    components: z.array(componentStatus).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    }),
    freshness: z.array(freshness).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["store"],
    }),
    endpoints: z.array(z.object({name: z.string(), address: z.string()})).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    }),
  })
  .partial()
  .meta({description: "What is, as last observed."});

export type PipelineSpec = z.input<typeof specSchema>;
export type PipelineStatus = z.output<typeof statusSchema>;
export type Condition = z.output<typeof condition>;
export type ComponentStatus = z.output<typeof componentStatus>;
export type Freshness = z.output<typeof freshness>;
export type Phase = NonNullable<PipelineStatus["phase"]>;
