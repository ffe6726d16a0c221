import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {LOOK, triggerSavepoint} from "./flink-rest.ts";
import {kinds, MANAGER, writeStatus} from "./kit.ts";

/** The object that upstream makes of a savepoint's number, by its name. */
export async function makeSnapshot(client: KubeClient, {metadata}: KubeObject): Promise<void> {
  const {apiVersion, kind} = kinds.snapshot;
  const {name, namespace} = metadata;
  const object = {
    apiVersion,
    kind,
    metadata: {
      name: `${name}-savepoint-manual-${Date.now()}`,
      namespace: namespace!,
      labels: {"job-reference.kind": "FlinkDeployment", "job-reference.name": name, "snapshot.trigger-type": "MANUAL"},
    },
    spec: {jobReference: {kind: "FlinkDeployment", name}, savepoint: {disposeOnDelete: false}},
  };
  await client.apply(kinds.snapshot, object, MANAGER);
}

/** A savepoint of a job that runs, taken once; one that does not run yet is looked at again. */
export async function reconcileSnapshot(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const snapshot = cache.get(kinds.snapshot, key);
  if (!snapshot || snapshot.metadata.deletionTimestamp || cache.behind(kinds.snapshot, key)) return undefined;
  const {spec, status, metadata} = snapshot;
  if (["COMPLETED", "FAILED"].includes(status?.state)) return undefined;
  if (!spec.savepoint || spec.savepoint.alreadyExists || spec.jobReference?.kind !== "FlinkDeployment")
    return report({state: "FAILED", error: "UnsupportedByStandIn: only new savepoints of a FlinkDeployment"});
  const flink = cache.get(kinds.flink, `${metadata.namespace}/${spec.jobReference.name}`);
  if (flink?.status?.jobStatus?.state !== "RUNNING") {
    await report({state: "TRIGGER_PENDING"});
    return LOOK;
  }
  try {
    return await report({state: "COMPLETED", path: await triggerSavepoint(flink)});
  } catch (error) {
    return report({state: "FAILED", error: (error as Error).message});
  }

  async function report(seen: {state: string; path?: string; error?: string}): Promise<undefined> {
    const ended = seen.state === "TRIGGER_PENDING" ? {} : {resultTimestamp: new Date().toISOString()};
    const written = await writeStatus(client, kinds.snapshot, snapshot!, {...seen, ...ended});
    if (written) cache.wrote(kinds.snapshot, written);
  }
}
