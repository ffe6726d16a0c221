import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, host, port, secret, tls} from "../endpoints.ts";
import {duration, enabled, storage, testedVersion} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {versions} from "../versions.ts";

const external = z
  .object({
    contactPoints: z.array(host).min(1).max(16).meta({description: "Host names or addresses of some nodes."}),
    port: port.optional().meta({description: "Default 9042."}),
    datacenter: z
      .string()
      .min(1)
      .max(64)
      .meta({description: "The local datacenter's name, as nodetool status shows it."}),
    keyspace: z
      .string()
      .max(48)
      .regex(/^[a-z][a-z0-9_]*$/)
      .optional()
      .meta({description: "Default telemetry. Made if it is missing, else left as it is."}),
    secret: secret("username and password"),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description:
      "Where Cassandra is, if provider is External. The role must be able to make a table, and the keyspace if there is none.",
  });

/** Cassandra's own limit: 20 years. */
const MOST_TTL_DAYS = 7_300;

const schema = z
  .object({
    enabled,
    provider: z
      .enum(["K8ssandra", "External"])
      .meta({description: "Who makes the nodes; External: they are there already. Default K8ssandra."}),
    external,
    version: testedVersion("Cassandra", versions.cassandra),
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
