import {TelemetryError} from "../../api/errors.ts";
import {bytesOf} from "../../api/quantities.ts";
import {COMPONENT_LABEL} from "../../cdk8s/context.ts";
import {isRefused} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";

const sizeOf = (claim: any): string => claim.spec.resources.requests.storage;

/** Whether the volumes of a planned StatefulSet are larger than those of the live one. */
export function volumesGrow(live: KubeObject, planned: KubeObject): boolean {
  const [is, wanted] = [claimTemplate(live), claimTemplate(planned)];
  return is !== undefined && wanted !== undefined && bytesOf(sizeOf(wanted)) > bytesOf(sizeOf(is));
}

const claimTemplate = ({kind, spec}: KubeObject): any =>
  kind === builtin.statefulSet.kind ? spec.volumeClaimTemplates?.[0] : undefined;

/**
 * Grows the volumes of a StatefulSet whose planned claims are larger. Claim templates cannot change, so the claims are
 * patched and the StatefulSet is deleted without its pods; the next reconcile creates it anew and it adopts them.
 *
 * @throws TelemetryError with the field and the claim when the cluster does not grow one
 */
export async function growVolumes(client: KubeClient, live: KubeObject, planned: KubeObject): Promise<void> {
  const [template, wanted] = [claimTemplate(live), claimTemplate(planned)];
  const {name, namespace} = live.metadata;
  for (let ordinal = 0; ; ordinal++) {
    const ref = {name: `${template.metadata.name}-${name}-${ordinal}`, namespace: namespace!};
    const claim = await client.get(builtin.persistentVolumeClaim, ref);
    if (!claim) break;
    // One that an earlier pipeline left may be larger than planned, and cannot shrink.
    if (bytesOf(sizeOf(claim)) >= bytesOf(sizeOf(wanted))) continue;
    const patch = {spec: {resources: {requests: {storage: sizeOf(wanted)}}}};
    await client.patch(builtin.persistentVolumeClaim, ref, patch).catch((error) => {
      if (!isRefused(error)) throw error;
      const field = `spec.${planned.metadata.labels?.[COMPONENT_LABEL]}.storage`;
      const what = `PersistentVolumeClaim ${ref.name} does not grow to ${sizeOf(wanted)}`;
      throw new TelemetryError("ApplyRefused", `${field}: ${what}: ${error.message}`);
    });
  }
  await client.delete(builtin.statefulSet, live.metadata, {propagation: "Orphan"});
}
