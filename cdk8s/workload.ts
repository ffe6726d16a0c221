import {createHash} from "node:crypto";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type BuildContext, containerResources, containerSecurity, podSecurity, service} from "./context.ts";

/** One of our programs in a pod. */
export interface Workload {
  name: string;
  command: string[];
  env: k8s.EnvVar[];
  /** Secrets that the program reads as files below the given folder. */
  files?: {secret: string; folder: string}[];
  /** Account whose token the program reads; none has a token by default. */
  serviceAccount?: string;
  sizing: {cpu: string; memory: string};
}

function pod(context: BuildContext, workload: Workload, extra: Partial<k8s.Container> = {}): k8s.PodSpec {
  const {name, command, env, files = [], serviceAccount, sizing} = workload;
  return {
    automountServiceAccountToken: serviceAccount !== undefined,
    ...(serviceAccount ? {serviceAccountName: serviceAccount} : {}),
    enableServiceLinks: false,
    securityContext: podSecurity(),
    containers: [
      {
        name: name.slice(context.name.length + 1),
        image: context.images.workloads,
        args: command,
        env,
        resources: containerResources(sizing),
        securityContext: containerSecurity,
        volumeMounts: [
          {name: "tmp", mountPath: "/tmp"},
          ...files.map(({secret, folder}) => ({name: secret, mountPath: folder, readOnly: true})),
        ],
        ...extra,
      },
    ],
    volumes: [{name: "tmp", emptyDir: {}}, ...files.map(({secret}) => ({name: secret, secret: {secretName: secret}}))],
  };
}

/** A Deployment of one of our programs, its health on port 8080, with a Service of the same name. */
export function deployment(
  chart: Chart,
  context: BuildContext,
  workload: Workload & {replicas: number; strategy: "Recreate" | "RollingUpdate"},
): void {
  const selector = {"app.kubernetes.io/instance": context.name, "app.kubernetes.io/name": workload.name};
  const probe = (path: string): k8s.Probe => ({
    httpGet: {path, port: k8s.IntOrString.fromString("http")},
    periodSeconds: 5,
    failureThreshold: 6,
  });
  new k8s.KubeDeployment(chart, `Deployment-${workload.name}`, {
    metadata: {name: workload.name},
    spec: {
      replicas: workload.replicas,
      strategy: {type: workload.strategy},
      selector: {matchLabels: selector},
      template: {
        metadata: {labels: {...chart.labels, ...selector}},
        spec: {
          ...pod(context, workload, {
            ports: [{name: "http", containerPort: 8080}],
            livenessProbe: probe("/healthz"),
            readinessProbe: {...probe("/readyz"), periodSeconds: 2, failureThreshold: 3},
          }),
          terminationGracePeriodSeconds: 30,
        },
      },
    },
  });
  service(chart, workload.name, selector, {name: "http", port: 8080});
}

/** A CronJob of one of our programs; a run that is late by more than its period is left out. */
export function cronJob(
  chart: Chart,
  context: BuildContext,
  workload: Workload & {schedule: string; suspend: boolean},
): void {
  const spec: k8s.PodSpec = {...pod(context, workload), restartPolicy: "OnFailure"};
  new k8s.KubeCronJob(chart, `CronJob-${workload.name}`, {
    metadata: {name: workload.name},
    spec: {
      schedule: workload.schedule,
      suspend: workload.suspend,
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {spec: {backoffLimit: 6, template: {metadata: {labels: {...chart.labels}}, spec}}},
    },
  });
}

/** A Job that runs once for each change of what it would do: its name carries the hash. It waits for its store itself. */
export function job(chart: Chart, context: BuildContext, workload: Workload): void {
  const spec: k8s.PodSpec = {...pod(context, workload), restartPolicy: "OnFailure"};
  const hash = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 8);
  new k8s.KubeJob(chart, `Job-${workload.name}`, {
    metadata: {name: `${workload.name}-${hash}`},
    spec: {backoffLimit: 1_000, template: {metadata: {labels: {...chart.labels}}, spec}},
  });
}
