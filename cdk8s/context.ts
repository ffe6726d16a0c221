import {ApiObject, type ApiObjectProps, type Chart} from "cdk8s";
import type {ResolvedSpec} from "../operator/api/profiles.ts";

/** What a component's manifests are made from: nothing else may influence them. */
export interface BuildContext {
  /** The pipeline's name: prefix of every object. */
  name: string;
  namespace: string;
  spec: ResolvedSpec;
  images: Images;
  /** Passwords by Secret name: those that are live, or new ones. */
  passwords: Record<string, string>;
}

export interface Images {
  workloads: string;
  timescaledb: string;
}

export const defaultImages: Images = {
  workloads: "docker.io/telemetry-operator/workloads:dev",
  timescaledb: "docker.io/telemetry-operator/timescaledb:17-2.19",
};

export const PIPELINE_LABEL = "telemetry.dev/pipeline";
export const COMPONENT_LABEL = "telemetry.dev/component";
/** Secrets with this label outlive the pipeline: they open data that was kept. */
export const RETAINED_LABEL = "telemetry.dev/retained";

/** Any object of any kind below a chart. */
export const add = (chart: Chart, props: ApiObjectProps & Record<string, unknown>): ApiObject =>
  new ApiObject(chart, `${props.kind}-${props.metadata?.name}`, props);

export const running = ({spec}: BuildContext): boolean => spec.state === "Running";

/** Pod-level security that passes the restricted Pod Security standard. */
export const podSecurity = (user = 10_001) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: {type: "RuntimeDefault"},
});

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: {drop: ["ALL"]},
};

/** Memory is requested and limited alike, CPU is only requested. */
export const resources = ({cpu, memory}: {cpu: string; memory: string}) => ({
  requests: {cpu, memory},
  limits: {memory},
});

export const fromSecret = (name: string, secret: string, key: string) => ({
  name,
  valueFrom: {secretKeyRef: {name: secret, key}},
});

export const env = (values: Record<string, string | number>) =>
  Object.entries(values).map(([name, value]) => ({name, value: String(value)}));

/** Secret of a user and its random password. */
export function credentials(chart: Chart, context: BuildContext, name: string, data: Record<string, string>) {
  const encoded = Object.entries({...data, password: context.passwords[name] ?? ""}).map(([key, value]) => [
    key,
    Buffer.from(value).toString("base64"),
  ]);
  add(chart, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {name, labels: context.spec.deletionPolicy === "Retain" ? {[RETAINED_LABEL]: "true"} : {}},
    data: Object.fromEntries(encoded),
  });
}
