import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {PlanContext} from "../../component.ts";
import {credentialsAnnotation, service} from "../../context.ts";
import {podTemplate} from "../../pod-template.ts";
import {fileMounts, fileVolumes, selectorOf, singleDeployment} from "../../workload.ts";
import {ownDatabaseClient} from "../timescaledb/own-database.ts";
import {biName, database, PORT} from "./client.ts";
import {lakeOf, sources} from "./sources.ts";

/** One of the servers that a pipeline may have. */
export interface Server {
  /** What is needed before it starts. */
  prepare(chart: Chart, context: PlanContext): void;
  pod(context: PlanContext): {container: k8s.Container; volumes: k8s.Volume[]};
  /** Path that answers once it is up. */
  health: string;
}

/** The authorities of all that it connects to, each Secret once. */
export function serverFiles(context: PlanContext) {
  const clients = [ownDatabaseClient(context, database(context)), sources(context), lakeOf(context)];
  const files = clients.flatMap((client) => client.files);
  const once = files.filter(({secret}, at) => files.findIndex((other) => other.secret === secret) === at);
  return {mounts: fileMounts(once), volumes: fileVolumes(once)};
}

/** Half a minute of CPU to start is usual; once it answers, only one that hangs is restarted. */
function probesOf(path: string): Partial<k8s.Container> {
  const httpGet = {path, port: k8s.IntOrString.fromString("http")};
  return {
    startupProbe: {httpGet, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 900},
    readinessProbe: {httpGet, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 3},
    livenessProbe: {httpGet, periodSeconds: 30, timeoutSeconds: 30, failureThreshold: 6},
  };
}

/** The Deployment of a server, and its Service. */
export function deployServer(chart: Chart, context: PlanContext, server: Server): void {
  const name = biName(context);
  const labels = selectorOf(context, {name});
  const options = context.spec.bi.pod;
  const {container, volumes} = server.pod(context);
  const template = podTemplate(
    context,
    options,
    {labels: {...chart.labels, ...labels}, annotations: credentialsAnnotation(context, container.env!)},
    {
      terminationGracePeriodSeconds: 30,
      containers: [{...container, ports: [{name: "http", containerPort: PORT}], ...probesOf(server.health)}],
      volumes,
    },
  );
  // Two versions at a time would each take the database for theirs.
  singleDeployment(chart, context, name, template, options);
  service(chart, name, labels, {name: "http", port: PORT});
}
