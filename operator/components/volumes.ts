import {builtin} from "../runtime/types.ts";
import type {Deletion} from "./component.ts";

/**
 * Removes the volumes that an upstream operator keeps, of data that nobody keeps.
 *
 * @param service whose being there says that the component is this pipeline's
 * @return what the API server said against it
 */
export async function releaseClaims(
  {namespace, client, owned, retains, attempt}: Deletion,
  service: string,
  labelSelector: string,
): Promise<string | undefined> {
  if (retains || !owned(builtin.service).some(({metadata}) => metadata.name === service)) return undefined;
  const type = builtin.persistentVolumeClaim;
  const {items} = await client.list(type, {namespace, labelSelector});
  for (const claim of items) {
    if (claim.metadata.deletionTimestamp) continue;
    const refused = await attempt(claim, () => client.delete(type, claim.metadata));
    if (refused) return refused;
  }
  return undefined;
}
