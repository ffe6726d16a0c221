import {z} from "zod";
import {PORT, URL_HOST} from "../addresses.ts";
import {component} from "../component.ts";
import {HAS_SERVER, metadataDatabase} from "../database.ts";
import {caSecret, secret, webUrl} from "../endpoints.ts";
import {type CelRule, cel, celSeconds, duration, storage, storageClass} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {bucket} from "../s3.ts";

/** The tables of the warehouse, by how much of time a row of theirs stands for. */
export const TABLES = ["events", "minute", "hour", "day"] as const;
export type TableName = (typeof TABLES)[number];

const LEAST_HANDOFF = 60;
const MOST_HANDOFF = 86_400;

const external = z
  .object({
    url: webUrl(
      "URL of Druid's router, for example https://druid.example.com:8888.",
      "spec.warehouse.external.url is not a URL of http or https with a host and an optional port, such as https://druid.example.com:8888",
      `^https?://${URL_HOST}(:${PORT})?(/[A-Za-z0-9._~/-]*)?$`,
    ),
    secret: secret("username and password")
      .optional()
      .meta({description: "Name of a Secret with the keys username and password of a user of Druid's basic security."}),
    caSecret: caSecret.optional(),
    table: z
      .string()
      .min(1)
      .max(48)
      .regex(/^[a-z][a-z0-9_]*$/)
      .optional()
      .meta({
        description:
          "Name of the table with all events, with which those of the other tables begin. Default telemetry.",
      }),
  })
  .meta({
    description:
      "Connection to an existing Druid, with provider External. Its own servers have to reach Kafka and, with spec.predictions, the Service <pipeline>-warehouse-keeper.",
  });

const retention = z
  .object({
    events: duration("How long the table with every event, and that with predictions, keeps rows. Default: for ever."),
    minute: duration("How long the table with a row for each minute keeps rows. Default: for ever."),
    hour: duration("How long the table with a row for each vehicle and hour keeps rows. Default: for ever."),
    day: duration("How long the table with a row for each vehicle and day keeps rows. Default: for ever."),
  })
  .partial()
  .meta({description: "Age, by the event's time, after which each table drops rows."});

const schema = z
  .object({
    enabled: z.boolean().meta({description: "Whether Druid takes the events in as well. Default false."}),
    provider: z.enum(["Managed", "External"]).meta({
      description:
        "Managed creates Apache Druid, which needs the Druid operator. External fills tables of an existing Druid. Default Managed.",
    }),
    external,
    s3: bucket("druid").optional().meta({
      description: "Bucket for Druid's segments. Default: the lake's object store, there a bucket of its own.",
    }),
    database: metadataDatabase(
      "Existing PostgreSQL database for Druid's metadata, in profile Production; the role must own it. Default: a database and a role of its own on the pipeline's Managed TimescaleDB server. Dev and Small keep it on a volume of the coordinator.",
    ),
    storage: storage("spec.warehouse.storage"),
    storageClass,
    historicals: z.int().min(1).max(99).meta({
      description:
        "Number of servers that answer from segments, each with a volume of `storage`. Each segment is on two where there are two. Default 1, in Production 2.",
    }),
    handoff: z
      .string()
      .max(16)
      .regex(/^[1-9][0-9]*(s|m|h)$/)
      .meta({
        description:
          "How long events are answered from memory before their segment goes to object storage: from 1m to 24h. Shorter times make more and smaller segments. Default 1h.",
        ...cel({
          rule: `size(self) < 8 && ${celSeconds("self")} >= ${LEAST_HANDOFF} && ${celSeconds("self")} <= ${MOST_HANDOFF}`,
          message: "spec.warehouse.handoff must be from 1m to 24h",
        }),
      }),
    retention,
    pod: podOptions({container: "each historical"}),
  })
  .partial()
  .meta({
    description:
      "Warehouse: Apache Druid answers questions on every event, and on minutes, hours and days, in a second or less.",
  });

const ON =
  "!has(self.warehouse) || !has(self.warehouse.enabled) || !self.warehouse.enabled || (has(self.warehouse.provider) && self.warehouse.provider == 'External')";
/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: `${ON} || has(self.warehouse.s3) || (has(self.lake) && has(self.lake.enabled) && self.lake.enabled)`,
    message:
      "spec.warehouse.s3 is required unless the lake is enabled, since Druid keeps its segments in object storage: set spec.warehouse.s3 to a bucket, or enable spec.lake",
  },
  {
    rule: `${ON} || has(self.warehouse.s3) || !has(self.lake) || !has(self.lake.external) || !has(self.lake.external.caSecret)`,
    message:
      "spec.warehouse.s3 is required with spec.lake.external.caSecret, since Druid trusts the public authorities alone: set spec.warehouse.s3 to a bucket whose server has a public certificate",
  },
  {
    rule: `${ON} || !has(self.profile) || self.profile != 'Production' || has(self.warehouse.database) || ${HAS_SERVER}`,
    message:
      "spec.warehouse.database is required in profile Production unless TimescaleDB is enabled and Managed, since Druid keeps its metadata on that server: set it to an existing PostgreSQL database",
  },
  {
    rule: "!has(self.warehouse) || !has(self.warehouse.database) || (has(self.profile) && self.profile == 'Production')",
    message:
      "spec.warehouse.database is for profile Production, since Dev and Small keep Druid's metadata on a volume: remove it or set profile to Production",
  },
];

const part = component(
  schema,
  {
    enabled: false,
    provider: "Managed",
    storage: "5Gi",
    historicals: 1,
    handoff: "1h",
    /** Whether Kubernetes is the place where Druid's processes find one another, and PostgreSQL that of the metadata; else ZooKeeper and Derby, beside the coordinator. */
    clustered: false,
    /** Brokers and routers. */
    fronts: 1,
    indexers: 1,
    sizing: {
      coordinator: {cpu: "50m", memory: "768Mi", heapMiB: 288},
      zookeeper: {cpu: "10m", memory: "192Mi"},
      historical: {cpu: "50m", memory: "768Mi", heapMiB: 256},
      broker: {cpu: "50m", memory: "768Mi", heapMiB: 320},
      indexer: {cpu: "100m", memory: "1536Mi", heapMiB: 704},
      router: {cpu: "20m", memory: "448Mi", heapMiB: 144},
    },
  },
  {
    storage: "50Gi",
    sizing: {
      coordinator: {cpu: "250m", memory: "1Gi", heapMiB: 448},
      historical: {cpu: "500m", memory: "2Gi", heapMiB: 768},
      broker: {cpu: "250m", memory: "2Gi", heapMiB: 896},
      indexer: {cpu: "500m", memory: "4Gi", heapMiB: 2048},
      router: {cpu: "100m", memory: "512Mi", heapMiB: 192},
    },
  },
  {
    storage: "200Gi",
    historicals: 2,
    clustered: true,
    fronts: 2,
    indexers: 2,
    sizing: {
      coordinator: {cpu: "500m", memory: "4Gi", heapMiB: 2048},
      historical: {cpu: "2", memory: "8Gi", heapMiB: 3072},
      broker: {cpu: "1", memory: "8Gi", heapMiB: 4096},
      indexer: {cpu: "2", memory: "8Gi", heapMiB: 4096},
      router: {cpu: "250m", memory: "1Gi", heapMiB: 512},
    },
  },
);

export const warehouse = {...part, rules};

/** Whether Druid is ours. */
export const managesWarehouse = ({warehouse}: Pick<ResolvedSpec, "warehouse">): boolean =>
  warehouse.enabled && warehouse.provider === "Managed";

/** Whether its segments are in a bucket of the lake's store that is ours. */
export const warehouseInLake = (spec: Pick<ResolvedSpec, "warehouse" | "lake">): boolean =>
  managesWarehouse(spec) && !spec.warehouse.s3 && spec.lake.provider === "Managed";
