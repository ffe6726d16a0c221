import {chmodSync, mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import type {KubeClient} from "../../operator/runtime/client.ts";
import type {Cache} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {network} from "../instance.ts";
import {MANAGER} from "./kit.ts";

const PROVISIONER = "telemetry.dev/local";
const CLASS = "standard";
const root = process.env.VOLUMES_DIR ?? "";

/** Binds claims of the default class to folders that any user may write, and lets them grow. */
export async function reconcileClaim(client: KubeClient, key: string, cache: Cache): Promise<undefined> {
  const claim = cache.get(builtin.persistentVolumeClaim, key);
  if (!claim || claim.metadata.deletionTimestamp || claim.spec.storageClassName !== CLASS) return;
  // The scheduler names a node first; a volume that came earlier would race with it and leave the pod pending.
  if (!claim.spec.volumeName && !claim.metadata.annotations?.["volume.kubernetes.io/selected-node"]) return;
  const name = `pvc-${claim.metadata.uid}`;
  const size = claim.spec.resources.requests.storage;
  const volume = await client.get(builtin.persistentVolume, {name});
  if (volume && volume.spec.capacity.storage === size && claim.status?.capacity?.storage === size) return;
  if (volume && claim.status?.phase !== "Bound") return;
  const path = join(root, name);
  if (!volume) {
    mkdirSync(path, {recursive: true});
    chmodSync(path, 0o777);
  }
  const {namespace, name: claimName, uid} = claim.metadata;
  await client.apply(
    builtin.persistentVolume,
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: {name, annotations: {"pv.kubernetes.io/provisioned-by": PROVISIONER}},
      spec: {
        capacity: {storage: size},
        accessModes: claim.spec.accessModes,
        storageClassName: CLASS,
        persistentVolumeReclaimPolicy: "Delete",
        claimRef: {apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name: claimName, uid},
        // Of a local volume, unlike a hostPath, the kubelet tells how full it is.
        local: {path},
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              {matchExpressions: [{key: "kubernetes.io/hostname", operator: "In", values: [network.nodeName]}]},
            ],
          },
        },
      },
    } as any,
    MANAGER,
  );
  if (volume)
    await client.patch(builtin.persistentVolumeClaim, claim.metadata, {status: {capacity: {storage: size}}}, "status");
}

/** Removes a released volume with its folder. */
export async function reconcileVolume(client: KubeClient, key: string, cache: Cache): Promise<undefined> {
  const volume = cache.get(builtin.persistentVolume, key);
  if (volume?.status?.phase !== "Released" && volume?.status?.phase !== "Failed") return;
  if (volume.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] !== PROVISIONER) return;
  await client.delete(builtin.persistentVolume, volume.metadata);
  rmSync(join(root, volume.metadata.name), {recursive: true, force: true});
}
