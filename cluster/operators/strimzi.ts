import type {KubeObject} from "../../operator/runtime/types.ts";

/** Rules of Strimzi 1.2.0 that its stand-in answers by. */

const votes = ({spec}: KubeObject): boolean => spec.roles.includes("controller");

const byName = (pools: KubeObject[]): KubeObject[] =>
  [...pools].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

/** The pools with that of the voters first. */
export const inOrder = (pools: KubeObject[]): KubeObject[] =>
  byName(pools).sort((a, b) => Number(votes(b)) - Number(votes(a)));

/** Ids that a new node of a pool takes first, as "[0, 2-4]". */
const NEXT_IDS = "strimzi.io/next-node-ids";

function preferredIds({metadata}: KubeObject): number[] {
  const parts = metadata.annotations?.[NEXT_IDS]?.match(/\d+(\s*-\s*\d+)?/g) ?? [];
  return parts.flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({length: last - first + 1}, (_, at) => first + at);
  });
}

/**
 * The ids of each pool's nodes, by its name. Ids are the cluster's: a pool keeps those of its status and grows by the ones its annotation prefers,
 * then by the lowest that are free. Pools take theirs in the order of their names, whoever votes.
 */
export function nodeIds(pools: KubeObject[]): Record<string, number[]> {
  const used = new Set<number>(pools.flatMap(({status}) => status?.nodeIds ?? []));
  const next = (preferred: number[]): number => {
    let id = preferred.find((each) => !used.has(each)) ?? 0;
    while (used.has(id)) id += 1;
    used.add(id);
    return id;
  };
  return Object.fromEntries(
    byName(pools).map((pool) => {
      const {metadata, spec, status} = pool;
      const ids: number[] = (status?.nodeIds ?? []).slice(0, spec.replicas);
      while (ids.length < spec.replicas) ids.push(next(preferredIds(pool)));
      return [metadata.name, ids];
    }),
  );
}

/** The id that a Kafka keeps in its status or that of a pool; without one upstream takes a random one, whatever the volumes hold. */
export const keptClusterId = (kafka: KubeObject, pools: KubeObject[]): string | undefined =>
  [kafka, ...pools].map(({status}) => status?.clusterId).find((id) => id);

/** The labels of an object that all that is made for it carries as well. */
export const handedOn = ({metadata}: KubeObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata.labels ?? {}).filter(([name]) => !/^app\.kubernetes\.io\/(?!part-of)/.test(name)),
  );

export const isPaused = ({metadata}: KubeObject): boolean =>
  metadata.annotations?.["strimzi.io/pause-reconciliation"] === "true";

/** The fault of these pools that Strimzi refuses; "" if none. */
export function poolsRefused(pools: KubeObject[]): string {
  for (const pool of pools) {
    const {metadata, spec, status} = pool;
    const created: number | undefined = status?.nodeIds?.length;
    if (votes(pool) && created && created !== spec.replicas)
      return `KafkaNodePool ${metadata.name}: scaling a node pool with the controller role, from ${created} to ${spec.replicas}`;
    if (spec.storage.type !== "jbod" || spec.storage.volumes.length !== 1)
      return "storage other than jbod with one volume";
  }
  const ids = nodeIds(pools);
  const voters = pools.find(votes)?.metadata.name;
  if (voters && ids[voters]![0] !== 0)
    return `KafkaNodePool ${voters}: its first node is ${ids[voters]![0]}, and the stand-in's only voter is node 0`;
  // A StatefulSet numbers its pods without gaps.
  const gap = Object.entries(ids).find(([, ids]) => ids.some((id, at) => id !== ids[0]! + at));
  return gap ? `KafkaNodePool ${gap[0]}: node ids ${gap[1].join(", ")}, which have gaps` : "";
}

/** Why a live topic's spec.replicas is refused, as without Cruise Control; "" if it is what the topic has. */
export function replicasRefused(
  wanted: number | undefined,
  partitions: {partitionId: number; replicas: number[]}[],
): string {
  if (wanted === undefined) return "";
  const others = partitions.filter(({replicas}) => replicas.length !== wanted).map(({partitionId}) => partitionId);
  if (others.length === 0) return "";
  const list = others.sort((a, b) => a - b).join(", ");
  return `Replication factor change not supported, but required for partitions [${list}]`;
}

/** The user of the image. */
const USER = 10_001;

/** What upstream's PodSecurityProvider of this name gives a broker's pod and its container: by default only the group of the volumes. */
export function securityBy(provider: string | undefined): {pod: object; container: object} {
  const user = {runAsUser: USER, fsGroup: USER};
  if (provider !== "restricted") return {pod: user, container: {}};
  const container = {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: ["ALL"]}};
  return {pod: user, container: {...container, seccompProfile: {type: "RuntimeDefault"}}};
}

/** Upstream looks at every topic and user this often, and at one that failed no sooner. */
export const LOOK_PERIOD_MS = 120_000;

/** Whether an error of kafkajs is the brokers' own, final answer: what passes by itself upstream's client tries again within its time. */
export function isAnswer(error: unknown): boolean {
  const {name, retriable, errors} = error as {name: string; retriable?: boolean; errors?: unknown[]};
  if (errors) return errors.some(isAnswer);
  return /Protocol|CreateTopic/.test(name) && !retriable;
}

/** When a topic or user was looked at, in ms since the epoch, and of which generation it was. */
export interface Look {
  at: number;
  generation: number;
}

/**
 * For how many ms upstream leaves a topic or user alone; 0 when it looks now. It looks at what is new or changed, and at all that there is each
 * 120 s: here that moment comes as soon as no broker is ready, as it may, and the next one 120 s later.
 */
export function leftAloneFor(
  last: Look | undefined,
  {metadata, status}: KubeObject,
  brokers: boolean,
  now: number,
): number {
  // Upstream's entity operator comes after the brokers.
  if (!last) return brokers ? 0 : LOOK_PERIOD_MS;
  if (last.generation !== metadata.generation) return 0;
  const well = status?.conditions?.[0]?.status === "True";
  return well && !brokers ? 0 : Math.max(0, last.at + LOOK_PERIOD_MS - now);
}

/** How long upstream waits for the pods of one reconcile; until then the status says what it said before. */
export const OPERATION_TIMEOUT_MS = 300_000;

/** A Kafka whose pods are waited for, and since when, in ms: its name is locked until that is over, even if it was deleted meanwhile. */
export interface Lock {
  kafka: KubeObject;
  since: number;
}

/** For how many ms upstream does not look at a Kafka, since it still waits for the pods of an earlier one of that name. */
export const lockedFor = (lock: Lock | undefined, {metadata}: KubeObject, now: number): number =>
  lock && lock.kafka.metadata.uid !== metadata.uid ? Math.max(0, lock.since + OPERATION_TIMEOUT_MS - now) : 0;

/** Whether a Kafka gets the status of an earlier one of its name: it was there when the time of that one was over. */
export const getsStatusOf = (lock: Lock | undefined, {metadata}: KubeObject): lock is Lock =>
  lock !== undefined &&
  lock.kafka.metadata.uid !== metadata.uid &&
  Date.parse(metadata.creationTimestamp!) < lock.since + OPERATION_TIMEOUT_MS;

/** What a Kafka says while its pods are waited for, since a moment in ms; undefined: what it said before. */
export function saysMeanwhile(
  {status}: KubeObject,
  waiting: string,
  since: number,
  now: number,
): {reason: string; message: string} | undefined {
  if (now - since >= OPERATION_TIMEOUT_MS) {
    const message = `Exceeded timeout of ${OPERATION_TIMEOUT_MS}ms while waiting for Pods resource: ${waiting}`;
    return {reason: "TimeoutException", message};
  }
  const [{type, reason} = {type: "", reason: ""}] = status?.conditions ?? [];
  return type === "Ready" || reason === "TimeoutException" ? undefined : {reason: "Creating", message: waiting};
}
