import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {Backup} from "../../../api/components/backup.ts";
import {type BuildContext, running} from "../../context.ts";
import {keepAffinity, podTemplate} from "../../pod-template.ts";
import {type Access, backupName, restoreName} from "./backup-pods.ts";
import {dumps} from "./dumps.ts";
import {pointInTime} from "./point-in-time.ts";

/** Two CronJobs: one makes backups when it is time, the other never runs by itself and is what the Jobs of restores are made from. */
export function backup(chart: Chart, context: BuildContext, wanted: Backup, access: Access): void {
  const pods =
    wanted.method === "PointInTime" ? pointInTime(chart, context, wanted, access) : dumps(context, wanted, access);
  const options = context.spec.timescaledb.pod;
  const cronJob = (
    name: string,
    job: Pick<k8s.CronJobSpec, "schedule" | "suspend">,
    backoffLimit: number,
    pod: k8s.PodSpec,
  ) => {
    const template = podTemplate(context, options, {labels: {...chart.labels}}, {restartPolicy: "Never", ...pod});
    const object = new k8s.KubeCronJob(chart, `CronJob-${name}`, {
      metadata: {name},
      spec: {
        ...job,
        // A backup that the control plane missed is made as soon as it is back.
        startingDeadlineSeconds: 21_600,
        concurrencyPolicy: "Forbid",
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            backoffLimit,
            // Longer than any of them should take; then it is failed, and says so.
            activeDeadlineSeconds: 86_400,
            template,
          },
        },
      },
    });
    keepAffinity(object, options, template);
  };
  cronJob(backupName(context.name), {schedule: wanted.schedule, suspend: !running(context)}, 3, pods.backup);
  cronJob(restoreName(context.name), {schedule: "@yearly", suspend: true}, 0, pods.restore);
}
