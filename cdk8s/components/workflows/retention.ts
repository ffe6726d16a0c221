import type {Chart} from "cdk8s";
import {secondsOf} from "../../../api/quantities.ts";
import type {PlanContext} from "../../component.ts";
import {podTemplate} from "../../pod-template.ts";
import {type ScheduledJob, scheduledJob, scheduledJobOf} from "../../scheduled.ts";
import {workflowsName} from "./client.ts";
import {LOGS} from "./environment.ts";
import {airflow, airflowVolumes, besideScheduler} from "./pods.ts";

/** Airflow keeps the last run of each DAG, whatever its age. */
const CLEAN = `airflow db clean --clean-before-timestamp "$(date -u -d "@$(($(date +%s) - $0))" +%Y-%m-%dT%H:%M:%SZ)" --skip-archive --yes
find ${LOGS} -type f -mmin "+$(($0 / 60))" -delete
find ${LOGS} -mindepth 1 -type d -empty -delete`;

/** The job that drops runs and logs past their retention. */
export function retention(chart: Chart, context: PlanContext): ScheduledJob[] {
  const {sizing, retention} = context.spec.workflows;
  const options = besideScheduler(context);
  const main = airflow(context, "retention", [String(secondsOf(retention))], sizing.worker);
  const template = podTemplate(
    context,
    options,
    {labels: {...chart.labels}},
    {
      restartPolicy: "Never",
      containers: [{...main, command: ["sh", "-ec", CLEAN]}],
      volumes: airflowVolumes(context),
    },
  );
  const object = scheduledJob(
    chart,
    context,
    {
      name: `${workflowsName(context)}-retention`,
      schedule: "23 3 * * *",
      description: `Drops runs of DAGs and their logs past spec.workflows.retention (${retention}).`,
      latenessSeconds: 3_600,
      retries: 2,
    },
    template,
    options,
  );
  return scheduledJobOf(object.toJson());
}
