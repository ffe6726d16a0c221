import {z} from "zod";
import {cel, objectName} from "../fields.ts";
import {bucket} from "../s3.ts";

const bucketOfBackups = bucket("NAMESPACE/NAME").extend({
  caSecret: objectName()
    .optional()
    .meta({description: "Name of a Secret with the key ca.crt: the authority that signed the endpoint's certificate."}),
});

/** How TimescaleDB's backups are made, where they go, and how often. */
export const backup = z
  .object({
    method: z.enum(["Dump", "PointInTime"]).default("Dump").meta({
      description:
        "Dump: pg_dump at each time of the schedule. PointInTime: a base backup at each, and in between the write-ahead log as it is written, so that any moment can be restored; by pgBackRest, to s3. Default Dump.",
    }),
    schedule: z
      .string()
      .max(64)
      .regex(/^(@(hourly|daily|weekly|monthly)|\S+ \S+ \S+ \S+ \S+)$/)
      .default("@daily")
      .meta({description: "When, as cron writes it (UTC), or @hourly, @daily, @weekly, @monthly; default @daily."}),
    keep: z.int().min(1).max(1_000).default(7).meta({description: "Backups that are kept; default 7."}),
    claim: objectName()
      .optional()
      .meta({description: "Name of a PersistentVolumeClaim of yours that takes them. It outlives the pipeline."}),
    s3: bucketOfBackups.optional().meta({description: "Bucket that takes them."}),
  })
  .meta({
    description: "Backups of a Managed server; unset: none. docs/backup.md says how one is restored.",
    ...cel(
      {
        rule: "has(self.claim) != has(self.s3)",
        message: "spec.timescaledb.backup needs either claim or s3: where the backups go",
      },
      {
        rule: "!has(self.method) || self.method != 'PointInTime' || has(self.s3) && (!has(self.s3.endpoint) || self.s3.endpoint.startsWith('https:'))",
        message:
          "spec.timescaledb.backup.method PointInTime needs s3, with an endpoint that begins with https: pgBackRest knows no other; a certificate of one's own goes into s3.caSecret",
      },
      {
        rule: "!has(self.method) || self.method != 'PointInTime' || !has(self.s3) || !has(self.s3.endpoint) || !self.s3.endpoint.contains('[')",
        message:
          "spec.timescaledb.backup.s3.endpoint is an IPv6 address, which pgBackRest does not take: give the server a name, or set spec.timescaledb.backup.method to Dump",
      },
    ),
  });

export type Backup = z.output<typeof backup>;
