import {createHash} from "node:crypto";
import type {Chart} from "cdk8s";
import {add, type BuildContext, containerSecurity, podSecurity, resources} from "./context.ts";

interface WorkloadOptions {
  name: string;
  command: string[];
  env: unknown[];
  sizing: {cpu: string; memory: string};
}

const pod = (context: BuildContext, {name, command, env, sizing}: WorkloadOptions, extra: object = {}) => ({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: podSecurity(),
  containers: [
    {
      name: name.slice(context.name.length + 1),
      image: context.images.workloads,
      args: command,
      env,
      resources: resources(sizing),
      securityContext: containerSecurity,
      volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
      ...extra,
    },
  ],
  volumes: [{name: "tmp", emptyDir: {}}],
});

/** A Deployment of one of our programs, its health on port 8080, with a Service of the same name. */
export function deployment(
  chart: Chart,
  context: BuildContext,
  options: WorkloadOptions & {replicas: number; strategy: "Recreate" | "RollingUpdate"},
): void {
  const selector = {"app.kubernetes.io/instance": context.name, "app.kubernetes.io/name": options.name};
  const probe = (path: string) => ({httpGet: {path, port: "http"}, periodSeconds: 5, failureThreshold: 6});
  add(chart, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {name: options.name},
    spec: {
      replicas: options.replicas,
      strategy: {type: options.strategy},
      selector: {matchLabels: selector},
      template: {
        metadata: {labels: {...chart.labels, ...selector}},
        spec: {
          ...pod(context, options, {
            ports: [{name: "http", containerPort: 8080}],
            livenessProbe: probe("/healthz"),
            readinessProbe: {...probe("/readyz"), periodSeconds: 2, failureThreshold: 3},
          }),
          terminationGracePeriodSeconds: 30,
        },
      },
    },
  });
  add(chart, {
    apiVersion: "v1",
    kind: "Service",
    metadata: {name: options.name},
    spec: {selector, ports: [{name: "http", port: 8080, targetPort: "http"}]},
  });
}

/** A Job that runs once for each change of what it would do: its name carries the hash. It waits for its store itself. */
export function job(chart: Chart, context: BuildContext, options: WorkloadOptions): void {
  const spec = {...pod(context, options), restartPolicy: "OnFailure"};
  const hash = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 8);
  add(chart, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {name: `${options.name}-${hash}`},
    spec: {backoffLimit: 1_000, template: {metadata: {labels: {...chart.labels}}, spec}},
  });
}
