import {k8s} from "cdk8s-plus-28";

/**
 * The template of the volume `data` of a StatefulSet's pods.
 *
 * @param storage size as a quantity: "10Gi"
 * @param storageClass the cluster's default class if left out
 */
export const dataClaim = (storage: string, storageClass?: string): k8s.KubePersistentVolumeClaimProps => ({
  metadata: {name: "data"},
  spec: {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass ? {storageClassName: storageClass} : {}),
    resources: {requests: {storage: k8s.Quantity.fromString(storage)}},
  },
});
