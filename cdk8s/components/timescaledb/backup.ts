import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type Backup, DRILL_SCHEDULE} from "../../../api/components/backup.ts";
import type {PodOptions} from "../../../api/pod.ts";
import type {BuildContext} from "../../context.ts";
import {keepAffinity, type PodTemplate, podTemplate} from "../../pod-template.ts";
import {scheduledJob} from "../../scheduled.ts";
import {type Access, backupName, restoreName} from "./backup-pods.ts";
import {drillName} from "./drill.ts";
import {dumps} from "./dumps.ts";
import {pointInTime} from "./point-in-time.ts";

/** Longer than any of them should take; then it is failed, and says so. */
const TIMEOUT_SECONDS = 86_400;
/** A backup that the control plane missed is made as soon as it is back. */
const LATENESS_SECONDS = 21_600;

/** The job that makes backups when it is time, and a CronJob that never runs by itself and is what the Jobs of restores are made from. */
export function backup(chart: Chart, context: BuildContext, wanted: Backup, access: Access): void {
  const pods =
    wanted.method === "PointInTime" ? pointInTime(chart, context, wanted, access) : dumps(context, wanted, access);
  const options = context.spec.timescaledb.pod;
  const templateOf = (pod: k8s.PodSpec) =>
    podTemplate(context, options, {labels: {...chart.labels}}, {restartPolicy: "Never", ...pod});
  const making = {
    name: backupName(context.name),
    schedule: wanted.schedule,
    description: "Makes a backup of TimescaleDB, and removes those beyond the number to keep.",
    latenessSeconds: LATENESS_SECONDS,
    retries: 3,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  scheduledJob(chart, context, making, templateOf(pods.backup), options);
  const trying = {
    name: drillName(context.name),
    // A plan that is only shown has not been filled in by the API server.
    schedule: wanted.drill ?? DRILL_SCHEDULE,
    description:
      "Restores the newest backup beside the live database, compares the two by the hour, and throws it away.",
    latenessSeconds: LATENESS_SECONDS,
    retries: 1,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  scheduledJob(chart, context, trying, templateOf(pods.drill), options);
  onRequest(chart, restoreName(context.name), templateOf(pods.restore), options);
}

function onRequest(chart: Chart, name: string, template: PodTemplate, options: PodOptions | undefined): void {
  const object = new k8s.KubeCronJob(chart, `CronJob-${name}`, {
    metadata: {name},
    spec: {
      schedule: "@yearly",
      suspend: true,
      jobTemplate: {spec: {backoffLimit: 0, activeDeadlineSeconds: TIMEOUT_SECONDS, template}},
    },
  });
  keepAffinity(object, options, template);
}
