import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {Backup} from "../../operator/api/backup.ts";
import {type BuildContext, containerResources, containerSecurity, env, podSecurity, running} from "../context.ts";
import {bucketAccess} from "../s3.ts";

const FOLDER = "/backups";
export const DUMP = `pg_dump --format=custom --compress=6 --no-owner --file=${FOLDER}/.new.dump && pg_restore --list ${FOLDER}/.new.dump > /dev/null`;

export const backupName = (context: Pick<BuildContext, "name">) => `${context.name}-timescaledb-backup`;

/** A CronJob: PostgreSQL's own tool writes the dump, then a program of ours keeps it and removes the oldest. */
export function backup(
  chart: Chart,
  context: BuildContext,
  {schedule, keep, claim, s3}: Backup,
  access: k8s.EnvVar[],
): void {
  const {name, namespace, images} = context;
  const volumeMounts = [
    {name: "backups", mountPath: FOLDER},
    {name: "tmp", mountPath: "/tmp"},
  ];
  const common = {
    securityContext: containerSecurity,
    resources: containerResources({cpu: "50m", memory: "256Mi"}),
    volumeMounts,
  };
  const destination = s3
    ? [
        ...env({
          S3_BUCKET: s3.bucket,
          ...(s3.endpoint ? {S3_ENDPOINT: s3.endpoint} : {}),
        }),
        ...bucketAccess(s3),
      ]
    : [];
  new k8s.KubeCronJob(chart, `CronJob-${backupName(context)}`, {
    metadata: {name: backupName(context)},
    spec: {
      schedule,
      suspend: !running(context),
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        spec: {
          backoffLimit: 3,
          template: {
            metadata: {labels: {...chart.labels}},
            spec: {
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              restartPolicy: "Never",
              securityContext: podSecurity(),
              initContainers: [
                {...common, name: "dump", image: images.timescaledb, command: ["sh", "-ec", DUMP], env: access},
              ],
              containers: [
                {
                  ...common,
                  name: "keep",
                  image: images.workloads,
                  args: ["workloads/backup/main.ts", "keep"],
                  env: [
                    ...env({BACKUP_DIR: FOLDER, BACKUP_PREFIX: s3?.prefix ?? `${namespace}/${name}`, KEEP: keep}),
                    ...destination,
                  ],
                },
              ],
              volumes: [
                {name: "tmp", emptyDir: {}},
                {name: "backups", ...(claim ? {persistentVolumeClaim: {claimName: claim}} : {emptyDir: {}})},
              ],
            },
          },
        },
      },
    },
  });
}
