import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import type {ResolvedSpec} from "../api/pipeline.ts";
import type {Endpoint} from "../api/status.ts";
import type {Alert, NotReadyAlert} from "./components/monitoring/alert.ts";
import type {PodOwner} from "./components/monitoring/pod-owners.ts";
import type {Pipeline} from "./components/monitoring/records.ts";
import type {BuildContext} from "./context.ts";
import type {Board} from "./dashboards/kit.ts";
import type {PodMonitor} from "./imports/podmonitor.ts";
import type {Rule} from "./network.ts";
import type {ScheduledJob} from "./scheduled.ts";
import type {Workload} from "./workload.ts";

/**
 * The declaration of a component's manifests. Policies, monitors, alert rules, dashboards, password Secrets and the rights of the operator
 * derive from it.
 */
export interface Manifests {
  /** Value of the label `telemetry.dev/component`. */
  name: string;
  /** The names of its pods in the table of sizes. */
  title: string;
  enabled(spec: ResolvedSpec): boolean;
  /** Pure: the same context gives the same objects. */
  build(chart: Chart, context: PlanContext): void;
  /** Kinds of custom resources in its plan, in the order in which they are removed. */
  kinds?: Kind[];
  /** Rights that the operator needs for it beside those on the kinds. */
  rights?: k8s.PolicyRule[];
  /** The target of its clients: its pods or, if the server is not ours, a port at any address. */
  serves?(context: BuildContext): Rule;
  /** Names of the components that its pods connect to; its own, where its Jobs do. */
  uses?: string[] | ((all: Manifests[]) => string[]);
  /** Its name at a server that gives each client a login of its own; default: its name. */
  login?: string;
  /** How pods connect to it; a reader has a login that cannot write. */
  client?(context: BuildContext, reader?: boolean): Client;
  /** The endpoints of applications, for the status. */
  endpoints?(context: BuildContext): Endpoint[];
  metrics?: Metrics;
  /** Secrets with a generated password: what their names have after the pipeline's; by default whenever the component is enabled. */
  passwords?: {suffixes: string[]; generated?(spec: ResolvedSpec): boolean};
  /** Its alerts, where the plan has pods of it. */
  alerts?(pipeline: AlertContext): Alert[];
  /** `aside`: rows arrive without it, so it is a warning when it is not ready. An alert: its own, instead of the common one. */
  notReady?: "aside" | ((spec: ResolvedSpec) => NotReadyAlert | undefined);
  /** Loaded only where dashboards are made: what they are made with is not in the operator's image. */
  dashboard?(): Promise<Board>;
}

/** A namespaced kind of custom resources. */
export interface Kind {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: true;
}

/** @param group with its version, for example `kafka.strimzi.io/v1` */
export const kind = (group: string, name: string, plural = `${name.toLowerCase()}s`): Kind => ({
  apiVersion: group,
  kind: name,
  plural,
  namespaced: true,
});

/** Part of a workload: the environment and the files by which it connects. */
export type Client = Required<Pick<Workload, "env" | "files">>;

/** A plan's context: with all components, those that are not enabled as well. */
export interface PlanContext extends BuildContext {
  components: Manifests[];
  /** The owners of pods of the components that are planned before. */
  podOwners: PodOwner[];
  /** The jobs of these components that have a schedule. */
  scheduledJobs: ScheduledJob[];
}

export interface AlertContext extends Pipeline {
  spec: ResolvedSpec;
  components: Manifests[];
}

export type Relabelings = NonNullable<
  NonNullable<PodMonitor["spec"]["podMetricsEndpoints"]>[number]["metricRelabelings"]
>;

/** How Prometheus scrapes the pods of a component. */
interface Metrics {
  /** Name of the port that serves `/metrics`; several where pods of several kinds are its own. */
  port: string | string[];
  /** Labels of its pods in a pipeline of this name; default: our own. */
  pods?(pipeline: string): Record<string, string>;
  /** Whether there are such pods; default: whenever the component is enabled. */
  scraped?(spec: ResolvedSpec): boolean;
  /** Which series are kept; default: all. */
  keep?: Relabelings;
  /** An exporter that is planned beside the monitor. */
  exporter?(chart: Chart, context: PlanContext): PodOwner;
  /** The coverage of its own alerts: that pods are missing, or also that pods do not answer. Default: the common alerts tell both. */
  ownAlerts?: "missing" | "missing and down";
  /** Whether its pods serve the JVM's series by the names of Prometheus' client. */
  jvm?: true;
}

export const enabledOf = <C extends Pick<Manifests, "enabled">>(components: C[], spec: ResolvedSpec): C[] =>
  components.filter((component) => component.enabled(spec));

/** Components whose pods Prometheus scrapes, with how. */
export const scrapedOf = (components: Manifests[], spec: ResolvedSpec): (Manifests & {metrics: Metrics})[] =>
  enabledOf(components, spec).filter(
    (component): component is Manifests & {metrics: Metrics} =>
      component.metrics !== undefined && (component.metrics.scraped?.(spec) ?? true),
  );

/** Names of the components that the pods of one connect to. */
export const usedBy = ({uses = []}: Manifests, all: Manifests[]): string[] =>
  typeof uses === "function" ? uses(all) : uses;

/** The components whose pods connect to one. */
export const usersOf = (components: Manifests[], server: string): Manifests[] =>
  components.filter((component) => usedBy(component, components).includes(server));

/** An alert of a component's own that it is not ready. */
export const ownNotReady = ({notReady}: Manifests, spec: ResolvedSpec): NotReadyAlert | undefined =>
  typeof notReady === "function" ? notReady(spec) : undefined;

/** @throws Error a name that no component has */
export function componentOf(components: Manifests[], name: string): Manifests {
  const found = components.find((component) => component.name === name);
  if (!found) throw new Error(`there is no component ${name}: see operator/components/all.ts`);
  return found;
}

/** How a pod connects to a component. */
export function connectionTo(context: PlanContext, name: string, reader = false): Client {
  const {client} = componentOf(context.components, name);
  if (!client) throw new Error(`component ${name} declares no client`);
  return client(context, reader);
}
