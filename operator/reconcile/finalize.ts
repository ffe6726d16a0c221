import {telemetryPipeline} from "../api/crd.ts";
import {resolveSpec} from "../api/profiles.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache, ReconcileResult} from "../runtime/controller.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import {ownedKinds} from "./kinds.ts";

const FINALIZER = "telemetry.dev/teardown";
const AGAIN_MS = 1_000;

/** Makes the API server wait for `finalize` before the pipeline goes. */
export async function ensureFinalizer(client: KubeClient, {metadata}: KubeObject): Promise<void> {
  if (metadata.finalizers?.includes(FINALIZER)) return;
  await client.patch(telemetryPipeline, metadata, {
    metadata: {finalizers: [...(metadata.finalizers ?? []), FINALIZER]},
  });
}

/** Ends the consumers, then the topics, then lets the owner references take the rest; Retain keeps topics and volumes. */
export async function finalize(client: KubeClient, pipeline: KubeObject, cache: Cache): Promise<ReconcileResult> {
  const {metadata} = pipeline;
  if (!metadata.finalizers?.includes(FINALIZER)) return undefined;
  const retain = resolveSpec(pipeline.spec).deletionPolicy === "Retain";
  const ours = (kind: string) =>
    ownedKinds
      .filter((type) => type.kind === kind)
      .flatMap((type) => cache.list(type).map((object) => ({type, object})))
      .filter(({object}) => object.metadata.ownerReferences?.some(({uid}) => uid === metadata.uid));
  for (const {type, object} of retain ? ours("KafkaTopic") : []) {
    await client.patch(type, object.metadata, {metadata: {annotations: {"strimzi.io/managed": "false"}}});
  }
  for (const kind of ["Deployment", "Job", "KafkaTopic"]) {
    const left = ours(kind);
    for (const {type, object} of left) {
      if (!object.metadata.deletionTimestamp) await client.delete(type, object.metadata);
    }
    if (left.length > 0) return {requeueAfterMs: AGAIN_MS};
  }
  if (!retain) {
    for (const name of ["timescaledb", "superuser", "cassandra"]) {
      await client.delete(builtin.secret, {name: `${metadata.name}-${name}`, namespace: metadata.namespace!});
    }
  }
  const finalizers = metadata.finalizers.filter((finalizer) => finalizer !== FINALIZER);
  await client.patch(telemetryPipeline, metadata, {metadata: {finalizers}});
  return undefined;
}
