import {PIPELINE_LABEL} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, objectId} from "../runtime/types.ts";
import {ownedKinds} from "./kinds.ts";
import type {PlannedComponent} from "./plan.ts";

/** Removes owned objects that left the plan. */
export async function prune(
  client: KubeClient,
  cache: Cache,
  {metadata}: KubeObject,
  planned: PlannedComponent[],
): Promise<void> {
  const wanted = new Set(planned.flatMap(({objects}) => objects.map(objectId)));
  for (const type of ownedKinds) {
    for (const object of cache.owned(type, metadata.uid!)) {
      if (wanted.has(objectId(object)) || object.metadata.deletionTimestamp) continue;
      if (object.metadata.labels?.[PIPELINE_LABEL] === metadata.name) await client.delete(type, object.metadata);
    }
    // Its end needs the account and the volume that come next.
    if (
      type.kind === "FlinkDeployment" &&
      cache.owned(type, metadata.uid!).some((object) => !wanted.has(objectId(object)))
    )
      return;
  }
}
