import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";

const sizeOf = (claim: any): string => claim.spec.resources.requests.storage;

/**
 * Grows the volumes of a StatefulSet whose planned claims are larger. Claim templates cannot change, so the claims are
 * patched and the StatefulSet is deleted without its pods; the next reconcile makes it anew and it adopts them.
 *
 * @returns whether the StatefulSet was deleted
 */
export async function growVolumes(client: KubeClient, live: KubeObject, planned: KubeObject): Promise<boolean> {
  if (live.kind !== "StatefulSet") return false;
  const [template, wanted] = [live.spec.volumeClaimTemplates?.[0], planned.spec.volumeClaimTemplates?.[0]];
  if (!template || !wanted || sizeOf(template) === sizeOf(wanted)) return false;
  const {name, namespace} = live.metadata;
  for (let ordinal = 0; ; ordinal++) {
    const ref = {name: `${template.metadata.name}-${name}-${ordinal}`, namespace: namespace!};
    if (!(await client.get(builtin.persistentVolumeClaim, ref))) break;
    const patch = {spec: {resources: {requests: {storage: sizeOf(wanted)}}}};
    await client.patch(builtin.persistentVolumeClaim, ref, patch);
  }
  await client.delete(builtin.statefulSet, live.metadata, {propagation: "Orphan"});
  return true;
}
