import {createHash} from "node:crypto";
import {ApiObject, type ApiObjectProps, type Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {IMAGES, type ImageName, images} from "../api/images.ts";
import type {ResolvedSpec} from "../api/pipeline.ts";
import type {PodOptions} from "../api/pod.ts";
import {coresOf, cpuText} from "../api/quantities.ts";
import {type NodeStorage, type Resources, resourcesOf, type Sizing} from "../api/resources.ts";

/** The inputs of a component's manifests: nothing else may influence them. */
export interface BuildContext {
  /** The pipeline's name: prefix of every object. */
  name: string;
  namespace: string;
  /** Of the pipeline; unknown before it is there. */
  uid?: string | undefined;
  /** When it was created, as ISO 8601; unknown before. */
  created?: string | undefined;
  spec: ResolvedSpec;
  images: Images;
  /** Passwords by Secret name: those that are live, or new ones. */
  passwords: Record<string, string>;
  /** Secrets that others make, by name. */
  logins?: Record<string, Login> | undefined;
  /** The facts of the cluster that the plan needs beside the spec. */
  facts?: Facts | undefined;
  /** The beginning of an alert's `runbook_url`; the alert's name in lower case follows. Default: alerts have none. */
  runbookUrl?: string | undefined;
  /** Whether a quota of the namespace takes only containers that limit their CPU. */
  limitsCpu?: boolean | undefined;
}

/** By component; each declares its own beside its manifests. */
// biome-ignore lint/suspicious/noEmptyInterface: components add to it
export interface Facts {}

export interface Login {
  /** A mark that changes with the content. */
  content: string;
  /** The keys that it has. */
  keys: string[];
}

/** The reference of each image. */
export interface Images extends Record<ImageName, string> {
  /** Secrets in a pipeline's namespace that open the registry of these images. */
  pullSecrets?: string[];
}

const referencesOf = (read: (name: ImageName) => string | undefined): Images =>
  Object.fromEntries(IMAGES.map((name) => [name, read(name) || images[name].reference])) as Record<ImageName, string>;

export const defaultImages: Images = referencesOf(() => undefined);

/** The images by WORKLOADS_IMAGE and so on; one that is unset or empty, as in the chart's defaults, is ours. */
export const imagesFrom = (environment: Record<string, string | undefined>): Images => ({
  ...referencesOf((name) => environment[`${name.toUpperCase()}_IMAGE`]),
  ...(environment.IMAGE_PULL_SECRETS ? {pullSecrets: environment.IMAGE_PULL_SECRETS.split(",")} : {}),
});

/** Part of a pod's spec: what its images are pulled with, if anything. */
export const pullSecrets = ({images}: Pick<BuildContext, "images">): Pick<k8s.PodSpec, "imagePullSecrets"> =>
  images.pullSecrets ? {imagePullSecrets: images.pullSecrets.map((name) => ({name}))} : {};

export const PIPELINE_LABEL = "telemetry.dev/pipeline";
export const COMPONENT_LABEL = "telemetry.dev/component";
/** Objects with this label outlive the pipeline: they open data that was kept. */
export const RETAINED_LABEL = "telemetry.dev/retained";

/** A custom resource, checked against the interface that its CRD was imported as. */
export const custom = <T extends {apiVersion: string; kind: string; metadata: {name: string}}>(
  chart: Chart,
  resource: T,
): ApiObject => new ApiObject(chart, `${resource.kind}-${resource.metadata.name}`, resource as ApiObjectProps);

export const running = ({spec}: BuildContext): boolean => spec.state === "Running";

/** Pod-level security that passes the restricted Pod Security standard. */
export const podSecurity = (user = 10_001): k8s.PodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: {type: "RuntimeDefault"},
});

export const containerSecurity: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: {drop: ["ALL"]},
};

type Limits = Pick<BuildContext, "limitsCpu">;

/** Memory is requested and limited alike. CPU is only requested, unless a quota wants a limit: one that is slow to start is no fault. */
export function resources({limitsCpu}: Limits, sizing: Sizing, pod?: PodOptions, storage?: NodeStorage): Resources {
  const {requests, limits} = resourcesOf(sizing, pod, storage);
  return {requests, limits: {...(limitsCpu ? {cpu: cpuLimit(requests.cpu)} : {}), ...limits}};
}

/** The kubelet keeps some 50 MiB of a container's log; none of our programs leaves files of its own behind. */
const NODE_STORAGE: NodeStorage = {request: "64Mi", limit: "1Gi"};

/** The same for a container of a built-in kind, with storage of the node: a pod that fills it is evicted before its neighbours are. */
export function containerResources(
  limits: Limits,
  sizing: Sizing,
  pod?: PodOptions,
  storage = NODE_STORAGE,
): k8s.ResourceRequirements {
  const {requests, limits: most} = resources(limits, sizing, pod, storage);
  const quantities = (amounts: object) =>
    Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
  return {requests: quantities(requests), limits: quantities(most)};
}

/** Of what a container requests it may use twice as much. */
export const CPU_LIMIT_FACTOR = 2;
/** Below this a program takes minutes to start. */
const LEAST_CPU_LIMIT = 0.5;

const cpuLimit = (request: string): string => cpuText(Math.max(LEAST_CPU_LIMIT, coresOf(request) * CPU_LIMIT_FACTOR));

export const fromSecret = (name: string, secret: string, key: string): k8s.EnvVar => ({
  name,
  valueFrom: {secretKeyRef: {name: secret, key}},
});

export const env = (values: Record<string, string | number>): k8s.EnvVar[] =>
  Object.entries(values).map(([name, value]) => ({name, value: String(value)}));

/**
 * An annotation that changes with the passwords in an environment, so that a new one, whoever made it, restarts the pods that hold the old one.
 * A password of ours is 24 random bytes, and of others the hash has in it what only who may read the Secret knows: what is shown gives nothing away.
 */
export function credentialsAnnotation(
  {passwords, logins}: BuildContext,
  variables: k8s.EnvVar[],
): Record<string, string> {
  const names = [...new Set(variables.flatMap(({valueFrom}) => valueFrom?.secretKeyRef?.name ?? []))].sort();
  const held = names.flatMap((name) => passwords[name] ?? logins?.[name]?.content ?? []);
  if (held.length === 0) return {};
  const hash = createHash("sha256").update(held.join(" "));
  return {"telemetry.dev/credentials": hash.digest("hex").slice(0, 8)};
}

/** A Service inside the cluster that leads to the port of the same name. */
export function service(
  chart: Chart,
  name: string,
  selector: Record<string, string>,
  port: {name: string; port: number},
  {clusterIP, unready = false}: {clusterIP?: "None"; unready?: boolean} = {},
) {
  new k8s.KubeService(chart, `Service-${name}`, {
    metadata: {name},
    spec: {
      ...(clusterIP ? {clusterIp: clusterIP} : {}),
      ...(unready ? {publishNotReadyAddresses: true} : {}),
      selector,
      ports: [{...port, targetPort: k8s.IntOrString.fromString(port.name)}],
    },
  });
}

/** Secret of a user and its random password. */
export function credentials(chart: Chart, context: BuildContext, name: string, data: Record<string, string>) {
  const encoded = Object.entries({...data, password: context.passwords[name] ?? ""}).map(([key, value]) => [
    key,
    Buffer.from(value).toString("base64"),
  ]);
  new k8s.KubeSecret(chart, `Secret-${name}`, {
    metadata: {name, labels: context.spec.deletionPolicy === "Retain" ? {[RETAINED_LABEL]: "true"} : {}},
    data: Object.fromEntries(encoded),
  });
}
