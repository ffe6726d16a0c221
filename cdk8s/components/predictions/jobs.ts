import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import {secondsOf} from "../../../api/quantities.ts";
import {type Client, connectionTo, type PlanContext} from "../../component.ts";
import {containerResources, env} from "../../context.ts";
import {podTemplate} from "../../pod-template.ts";
import {scheduledJob} from "../../scheduled.ts";
import {fileMounts, fileVolumes, scheduledProgram, step} from "../../workload.ts";
import {lakeWriter} from "../lake/client.ts";
import {mlflowClient} from "./mlflow.ts";

/** A run that the control plane missed is made up for within half a day. */
const LATENESS_SECONDS = 43_200;
/** Longer than any of them should take; then it is failed, and says so. */
const TIMEOUT_SECONDS = 21_600;
const WORK = "/work";

/** What is trained, when, and the end of its CronJob's name. */
const TRAINED = [
  {model: "cold-chain-breach", suffix: "train-breach", schedule: "7 2 * * *", of: "breaches of the cold chain"},
  {model: "cooling-unit", suffix: "train-cooling", schedule: "37 2 * * *", of: "failing cooling units"},
];

/** The events are read from the lake where there is one, and otherwise from TimescaleDB. */
function eventsOf(context: PlanContext): Client {
  const clients = [connectionTo(context, "timescaledb")];
  if (context.spec.lake.enabled) clients.push(connectionTo(context, "lake", true));
  return {env: clients.flatMap((client) => client.env), files: clients.flatMap((client) => client.files)};
}

/** The prediction for each vehicle and day. */
export function daily(chart: Chart, context: PlanContext, shared: k8s.EnvVar[]): void {
  const {
    coolingUnits: {threshold},
    pod,
    sizing,
  } = context.spec.predictions;
  const events = eventsOf(context);
  scheduledProgram(chart, context, {
    name: `${context.name}-cooling-units`,
    command: ["workloads/predictions/health/batch.ts"],
    // Half an hour after the day, what came late is there.
    schedule: "33 0 * * *",
    description:
      "Predicts which cooling units fail, from each vehicle's day, and enters what became of earlier predictions.",
    latenessSeconds: LATENESS_SECONDS,
    timeoutSeconds: TIMEOUT_SECONDS,
    image: "scorer",
    env: [...events.env, ...shared, ...(threshold === undefined ? [] : env({COOLING_THRESHOLD: threshold}))],
    files: events.files,
    sizing,
    options: pod,
  });
}

/** What TimescaleDB has of each day, into the lake. */
export function lakeCopy(chart: Chart, context: PlanContext): void {
  const {pod, sizing} = context.spec.predictions;
  const clients = [connectionTo(context, "timescaledb"), lakeWriter(context)];
  scheduledProgram(chart, context, {
    name: `${context.name}-predictions-lake`,
    command: ["workloads/predictions/lake/copy.ts"],
    schedule: "47 * * * *",
    description: "Copies predictions and what became of them into the lake, each day as a whole.",
    timeoutSeconds: TIMEOUT_SECONDS,
    image: "scorer",
    env: [
      ...clients.flatMap((client) => client.env),
      ...env({TIMESCALEDB_RETENTION_SECONDS: secondsOf(context.spec.timescaledb.retention)}),
    ],
    files: clients.flatMap((client) => client.files),
    sizing,
    options: pod,
  });
}

/**
 * The training of each model: events become features, Python learns, and what serves the model judges it and enters it. Python's step has no login of
 * the database.
 */
export function training(chart: Chart, context: PlanContext, shared: k8s.EnvVar[]): void {
  const {pod, training: wanted} = context.spec.predictions;
  const events = eventsOf(context);
  const database = connectionTo(context, "timescaledb");
  const mlflow = mlflowClient(context);
  const registries = {env: [...database.env, ...mlflow.env], files: [...database.files, ...mlflow.files]};
  const common = {
    resources: containerResources(context, wanted.sizing, wanted, {request: "1Gi", limit: "8Gi"}),
    volumeMounts: [
      {name: "tmp", mountPath: "/tmp"},
      {name: "work", mountPath: WORK},
    ],
  };
  const program = (name: string, task: string, model: string, client: Client): k8s.Container => ({
    ...step(name, context.images.scorer),
    ...common,
    args: [`workloads/predictions/training/${task}.ts`, model],
    env: [...client.env, ...shared, ...env({WORK, TRAINING_DAYS: Math.ceil(secondsOf(wanted.history) / 86_400)})],
    volumeMounts: [...common.volumeMounts, ...fileMounts(client.files)],
  });
  for (const {model, suffix, schedule, of} of TRAINED) {
    const template = podTemplate(
      context,
      pod,
      {labels: {...chart.labels}},
      {
        restartPolicy: "Never",
        initContainers: [
          program("extract", "extract", model, events),
          {...step("train", context.images.training), ...common, env: env({WORK})},
        ],
        containers: [program("judge", "judge", model, registries)],
        volumes: [
          {name: "tmp", emptyDir: {}},
          {name: "work", emptyDir: {}},
          ...fileVolumes([...events.files, ...mlflow.files]),
        ],
      },
    );
    const job = {
      name: `${context.name}-${suffix}`,
      schedule,
      description: `Trains the model that predicts ${of}, and puts it into production if it beats the rule.`,
      latenessSeconds: LATENESS_SECONDS,
      retries: 2,
      timeoutSeconds: TIMEOUT_SECONDS,
    };
    scheduledJob(chart, context, job, template, pod);
  }
}
