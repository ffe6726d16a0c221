import type {Chart} from "cdk8s";
import {breachLimit} from "../../../api/components/predictions.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {connectionTo, type Manifests, type PlanContext} from "../../component.ts";
import {env, running} from "../../context.ts";
import {eventFormat} from "../../event-format.ts";
import {isolate, portOf, prometheus, telemetryOperator} from "../../network.ts";
import {deployment} from "../../workload.ts";
import {consoleEndpoint} from "../console/client.ts";
import {SEMI_SPACE} from "../ingester/manifests.ts";
import {kafkaClient} from "../kafka/client.ts";
import {selectOf} from "../monitoring/records.ts";
import {predictionAlerts} from "./alerts.ts";
import {daily, lakeCopy, training} from "./jobs.ts";
import {mlflowClient} from "./mlflow.ts";

export const scorerName = ({name}: {name: string}): string => `${name}-scorer`;

/** Rules and models over the events as they come, once a day over the vehicles, and the training of the models. */
export const predictions: Manifests = {
  name: "predictions",
  title: "scorer: predictions with each event",
  enabled: ({predictions}) => predictions.enabled,
  build,
  uses: ["kafka", "timescaledb", "lake"],
  login: "ingester",
  metrics: {
    port: "http",
    pods: (name) => ({"app.kubernetes.io/name": scorerName({name})}),
    scraped: ({predictions}) => predictions.replicas > 0,
    ownAlerts: "missing",
  },
  alerts: (context) => predictionAlerts(selectOf(context), context.spec),
  notReady: "aside",
  dashboard: async () => (await import("./dashboard.ts")).predictions,
};

function build(chart: Chart, context: PlanContext): void {
  const {spec} = context;
  const {alerting, console, monitoring} = spec.observability;
  const kafka = kafkaClient(context, "ingester");
  const database = connectionTo(context, "timescaledb");
  const format = eventFormat(context);
  const mlflow = mlflowClient(context);
  const tells = monitoring.enabled && alerting.enabled;
  const {address, port} = consoleEndpoint(context);
  const shared = env({
    NAMESPACE: context.namespace,
    PIPELINE: context.name,
    COLD_CHAIN_MAX: breachLimit(spec),
    BREACH_HORIZON_SECONDS: secondsOf(spec.predictions.coldChain.horizon),
    ...(tells ? {ALERTMANAGER_URL: console.alertmanager} : {}),
    ...(console.enabled ? {CONSOLE_URL: `http://${address}:${port}`} : {}),
  });
  isolate(chart, context, {
    from: [{ports: ["http"], peers: [prometheus(context), telemetryOperator]}],
    to: [...format.reaches, ...(tells ? [{ports: [portOf(console.alertmanager)]}] : []), ...mlflow.reaches],
  });
  const {threshold} = spec.predictions.coldChain;
  deployment(chart, context, {
    name: scorerName(context),
    command: [SEMI_SPACE, "workloads/predictions/main.ts"],
    // It is not ready while predictions cannot be stored, and then says why.
    unready: true,
    image: "scorer",
    replicas: running(context) ? spec.predictions.replicas : 0,
    sizing: spec.predictions.sizing,
    options: spec.predictions.pod,
    files: [...kafka.files, ...database.files, ...format.files, ...mlflow.files],
    env: [
      ...kafka.env,
      ...env({KAFKA_GROUP: scorerName(context)}),
      ...format.env,
      ...database.env,
      ...mlflow.env,
      ...shared,
      ...(threshold === undefined ? [] : env({BREACH_THRESHOLD: threshold})),
    ],
  });
  daily(chart, context, shared);
  if (spec.lake.enabled) lakeCopy(chart, context);
  if (spec.predictions.training.enabled) training(chart, context, shared);
}
