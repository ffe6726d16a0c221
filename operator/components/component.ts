import {type Reason, TelemetryError} from "../../api/errors.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {ComponentStatus} from "../../api/status.ts";
import {refusal} from "../../api/versions.ts";
import type {Manifests} from "../../cdk8s/component.ts";
import type {Facts} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {KubeObject, ResourceType} from "../runtime/types.ts";

/** The verdict on a component, from its live objects. */
export interface Readiness {
  ready: boolean;
  /** CamelCase, stable. */
  reason: string;
  message: string;
}

/** A planned object and the live one of its name, if there is one. */
export interface Pair {
  planned: KubeObject;
  live: KubeObject | undefined;
}

/** Finds what an operator of others made for a pipeline, by its name. */
export type Find = (type: ResourceType, name: string) => KubeObject | undefined;

interface SecretNeed {
  field: string;
  name: string;
  /** Of "one or another", one has to be there. */
  keys: string[];
}

/** The Secrets that a field names which is a server of the user's. */
export const serverSecrets = (
  field: string,
  server: {secret?: string | undefined; caSecret?: string | undefined} | undefined,
  keys: string[],
): SecretNeed[] => [
  ...(server?.secret ? [{field: `${field}.secret`, name: server.secret, keys}] : []),
  ...(server?.caSecret ? [{field: `${field}.caSecret`, name: server.caSecret, keys: ["ca.crt"]}] : []),
];

/** The same of an HTTP server, which is logged in to by a token or by a name. */
export const webServerSecrets = (field: string, server: Parameters<typeof serverSecrets>[1]): SecretNeed[] =>
  serverSecrets(field, server, ["username or token", "password or token"]);

/** The same of an external server. */
export const externalSecrets = (component: string, external: Parameters<typeof serverSecrets>[1], keys: string[]) =>
  serverSecrets(`spec.${component}.external`, external, keys);

/** The events that wait in Kafka for a store and can be read. */
export interface Load {
  lag: number;
  /** Partitions that it is in: one ingester reads each, and more would idle. */
  behind: number;
}

/** What a component may read before it is planned. */
export interface Sources {
  /** Of the pipeline. */
  name: string;
  namespace: string;
  spec: ResolvedSpec;
  /** Finds what is live in the pipeline's namespace, by its name. */
  find(type: ResourceType, name: string): Promise<KubeObject | undefined>;
  /** For objects that are not watched; absent for a plan that is only shown. */
  client?: KubeClient;
  /** Whether it may read what belongs to no namespace. */
  clusterWide: boolean;
  loadOf(store: string): Load | undefined;
  /** Notes of the component from an earlier reconcile; lost at a restart. */
  notes: Map<string, any>;
  /** ms since the epoch. */
  now: number;
}

/** The JSON answer of an HTTP server; with a body the request is a POST. Rejects unless it succeeds in time. */
export type GetJson = (url: string, request?: {headers?: Record<string, string>; body?: object}) => Promise<any>;

/** The view of a component after its plan was applied. */
export interface View {
  /** Of the pipeline. */
  name: string;
  namespace: string;
  facts: Facts;
  client: KubeClient;
  find: Find;
  /** Asks an HTTP server of the pipeline; rejects when it does not answer. */
  getJson: GetJson;
  /** Notes of the component from an earlier reconcile; lost at a restart. */
  notes: Map<string, any>;
  /** The component as the status reported it last. */
  reported: ComponentStatus | undefined;
  /** Whether the plan could be applied. */
  applied: boolean;
  /** ms since the epoch. */
  now: number;
}

/** The means of a component while its pipeline is being deleted. */
export interface Deletion {
  /** Of the pipeline. */
  name: string;
  namespace: string;
  client: KubeClient;
  find: Find;
  /** Whether data is kept. */
  retains: boolean;
  /** Whether the order of the teardown was given up. */
  abandoned: boolean;
  owned(type: ResourceType): KubeObject[];
  /** Takes a step, and returns what the API server said against it. */
  attempt(object: KubeObject, step: () => Promise<unknown>): Promise<string | undefined>;
}

/** A condition of the pipeline that is a component's own. */
export interface ComponentCondition {
  type: string;
  value: boolean;
  reason: Reason;
  message: string;
}

/** One box of the platform: its manifests, when it is wanted, what it needs first, and how its readiness reads. */
export interface Component extends Manifests {
  dependsOn: string[];
  /** The pipeline does well without it: kinds that the cluster does not serve leave it out. Unless "silently", a condition says so. */
  optional?: boolean | "silently";
  /** What pipelines lack in a cluster that does not serve its kinds; unset: they do not run. */
  without?: string;
  version?(spec: ResolvedSpec): string | undefined;
  /** Secrets that the user has to make: the field that names each, its name and its keys. */
  secrets?(spec: ResolvedSpec): SecretNeed[];
  /** Names of the Secrets with a login that an operator of others makes for a pipeline of this name. */
  logins?(spec: ResolvedSpec, name: string, components: Manifests[]): string[];
  /** PersistentVolumeClaims that the user has to make: the field that names each, and its name. */
  claims?(spec: ResolvedSpec): {field: string; name: string}[];
  /** The label selector of pods that an upstream operator makes for a pipeline of this name, whether or not they carry our labels. */
  upstreamPods?(pipeline: string): string;
  /**
   * Judges the planned objects, each as it is live (undefined = not there yet), with StatefulSets that an upstream operator made of them, and
   * what else others made.
   */
  readiness(live: (KubeObject | undefined)[], spec: ResolvedSpec, find?: Find): Readiness;
  /**
   * Refuses what the live objects do not allow.
   *
   * @throws TelemetryError naming the field and the fix
   */
  validate?(pairs: Pair[], spec: ResolvedSpec): void;
  /**
   * The facts of the cluster that its plan needs beside the spec.
   *
   * @throws TelemetryError why the plan cannot be applied
   */
  facts?(sources: Sources): Promise<object | undefined>;
  /** The spec as it can be carried out by what was found. */
  resolve?(spec: ResolvedSpec, facts: Facts): ResolvedSpec;
  /** The version that an object runs, unless that is the image of its pods. */
  runs?(object: KubeObject): string | undefined;
  /** Adds to its readiness what its live objects do not tell. */
  observe?(readiness: Readiness, view: View): Promise<Readiness>;
  /** Writes what an upstream operator needs to go on, and returns what to log. Not called while the pipeline is paused. */
  assist?(readiness: Readiness, view: View): Promise<string | undefined>;
  /** After how many ms it is looked at again, for what no watch tells. */
  pollMs?(spec: ResolvedSpec, facts: Facts): number | undefined;
  /** Its own condition, also while it is not enabled; `absent` is why an optional component was left out. */
  condition?(spec: ResolvedSpec, facts: Facts, absent: TelemetryError | undefined): ComponentCondition;
  /** The store that its pods fill. They report the age of its rows; with `follows` each answer leads to a reconcile. */
  fills?: {store: string; follows(spec: ResolvedSpec): boolean; idle(spec: ResolvedSpec): string | undefined};
  /** Vehicles that it drives. */
  vehicles?(spec: ResolvedSpec): number;
  /** The program that compares what it holds with Kafka, and the container that has it; of stores it is the ingester's. */
  audit?: {container: string; program: string[]};
  /** Kinds that must be gone before consumers and jobs are removed, or before the rest is. */
  deleteBefore?: {consumers?: string[]; rest?: string[]};
  /** One step of its own in the teardown, before anything is removed; returns what the teardown waits for. */
  release?(deletion: Deletion): Promise<string | undefined>;
  /** The same for a pipeline that went without its teardown. `isGone` asks whether it has. */
  releaseLeft?(
    deletion: Pick<Deletion, "name" | "namespace" | "client" | "find">,
    isGone: () => Promise<boolean>,
  ): Promise<void>;
  /** Its Job is a check: what follows it in the plan is changed once it has ended well; the reason if it has not. */
  checkFirst?: Reason;
}

type Topic = ResolvedSpec["kafka"]["topic"];

export const ready = (message: string): Readiness => ({ready: true, reason: "Ready", message});
export const waiting = (reason: string, message: string): Readiness => ({ready: false, reason, message});

/** Characters of a message that programs in pods have a part in. */
const MOST_WORDS = 600;
/** With what else there is to say of it. */
export const withWords = (readiness: Readiness, ...words: string[]): Readiness => ({
  ...readiness,
  message: [readiness.message, ...words].join("; ").slice(0, MOST_WORDS),
});

/** Ready when every planned object is; otherwise what the first unready one waits for. */
export function allReady(
  live: (KubeObject | undefined)[],
  judge: Record<string, (object: KubeObject) => string>,
): Readiness {
  if (live.some((object) => object === undefined)) return waiting("Creating", "objects are being created");
  for (const object of live) {
    const problem = judge[object!.kind]?.(object!);
    if (problem) return waiting(`${object!.kind}NotReady`, `${object!.kind} ${object!.metadata.name}: ${problem}`);
  }
  return ready("all objects are ready");
}

/**
 * Refuses members of a group that would have no partition. How many topics a pattern finds is not known here.
 *
 * @param isOfAll whether the group reads the further topics of the events as well
 */
export function refuseIdlePods(
  field: string,
  most: number,
  {partitions, pattern, further}: Topic,
  isOfAll = true,
): void {
  const topics = isOfAll ? (pattern === undefined ? 1 + (further?.length ?? 0) : Number.POSITIVE_INFINITY) : 1;
  if (most <= partitions * topics) return;
  const each = topics > 1 ? ` in each of ${topics} topics` : "";
  throw new TelemetryError(
    "TooManyIngesters",
    `${field}: ${most} is more than spec.kafka.topic.partitions (${partitions}${each}), so some pods would be idle; lower it or add partitions`,
  );
}

/** Refuses a figure below the live one, for every planned object of a kind that is live already. */
export function neverLess<T>(
  pairs: Pair[],
  kind: string,
  field: string,
  why: string,
  read: (object: KubeObject) => T,
  measure: (value: T) => number,
): void {
  for (const {planned, live} of pairs) {
    if (planned.kind !== kind || !live) continue;
    const [is, wanted] = [read(live), read(planned)];
    if (is !== undefined && measure(wanted) < measure(is)) {
      throw new TelemetryError(
        "CannotShrink",
        `${field}: ${wanted} is less than the live ${is}, and ${why}; set it to ${is} or more`,
      );
    }
  }
}

/** Refuses a version that no tested step leads to from the live one. */
export function onlyTestedSteps(
  pairs: Pair[],
  kind: string,
  field: string,
  tested: readonly string[],
  read: (object: KubeObject) => string | undefined,
): void {
  for (const {planned, live} of pairs) {
    if (planned.kind !== kind || !live) continue;
    const [is, wanted] = [read(live), read(planned)];
    const why = is && wanted && refusal(tested, is, wanted);
    if (why) throw new TelemetryError("UpgradeRefused", `${field}: ${wanted} is refused: ${why}`);
  }
}

export const current = (object: KubeObject): boolean =>
  object.status?.observedGeneration === object.metadata.generation;

/** Replicas of a Deployment or StatefulSet that run the newest template. */
export function replicasReady(object: KubeObject): string {
  const wanted = object.spec.replicas ?? 1;
  const {replicas = 0, updatedReplicas = 0, readyReplicas = 0} = object.status ?? {};
  if (!current(object)) return "the change has not been observed yet";
  if (updatedReplicas < wanted) return `${updatedReplicas} of ${wanted} pods are up to date`;
  // readyReplicas counts old pods too, and an update starts each new pod beside an old one.
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} old pods have not ended yet`;
  return readyReplicas < wanted ? `${readyReplicas} of ${wanted} pods are ready` : "";
}

export const jobDone = (object: KubeObject): string => (object.status?.succeeded ? "" : "has not finished");

export const hasCondition = (object: KubeObject, wanted: string): boolean =>
  object.status?.conditions?.some(({type, status}: any) => type === wanted && status === "True") ?? false;

/** A Ready condition of the present generation, as Strimzi and many others report. */
export function conditionReady(object: KubeObject): string {
  const conditions: any[] = object.status?.conditions ?? [];
  if (current(object) && hasCondition(object, "Ready")) return "";
  const bad = conditions.find(
    ({type, status}) => (type === "NotReady" && status === "True") || (type === "Ready" && status === "False"),
  );
  return bad ? `${bad.reason}: ${bad.message}` : "not ready yet";
}
