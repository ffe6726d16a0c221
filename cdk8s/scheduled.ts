import type {ApiObject, Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {schedulesByAirflow} from "../api/components/workflows.ts";
import type {PodOptions} from "../api/pod.ts";
import {type BuildContext, COMPONENT_LABEL, running} from "./context.ts";
import {keepAffinity, type PodTemplate} from "./pod-template.ts";

/** On a CronJob that has a schedule: what it does. Others are only what Jobs are made from by request. */
const DESCRIPTION = "telemetry.dev/description";

interface Schedule {
  name: string;
  /** In UTC, as cron has it. */
  schedule: string;
  /** What a run does, in a sentence. */
  description: string;
  /** A run that is late by more than that is left out. */
  latenessSeconds: number;
  /** How often a run is tried again. */
  retries: number;
  /** A run that takes longer has failed. */
  timeoutSeconds?: number;
}

/**
 * A job of the platform that has a schedule. Its CronJob starts it; where the pipeline has Airflow, a DAG does (components/workflows), and the CronJob
 * is suspended: Jobs can still be made from it.
 */
export function scheduledJob(
  chart: Chart,
  context: BuildContext,
  {name, schedule, description, latenessSeconds, retries, timeoutSeconds}: Schedule,
  template: PodTemplate,
  options: PodOptions | undefined,
): ApiObject {
  const object = new k8s.KubeCronJob(chart, `CronJob-${name}`, {
    metadata: {name, annotations: {[DESCRIPTION]: description}},
    spec: {
      schedule,
      suspend: !running(context) || schedulesByAirflow(context.spec),
      startingDeadlineSeconds: latenessSeconds,
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        spec: {
          backoffLimit: retries,
          ...(timeoutSeconds ? {activeDeadlineSeconds: timeoutSeconds} : {}),
          template,
        },
      },
    },
  });
  keepAffinity(object, options, template);
  return object;
}

/** A scheduled job, as its CronJob has it. */
export interface ScheduledJob extends Omit<Schedule, "latenessSeconds"> {
  component: string;
  template: PodTemplate;
}

/** The scheduled job of a planned object, if it is the CronJob of one. */
export function scheduledJobOf({kind, metadata, spec}: {kind: string; metadata: any; spec?: any}): ScheduledJob[] {
  const description = metadata.annotations?.[DESCRIPTION];
  if (kind !== "CronJob" || !description) return [];
  const {backoffLimit, activeDeadlineSeconds, template} = spec.jobTemplate.spec;
  return [
    {
      name: metadata.name,
      component: metadata.labels[COMPONENT_LABEL],
      schedule: spec.schedule,
      description,
      retries: backoffLimit,
      ...(activeDeadlineSeconds ? {timeoutSeconds: activeDeadlineSeconds} : {}),
      template,
    },
  ];
}
