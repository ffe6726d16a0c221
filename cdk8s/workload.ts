import {createHash} from "node:crypto";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {ImageName} from "../api/images.ts";
import type {PodOptions} from "../api/pod.ts";
import type {Sizing} from "../api/resources.ts";
import {
  type BuildContext,
  containerResources,
  containerSecurity,
  credentialsAnnotation,
  running,
  service,
} from "./context.ts";
import {keepAffinity, madeBy, type PodTemplate, podTemplate} from "./pod-template.ts";
import {probes} from "./probes.ts";
import {scheduledJob} from "./scheduled.ts";

interface SecretFiles {
  secret: string;
  folder: string;
}

/** The mounts of Secrets that a program reads as files. */
export const fileMounts = (files: SecretFiles[]) =>
  files.map(({secret, folder}) => ({name: secret, mountPath: folder, readOnly: true}));

/** The volumes of those mounts, one a Secret: several servers may have one authority. */
export const fileVolumes = (files: SecretFiles[]) =>
  [...new Set(files.map(({secret}) => secret))].map((name) => ({name, secret: {secretName: name}}));

/** One of our programs in a pod. */
export interface Workload {
  name: string;
  command: string[];
  env: k8s.EnvVar[];
  /** Secrets that the program reads as files below the given folder. */
  files?: SecretFiles[];
  /** Its answers are of use also while it is not ready: its Service leads to it all the same. */
  unready?: boolean;
  /** Account whose token the program reads; none has a token by default. */
  serviceAccount?: string;
  /** A ConfigMap that the program reads as files, and reads again when they change. */
  config?: {configMap: string; folder: string};
  /** Default: that of all our programs. */
  image?: ImageName;
  sizing: Sizing;
  /** What the spec says of the pods of its component; a Job keeps its sizing. */
  options: PodOptions | undefined;
}

type Replicated = Workload & {replicas: number};
type Labels = Record<string, string>;

function pod(context: BuildContext, workload: Workload, extra: Partial<k8s.Container> = {}): k8s.PodSpec {
  const {name, command, env, files = [], config, serviceAccount, image = "workloads", sizing} = workload;
  return {
    ...(serviceAccount ? {serviceAccountName: serviceAccount} : {}),
    containers: [
      {
        name: name.slice(context.name.length + 1),
        image: context.images[image],
        args: command,
        env,
        resources: containerResources(context, sizing),
        securityContext: containerSecurity,
        volumeMounts: [
          {name: "tmp", mountPath: "/tmp"},
          ...fileMounts(files),
          ...(config ? [{name: "config", mountPath: config.folder, readOnly: true}] : []),
        ],
        ...extra,
      },
    ],
    volumes: [
      {name: "tmp", emptyDir: {}},
      ...fileVolumes(files),
      ...(config ? [{name: "config", configMap: {name: config.configMap}}] : []),
    ],
  };
}

/** The labels by which the pods of a Deployment or StatefulSet are known. */
export const selectorOf = (context: BuildContext, {name}: Pick<Workload, "name">) => ({
  "app.kubernetes.io/instance": context.name,
  "app.kubernetes.io/name": name,
});

/** Replicas over zones and nodes, as far as there are several: a node that goes takes one of them along. */
const spread = (matchLabels: Record<string, string>): k8s.TopologySpreadConstraint[] =>
  ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: {matchLabels},
  }));

/** The same for schedulers and tools that go by affinity. */
const apart = (matchLabels: Labels): k8s.Affinity => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {weight: 100, podAffinityTerm: {topologyKey: "kubernetes.io/hostname", labelSelector: {matchLabels}}},
    ],
  },
});

/** Lets a drain of nodes end one pod at a time; a single pod is not protected, or the drain would never end. */
function disruptionBudget(chart: Chart, {spec}: BuildContext, {name, replicas}: Replicated, selector: Labels): void {
  if (spec.spread === "No" || replicas < 2) return;
  new k8s.KubePodDisruptionBudget(chart, `PodDisruptionBudget-${name}`, {
    metadata: {name},
    spec: {maxUnavailable: k8s.IntOrString.fromNumber(1), selector: {matchLabels: selector}},
  });
}

/** Pods of a program that runs until it is stopped, its health on port 8080. */
function serving(chart: Chart, context: BuildContext, workload: Workload): PodTemplate {
  const {env, options, sizing} = workload;
  const selector = selectorOf(context, workload);
  const resources = containerResources(context, sizing, options);
  return podTemplate(
    context,
    options,
    {labels: {...chart.labels, ...selector}, annotations: credentialsAnnotation(context, env)},
    {
      ...pod(context, workload, {ports: [{name: "http", containerPort: 8080}], ...probes, resources}),
      ...(context.spec.spread === "No" ? {} : {affinity: apart(selector), topologySpreadConstraints: spread(selector)}),
      terminationGracePeriodSeconds: 30,
    },
  );
}

/** A Deployment of one of our programs with a Service of the same name. */
export function deployment(chart: Chart, context: BuildContext, workload: Replicated): void {
  const selector = selectorOf(context, workload);
  const template = serving(chart, context, workload);
  const object = new k8s.KubeDeployment(chart, `Deployment-${workload.name}`, {
    metadata: {name: workload.name},
    spec: {
      replicas: workload.replicas,
      strategy: {type: "RollingUpdate"},
      selector: {matchLabels: selector},
      template,
    },
  });
  keepAffinity(object, workload.options, template);
  service(chart, workload.name, selector, {name: "http", port: 8080}, {unready: workload.unready ?? false});
  disruptionBudget(chart, context, workload, selector);
}

/** A Deployment of one pod of a program of others, of which there must never be two at a time. */
export function singleDeployment(
  chart: Chart,
  context: BuildContext,
  name: string,
  template: PodTemplate,
  options: PodOptions | undefined,
): void {
  const object = new k8s.KubeDeployment(chart, `Deployment-${name}`, {
    metadata: {name},
    spec: {
      replicas: running(context) ? 1 : 0,
      strategy: {type: "Recreate"},
      selector: {matchLabels: selectorOf(context, {name})},
      template,
    },
  });
  keepAffinity(object, options, template);
}

/** A StatefulSet of one of our programs, each pod knowing its number by its name, with a headless Service of the same name. */
export function statefulSet(chart: Chart, context: BuildContext, workload: Replicated): void {
  const selector = selectorOf(context, workload);
  const template = serving(chart, context, workload);
  const object = new k8s.KubeStatefulSet(chart, `StatefulSet-${workload.name}`, {
    metadata: {name: workload.name},
    spec: {
      replicas: workload.replicas,
      serviceName: workload.name,
      podManagementPolicy: "Parallel",
      selector: {matchLabels: selector},
      template,
    },
  });
  keepAffinity(object, workload.options, template);
  service(chart, workload.name, selector, {name: "http", port: 8080}, {clusterIP: "None"});
  disruptionBudget(chart, context, workload, selector);
}

/** The common parts of the containers of a Job of several steps; their last words, when they fail, are the Job's answer. */
export const step = (
  name: string,
  image: string,
): Pick<k8s.Container, "name" | "image" | "securityContext" | "terminationMessagePolicy"> => ({
  name,
  image,
  securityContext: containerSecurity,
  terminationMessagePolicy: "FallbackToLogsOnError",
});

/** A pod of a program that ends, and is tried again when it fails. The place of the restart policy counts in the hashes of Jobs. */
function runOnce(
  chart: Chart,
  context: BuildContext,
  workload: Workload,
  metadata: Pick<k8s.ObjectMeta, "annotations"> = {},
): PodTemplate {
  const labels = {...chart.labels};
  const template = podTemplate(context, workload.options, {labels, ...metadata}, pod(context, workload));
  return {...template, spec: {...template.spec, restartPolicy: "OnFailure"}};
}

/** One of our programs that has a schedule; a run that is late by more than an hour, or what is given, is left out. */
export function scheduledProgram(
  chart: Chart,
  context: BuildContext,
  workload: Workload & {schedule: string; description: string; latenessSeconds?: number; timeoutSeconds?: number},
): void {
  const {latenessSeconds = 3_600, options} = workload;
  scheduledJob(chart, context, {...workload, latenessSeconds, retries: 6}, runOnce(chart, context, workload), options);
}

/** One of our programs that runs once for each change of what it would do. It waits for its store itself. */
export function job(chart: Chart, context: BuildContext, workload: Workload): void {
  const annotations = credentialsAnnotation(context, workload.env);
  jobOf(chart, workload.name, runOnce(chart, context, workload, {annotations}), workload.options);
}

/**
 * A Job that runs once for each change of what it would do: its name carries the hash.
 *
 * @param files that its pod reads
 */
export function jobOf(
  chart: Chart,
  name: string,
  template: PodTemplate,
  options: PodOptions | undefined,
  ...files: string[]
): void {
  const {spec, metadata} = template;
  const hash = createHash("sha256")
    .update(JSON.stringify([spec, metadata.annotations, ...madeBy(options), ...files]))
    .digest("hex")
    .slice(0, 8);
  const object = new k8s.KubeJob(chart, `Job-${name}`, {
    metadata: {name: `${name}-${hash}`},
    spec: {backoffLimit: 1_000, template},
  });
  keepAffinity(object, options, template);
}
