import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, host, port, secret, tls} from "../endpoints.ts";
import {type CelRule, cel, celSeconds, duration, enabled, storage, storageClass} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {secondsOf} from "../quantities.ts";
import {backup} from "./backup.ts";

/** Chunks of one table with which all that reads and writes it has been tested (test/data/chunks.test.ts). */
export const MOST_CHUNKS = 4_000;

/** Chunks that a table has when it is full. */
export const chunksOf = ({retention, chunkInterval}: {retention: string; chunkInterval: string}): number =>
  Math.ceil(secondsOf(retention) / secondsOf(chunkInterval));

const external = z
  .object({
    host: host.optional().meta({
      ...host.meta(),
      description: "Host name, IPv4 or IPv6 address. Default: the key host of the Secret.",
    }),
    port: port.optional().meta({description: "Port. Default 5432."}),
    secret: secret("username, password and database (or dbname, as in CloudNativePG's Secrets)"),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description:
      "Connection to an existing PostgreSQL with TimescaleDB, with provider External. The role must own its database.",
  });

const schema = z
  .object({
    enabled,
    provider: z.enum(["Managed", "External"]).meta({
      description: "Managed creates a StatefulSet; External uses an existing server. Default Managed.",
    }),
    external,
    storage: storage("spec.timescaledb.storage"),
    storageClass,
    chunkInterval: duration("Time span of one chunk of the hypertable; a change applies to new chunks."),
    retention: duration("How long rows are kept. Old chunks are dropped every hour."),
    compressAfter: duration(
      "Age at which chunks are compressed. It needs an External server with TimescaleDB's community licence. Default: never.",
    ),
    backup,
    pod: podOptions({container: "the server"}),
  })
  .partial()
  .meta({
    description: "TimescaleDB: storage for queries and dashboards.",
    ...cel({
      rule: `!has(self.retention) || !has(self.chunkInterval) || size(self.retention) > 11 || size(self.chunkInterval) > 11 || ${celSeconds("self.retention")} <= ${MOST_CHUNKS} * ${celSeconds("self.chunkInterval")}`,
      message: `spec.timescaledb.retention is more than ${MOST_CHUNKS} times chunkInterval, the largest tested number of chunks: raise chunkInterval or shorten retention`,
    }),
  });

/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: "!has(self.timescaledb) || !has(self.timescaledb.backup) || !has(self.timescaledb.provider) || self.timescaledb.provider != 'External'",
    message: "spec.timescaledb.backup is for Managed servers only: back up an External server yourself",
  },
  {
    rule: "!has(self.timescaledb) || !has(self.timescaledb.compressAfter) || (has(self.timescaledb.provider) && self.timescaledb.provider == 'External')",
    message:
      "spec.timescaledb.compressAfter needs TimescaleDB's community licence, which the Managed server does not have: remove it, or use provider External",
  },
];

const part = component(
  schema,
  {
    enabled: true,
    provider: "Managed",
    storage: "10Gi",
    chunkInterval: "1d",
    retention: "30d",
    sizing: {cpu: "100m", memory: "1Gi"},
  },
  {storage: "100Gi", sizing: {cpu: "500m", memory: "4Gi"}},
  {storage: "500Gi", sizing: {cpu: "2", memory: "16Gi"}},
);

export const timescaledb = {...part, rules};

export type ExternalTimescaledb = z.output<typeof external>;

/** Whether the server is one of ours. */
export const managesTimescaledb = ({timescaledb}: Pick<ResolvedSpec, "timescaledb">): boolean =>
  timescaledb.enabled && timescaledb.provider === "Managed";
