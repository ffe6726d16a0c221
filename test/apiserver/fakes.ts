import {containerSecurity, podSecurity} from "../../cdk8s/context.ts";
import {handedOn, isPaused} from "../../cluster/operators/strimzi.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import type {KubeClient} from "../../operator/runtime/client.ts";
import {ownerKeys, startController} from "../../operator/runtime/controller.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin, type KubeObject, type ResourceType} from "../../operator/runtime/types.ts";

/**
 * Fakes of what a control plane without a node lacks: a kubelet that says every pod runs, and upstream operators that say
 * every custom resource is ready. They make Kafka's pods and its users' Secrets, and nothing else. What is returned ends them.
 *
 * @param without kinds that something else answers for
 */
export function startFakes(client: KubeClient, without: string[] = []): () => Promise<void> {
  const stop = new AbortController();
  const log = createLogger("fakes");
  log.level = "silent";
  const base = {client, log, signal: stop.signal};
  const upstream = ownedKinds
    .filter(({apiVersion}) => /strimzi|k8ssandra|flink/.test(apiVersion))
    .filter(({kind}) => !without.includes(kind));
  const running = Promise.all([
    startController({
      ...base,
      name: "fake-kubelet",
      kind: builtin.pod,
      async reconcile(key, cache) {
        const pod = cache.get(builtin.pod, key);
        if (!pod || pod.metadata.deletionTimestamp || pod.status?.phase !== "Pending") return undefined;
        const job = pod.metadata.ownerReferences?.[0]?.kind === "Job";
        const conditions = job ? [] : [{type: "Ready", status: "True"}];
        const status = {phase: job ? "Succeeded" : "Running", conditions};
        await client.patch(builtin.pod, pod.metadata, {status}, "status");
        return undefined;
      },
    }),
    ...upstream.map((type) =>
      startController({
        ...base,
        name: `fake-${type.kind}`,
        kind: type,
        // One that is deleted is made anew, as by Strimzi.
        watches: type.kind === "KafkaUser" ? [{...USER_SECRETS, map: (secret) => ownerKeys(secret, type)}] : [],
        async reconcile(key, cache) {
          const object = cache.get(type, key);
          if (!object || object.metadata.deletionTimestamp) return undefined;
          // Of a job that never ran upstream says nothing at all.
          if (!object.status && object.spec.job?.state === "suspended") return undefined;
          const status = statusOf(object);
          const lacksSecret = type.kind === "KafkaUser" && !cache.get(builtin.secret, key);
          if (isDone(object) && !lacksSecret) return undefined;
          for (const [kind, made] of madeFor(object, status)) await client.apply(kind, made, {fieldManager: "fakes"});
          await client.patch(type, object.metadata, {status}, "status");
          return undefined;
        },
      }),
    ),
  ]);
  return async () => {
    stop.abort();
    await running;
  };
}

const USER_SECRETS = {type: builtin.secret, labelSelector: "strimzi.io/kind=KafkaUser"};

/** A Kafka has been seen once its status says what its pause asks for. */
function isDone({status, metadata, ...object}: KubeObject): boolean {
  if (object.kind !== "Kafka") return status?.observedGeneration === metadata.generation;
  const says = status?.conditions?.[0].type;
  return isPaused({...object, metadata} as KubeObject)
    ? says === PAUSED
    : says === "Ready" && status.observedGeneration === metadata.generation;
}

/** Pods and Secrets as upstream makes them, as far as they are asked for. */
function madeFor({apiVersion, kind, metadata, spec}: KubeObject, status: any): [ResourceType, KubeObject][] {
  const {name, namespace, uid} = metadata;
  const ownerReferences = [{apiVersion, kind, name, uid: uid!}];
  const cluster = metadata.labels?.["strimzi.io/cluster"];
  const labels = {...handedOn({apiVersion, kind, metadata}), "strimzi.io/kind": kind};
  const about = (title: string, more: Record<string, string>) => ({
    name: title,
    namespace: namespace!,
    ownerReferences,
    labels: {...labels, ...more},
  });
  if (kind === "KafkaUser")
    return [
      [builtin.secret, {apiVersion: "v1", kind: "Secret", metadata: about(name, {}), stringData: {password: name}}],
    ];
  if (kind !== "KafkaNodePool") return [];
  return status.nodeIds.map((id: number) => [
    builtin.pod,
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: about(`${cluster}-${name}-${id}`, {"strimzi.io/pool-name": name}),
      spec: {
        securityContext: podSecurity(),
        containers: [{name: "kafka", image: "kafka", securityContext: containerSecurity, resources: spec.resources}],
      },
    },
  ]);
}

/** The id that a Kafka of the fakes has; another one than a kept one, as upstream's. */
const FAKE_CLUSTER_ID = "made-up-by-the-fakes";

function nodeIdsOf({metadata, spec, status}: KubeObject): number[] {
  const named: number[] = JSON.parse(metadata.annotations?.["strimzi.io/next-node-ids"] ?? "[]");
  const first = spec.roles.includes("controller") ? 0 : 10;
  return Array.from({length: spec.replicas}, (_, at) => status?.nodeIds?.[at] ?? named[at] ?? first + at);
}

const PAUSED = "ReconciliationPaused";

function statusOf(object: KubeObject) {
  const {kind, metadata, spec, status} = object;
  const observedGeneration = metadata.generation;
  const condition = (type: string) => ({
    type,
    status: "True",
    lastTransitionTime: new Date().toISOString(),
    ...(kind === "K8ssandraCluster" ? {reason: type, message: ""} : {}),
  });
  if (kind === "FlinkDeployment") {
    if (spec.job.state === "suspended") return {observedGeneration, lifecycleState: "SUSPENDED"};
    const jobStatus = {state: "RUNNING"};
    return {observedGeneration, jobManagerDeploymentStatus: "READY", lifecycleState: "STABLE", jobStatus};
  }
  if (kind === "Kafka" && isPaused(object)) return {conditions: [condition(PAUSED)]};
  if (kind === "Kafka")
    return {observedGeneration, clusterId: status?.clusterId ?? FAKE_CLUSTER_ID, conditions: [condition("Ready")]};
  if (kind === "KafkaNodePool") return {observedGeneration, nodeIds: nodeIdsOf(object), replicas: spec.replicas};
  if (kind !== "K8ssandraCluster") return {observedGeneration, conditions: [condition("Ready")]};
  const [{metadata: datacenter, stopped}] = spec.cassandra.datacenters;
  const conditions = [condition(stopped ? "Stopped" : "Ready")];
  const cassandra = {cassandraOperatorProgress: "Ready", conditions};
  return {observedGeneration, error: "None", datacenters: {[datacenter.name]: {cassandra}}};
}
