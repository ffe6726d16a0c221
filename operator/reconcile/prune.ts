import {PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, objectId, type ResourceType, typeId} from "../runtime/types.ts";
import {ownedKeys} from "./guard.ts";
import {ownedKinds} from "./kinds.ts";
import type {PlannedComponent} from "./plan.ts";

/** Kinds whose end needs what comes next. */
const endsFirst = new Set(components.flatMap(({deleteBefore}) => deleteBefore?.consumers ?? []));

/**
 * Removes owned objects that left the plan.
 *
 * @param remove removes one, or notes why it could not
 */
export async function prune(
  cache: Cache,
  pipeline: KubeObject,
  planned: PlannedComponent[],
  remove: (type: ResourceType, object: KubeObject) => Promise<void>,
): Promise<void> {
  const wanted = new Set(planned.flatMap(({objects}) => objects.map(objectId)));
  for (const type of ownedKinds) {
    const left = ownedKeys(cache, type, pipeline).filter((key) => !wanted.has(`${typeId(type)} ${key}`));
    for (const key of left) {
      const object = cache.get(type, key);
      if (!object || object.metadata.deletionTimestamp) continue;
      if (object.metadata.labels?.[PIPELINE_LABEL] !== pipeline.metadata.name) continue;
      await remove(type, object);
    }
    if (left.length > 0 && endsFirst.has(type.kind)) return;
  }
}
