import {z} from "zod";
import {cel, objectName} from "./fields.ts";
import {bucket} from "./s3.ts";

/** Where TimescaleDB's backups go, and how often. */
export const backup = z
  .object({
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
    s3: bucket("NAMESPACE/NAME").optional().meta({description: "Bucket that takes them."}),
  })
  .meta({
    description: "Backups by pg_dump, of a Managed server; unset: none. docs/backup.md says how one is restored.",
    ...cel({
      rule: "has(self.claim) != has(self.s3)",
      message: "spec.timescaledb.backup needs either claim or s3: where the backups go",
    }),
  });

export type Backup = z.output<typeof backup>;
