import {TelemetryError} from "../../api/errors.ts";
import {bytesOf} from "../../api/quantities.ts";
import {lakeName} from "../../cdk8s/components/lake/client.ts";
import {lake as manifests} from "../../cdk8s/components/lake/manifests.ts";
import type {KubeObject} from "../runtime/types.ts";
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
import {releaseClaims} from "./volumes.ts";

const S3_KEYS = ["accessKeyId", "secretAccessKey"];

export const lake: Component = {
  ...manifests,
  dependsOn: [],
  version: ({lake}) => (lake.external ? undefined : "4.48"),
  secrets: ({lake: {external}}) => [
    ...(external ? [{field: "spec.lake.external.s3.secret", name: external.s3.secret, keys: S3_KEYS}] : []),
    ...(external?.catalog.secret
      ? [
          {
            field: "spec.lake.external.catalog.secret",
            name: external.catalog.secret,
            keys: ["clientId", "clientSecret"],
          },
        ]
      : []),
    ...externalSecrets("lake", external && {caSecret: external.caSecret}, []),
  ],
  // A Job that waits for the store says less than the store does.
  readiness: (live) =>
    allReady(
      live.toSorted((a, b) => Number(a?.kind === "Job") - Number(b?.kind === "Job")),
      {Seaweed: conditionReady, StatefulSet: replicasReady, Job: jobDone},
    ),
  upstreamPods: (name) => SERVERS(lakeName({name})),
  // The SeaweedFS operator keeps all volumes.
  release: (deletion) => releaseClaims(deletion, lakeName(deletion), SERVERS(lakeName(deletion))),
  validate(pairs, {lake: {storageClass}}) {
    const claim = (set: any) => set.spec.volumeClaimTemplates[0].spec;
    const size = (set: any): string => claim(set).resources.requests.storage;
    neverLess(pairs, "StatefulSet", "spec.lake.storage", "volumes cannot shrink", size, bytesOf);
    const classOf = (set: any): string => claim(set).storageClassName;
    sameStorageClass(pairs, "StatefulSet", "spec.lake.storageClass", storageClass, classOf);
    const servers = ({spec}: any): number => spec.volume.replicas;
    const stays = "removing a server would lose its files' copies";
    neverLess(pairs, "Seaweed", "spec.lake.volumeServers", stays, servers, Number);
    const volumeClass = ({spec}: any): string => spec.volume.storageClassName;
    sameStorageClass(pairs, "Seaweed", "spec.lake.storageClass", storageClass, volumeClass);
    for (const {planned, live} of pairs) if (planned.kind === "Seaweed" && live) sameVolumes(planned, live);
  },
};

/** The labels of the SeaweedFS operator on what it makes of one Seaweed, volumes included. */
const SERVERS = (seaweed: string): string =>
  `app.kubernetes.io/managed-by=seaweedfs-operator,app.kubernetes.io/instance=${seaweed}`;

/** The SeaweedFS operator changes no volume that is there, and says nothing. */
function sameVolumes(planned: KubeObject, live: KubeObject): void {
  const size = ({spec}: KubeObject): string => spec.volume.requests.storage;
  if (bytesOf(size(planned)) === bytesOf(size(live))) return;
  throw new TelemetryError(
    "CannotGrow",
    `spec.lake.storage: ${size(planned)} is not the live ${size(live)}, and the SeaweedFS operator changes no volume; set it back to ${size(live)} and raise spec.lake.volumeServers`,
  );
}
