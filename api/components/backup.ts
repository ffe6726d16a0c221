import {z} from "zod";
import {cel, objectName} from "../fields.ts";
import {bucket} from "../s3.ts";

const bucketOfBackups = bucket("NAMESPACE/NAME").extend({
  caSecret: objectName()
    .optional()
    .meta({description: "Name of a Secret with the key ca.crt: the CA certificate that verifies the endpoint."}),
});

export const DRILL_SCHEDULE = "30 4 * * 0";

const cron = z
  .string()
  .max(64)
  .regex(/^(@(hourly|daily|weekly|monthly)|\S+ \S+ \S+ \S+ \S+)$/);

/** How TimescaleDB's backups are made, where they go, and how often. */
export const backup = z
  .object({
    method: z.enum(["Dump", "PointInTime"]).default("Dump").meta({
      description:
        "Dump runs pg_dump at each scheduled time. PointInTime makes a base backup at each scheduled time and archives the write-ahead log continuously, so that any moment can be restored; it uses pgBackRest and needs s3. Default Dump.",
    }),
    schedule: cron.default("@daily").meta({
      description: "Cron schedule in UTC, or @hourly, @daily, @weekly, @monthly. Default @daily.",
    }),
    drill: cron.default(DRILL_SCHEDULE).meta({
      description: `Cron schedule in UTC of the restore drill: the newest backup is restored beside the live database and compared with it. Default ${DRILL_SCHEDULE}, on Sundays.`,
    }),
    keep: z.int().min(1).max(1_000).default(7).meta({description: "Number of backups to keep. Default 7."}),
    claim: objectName()
      .optional()
      .meta({description: "Name of an existing PersistentVolumeClaim for the backups. It outlives the pipeline."}),
    s3: bucketOfBackups.optional().meta({description: "Bucket for the backups."}),
  })
  .meta({
    description: "Backups of a Managed server. Default: none. See docs/backup.md.",
    ...cel(
      {
        rule: "has(self.claim) != has(self.s3)",
        message: "spec.timescaledb.backup needs exactly one destination: set claim or s3",
      },
      {
        rule: "!has(self.method) || self.method != 'PointInTime' || has(self.s3) && (!has(self.s3.endpoint) || self.s3.endpoint.startsWith('https:'))",
        message:
          "spec.timescaledb.backup.method PointInTime needs s3 with an https endpoint, since pgBackRest supports no other; set s3.caSecret for a certificate of your own authority",
      },
      {
        rule: "!has(self.method) || self.method != 'PointInTime' || !has(self.s3) || !has(self.s3.endpoint) || !self.s3.endpoint.contains('[')",
        message:
          "spec.timescaledb.backup.s3.endpoint is an IPv6 address, which pgBackRest does not support: use a host name, or set spec.timescaledb.backup.method to Dump",
      },
    ),
  });

export type Backup = z.output<typeof backup>;
