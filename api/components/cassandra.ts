import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, host, port, secret, tls} from "../endpoints.ts";
import {duration, enabled, storage, testedVersion} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {versions} from "../versions.ts";

const external = z
  .object({
    contactPoints: z.array(host).min(1).max(16).meta({description: "Host names or addresses of some nodes."}),
    port: port.optional().meta({description: "Port. Default 9042."}),
    datacenter: z
      .string()
      .min(1)
      .max(64)
      .meta({description: "Name of the local datacenter, as shown by nodetool status."}),
    keyspace: z
      .string()
      .max(48)
      .regex(/^[a-z][a-z0-9_]*$/)
      .optional()
      .meta({description: "Keyspace, created if it is missing. Default telemetry."}),
    secret: secret("username and password"),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description:
      "Connection to an existing Cassandra, with provider External. The role must be allowed to create a table, and the keyspace if it is missing.",
  });

/** Cassandra's own limit: 20 years. */
const MOST_TTL_DAYS = 7_300;

const schema = z
  .object({
    enabled,
    provider: z
      .enum(["K8ssandra", "External"])
      .meta({description: "K8ssandra creates the nodes; External uses an existing Cassandra. Default K8ssandra."}),
    external,
    version: testedVersion("Cassandra", versions.cassandra),
    size: z.int().min(1).max(99).meta({description: "Number of nodes. Rows have min(3, size) copies."}),
    storage: storage("spec.cassandra.storage"),
    storageClass: z.string().min(1).max(253).meta({
      description:
        "StorageClass of the volumes; it cannot change later. Default: the cluster's default class. An operator limited to one namespace cannot read that default, and without a class volumes cannot grow.",
    }),
    ttl: duration("Time to live of new rows.", MOST_TTL_DAYS),
    pod: podOptions({
      container: "each node",
      leastMemory: "1Gi",
      spreadOtherwise:
        "spec.cassandra.pod.topologySpreadConstraints: K8ssandra has no such field and places each Cassandra node on a node of its own: use affinity to choose zones",
    }),
  })
  .partial()
  .meta({description: "Apache Cassandra: long-term storage, queried by vehicle and time."});

export const cassandra = component(
  schema,
  {
    enabled: true,
    provider: "K8ssandra",
    version: "5.0.6",
    size: 1,
    storage: "10Gi",
    ttl: "365d",
    sizing: {cpu: "100m", memory: "2Gi", heapMiB: 768},
  },
  {size: 3, storage: "100Gi", sizing: {cpu: "500m", memory: "6Gi", heapMiB: 3072}},
  {storage: "500Gi", sizing: {cpu: "2", memory: "16Gi", heapMiB: 8192}},
);

export type ExternalCassandra = z.output<typeof external>;

/** Whether the nodes are ours. */
export const managesCassandra = ({cassandra}: Pick<ResolvedSpec, "cassandra">): boolean =>
  cassandra.enabled && cassandra.provider === "K8ssandra";
