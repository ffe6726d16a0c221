import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import type {KubeClient} from "../../operator/runtime/client.ts";
import {startController} from "../../operator/runtime/controller.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";

/**
 * Fakes of what a control plane without a node lacks: a kubelet that says every pod runs, and upstream operators that say
 * every custom resource is ready. They make nothing. What is returned ends them.
 */
export function startFakes(client: KubeClient): () => Promise<void> {
  const stop = new AbortController();
  const log = createLogger("fakes");
  log.level = "silent";
  const base = {client, log, signal: stop.signal};
  const upstream = ownedKinds.filter(({apiVersion}) => /strimzi|k8ssandra|flink/.test(apiVersion));
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
        async reconcile(key, cache) {
          const object = cache.get(type, key);
          if (!object || object.status?.observedGeneration === object.metadata.generation) return undefined;
          // Of a job that never ran upstream says nothing at all.
          if (!object.status && object.spec.job?.state === "suspended") return undefined;
          await client.patch(type, object.metadata, {status: statusOf(object)}, "status");
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

function statusOf({kind, metadata, spec}: KubeObject) {
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
  if (kind !== "K8ssandraCluster") return {observedGeneration, conditions: [condition("Ready")]};
  const [{metadata: datacenter, stopped}] = spec.cassandra.datacenters;
  const conditions = [condition(stopped ? "Stopped" : "Ready")];
  const cassandra = {cassandraOperatorProgress: "Ready", conditions};
  return {observedGeneration, error: "None", datacenters: {[datacenter.name]: {cassandra}}};
}
