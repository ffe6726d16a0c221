import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, host, port, secret, tls} from "../endpoints.ts";
import {type CelRule, cel, celSeconds, duration, enabled, secondsOf, storage} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
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
      description: "Host name, IPv4 or IPv6 address; default what the Secret says at host.",
    }),
    port: port.optional().meta({description: "Default 5432."}),
    secret: secret("username, password and database, or dbname in its place, as CloudNativePG names it"),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description: "Where PostgreSQL with TimescaleDB is, if provider is External. The role must own its database.",
  });

const schema = z
  .object({
    enabled,
    provider: z.enum(["Managed", "External"]).meta({
      description:
        "Managed: a StatefulSet of this operator. External: a server that is there already. Default Managed.",
    }),
    external,
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

/** Rules of the whole spec. */
export const timescaledbRules: CelRule[] = [
  {
    rule: "!has(self.timescaledb) || !has(self.timescaledb.backup) || !has(self.timescaledb.provider) || self.timescaledb.provider != 'External'",
    message: "spec.timescaledb.backup is for a Managed server: whoever runs an External one backs it up",
  },
  {
    rule: "!has(self.timescaledb) || !has(self.timescaledb.compressAfter) || (has(self.timescaledb.provider) && self.timescaledb.provider == 'External')",
    message:
      "spec.timescaledb.compressAfter needs TimescaleDB's community licence, which the Managed server has not: leave it out, or use provider External",
  },
];

export const timescaledb = component(
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

export type ExternalTimescaledb = z.output<typeof external>;

/** Whether the server is one of ours. */
export const managesTimescaledb = ({timescaledb}: Pick<ResolvedSpec, "timescaledb">): boolean =>
  timescaledb.enabled && timescaledb.provider === "Managed";
