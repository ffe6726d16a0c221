import {bytesOf} from "../../api/quantities.ts";
import {lake as manifests} from "../../cdk8s/components/lake/manifests.ts";
import {
  allReady,
  type Component,
  conditionReady,
  externalSecrets,
  jobDone,
  neverLess,
  replicasReady,
} from "./component.ts";
import {sameStorageClass} from "./storage-class.ts";

export const lake: Component = {
  ...manifests,
  dependsOn: [],
  version: ({lake}) => (lake.external ? undefined : "4.48"),
  secrets: ({lake: {external}}) => [
    ...externalSecrets("lake", external && {caSecret: external.caSecret}, []),
    ...externalSecrets("lake", external && {secret: external.s3.secret}, ["accessKeyId", "secretAccessKey"]).map(
      (need) => ({
        ...need,
        field: "spec.lake.external.s3.secret",
      }),
    ),
    ...externalSecrets("lake", external && {secret: external.catalog.secret}, ["clientId", "clientSecret"]).map(
      (need) => ({
        ...need,
        field: "spec.lake.external.catalog.secret",
      }),
    ),
  ],
  readiness: (live) => allReady(live, {Seaweed: conditionReady, StatefulSet: replicasReady, Job: jobDone}),
  validate(pairs, {lake: {storageClass}}) {
    const claim = (set: any) => set.spec.volumeClaimTemplates[0].spec;
    const size = (set: any): string => claim(set).resources.requests.storage;
    neverLess(pairs, "StatefulSet", "spec.lake.storage", "volumes cannot shrink", size, bytesOf);
    const classOf = (set: any): string => claim(set).storageClassName;
    sameStorageClass(pairs, "StatefulSet", "spec.lake.storageClass", storageClass, classOf);
  },
};
