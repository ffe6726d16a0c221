import {z} from "zod";

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
      "Fresh: the newest stored event reached Kafka within spec.observability.alerting.thresholds.freshness. Stale: it is older. None: there is no event. Unknown: no ingester answers. `telemetry-operator status` shows the figures.",
  }),
  problem: z.string().optional().meta({
    description:
      "Why no rows reach the store: unreachable, credentials, schema, disk-full, overloaded or other, with the store's own words; dead-letters (their topic cannot be written); or unreadable (a batch in Kafka).",
  }),
  unmatched: z.string().optional().meta({
    description:
      "Fields of spec.event whose paths are in none of 10,000 events that an ingester has read, with the names that one of these events has.",
  }),
  held: z.string().optional().meta({
    description: "Open transaction of a producer that blocks reading for more than a minute.",
  }),
  lost: z.string().optional().meta({
    description: "Events that expired in Kafka before the store had them, shown until a day after the last one.",
  }),
});

/** The parameters that an application needs to connect. */
const endpoint = z.object({
  name: z.string().meta({description: "kafka, timescaledb, cassandra, lake-s3, lake-catalog or console."}),
  protocol: z.string().optional().meta({description: "kafka, postgresql, cql, s3, iceberg-rest or http."}),
  address: z.string().optional().meta({
    description:
      "Host, or hosts separated by commas; for Kafka the bootstrap servers with their ports. Absent if only a Secret has it (key host).",
  }),
  port: z.int().optional().meta({description: "Port of each host. Kafka: part of the address."}),
  topic: z.string().optional().meta({description: "Kafka: topic of the events."}),
  database: z.string().optional().meta({description: "PostgreSQL: database. Absent if only a Secret has it."}),
  keyspace: z.string().optional().meta({description: "Cassandra: keyspace."}),
  datacenter: z.string().optional().meta({description: "Cassandra: local datacenter."}),
  bucket: z.string().optional().meta({description: "S3: bucket for files of applications."}),
  region: z.string().optional().meta({description: "S3: region."}),
  url: z.string().optional().meta({description: "Iceberg: URL of the REST catalogue. Druid: URL of JDBC."}),
  table: z.string().optional().meta({description: "Druid: table with every event."}),
  warehouse: z.string().optional().meta({description: "Iceberg: warehouse. Absent: the catalogue's own."}),
  namespace: z.string().optional().meta({description: "Iceberg: namespace of the tables."}),
  tls: z.boolean().optional().meta({description: "Whether clients connect by TLS."}),
  mechanism: z.string().optional().meta({description: "Kafka: SASL mechanism. Absent without authentication."}),
  secret: z.string().optional().meta({
    description: "Secret with what secretKeys lists. Kafka has no read-only login: create a KafkaUser.",
  }),
  secretKeys: z.array(z.string()).optional().meta({
    description:
      "Keys of the Secret for applications: username and password of a read-only login, accessKeyId and secretAccessKey (the lake's; its catalogue takes them as client id and secret), password (the console's token), or what the spec of an External server leaves to its Secret.",
  }),
  caSecret: z.string().optional().meta({
    description: "Secret whose key ca.crt verifies the server. Absent with tls: the public authorities do.",
  }),
});

export const statusSchema = z
  .object({
    phase: z.enum(["Deploying", "Running", "Degraded", "Stopped", "Paused", "Invalid", "Deleting"]),
    observedGeneration: z.int(),
    vehicles: z.int().meta({description: "Number of simulated vehicles in the spec that was applied last."}),
    freshnessSummary: z.string().meta({description: "Freshness of each store, for `kubectl get`."}),
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
    endpoints: z.array(endpoint).meta({
      description: "Addresses and Secrets for applications, of the spec that was applied last.",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    }),
  })
  .partial()
  .meta({description: "Observed state."});

export type PipelineStatus = z.output<typeof statusSchema>;
export type Condition = z.output<typeof condition>;
export type ComponentStatus = z.output<typeof componentStatus>;
export type Endpoint = z.output<typeof endpoint>;
export type Freshness = z.output<typeof freshness>;
export type Phase = NonNullable<PipelineStatus["phase"]>;
