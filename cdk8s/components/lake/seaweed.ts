import type {Chart} from "cdk8s";
import type {PodOptions} from "../../../api/pod.ts";
import {resourcesOf, type Sizing} from "../../../api/resources.ts";
import {
  type BuildContext,
  COMPONENT_LABEL,
  containerSecurity,
  credentialsAnnotation,
  custom,
  PIPELINE_LABEL,
  podSecurity,
  pullSecrets,
  resources,
} from "../../context.ts";
import type {Seaweed} from "../../imports/seaweed.ts";
import {CATALOG_PORT, lakeName, S3_PORT} from "./client.ts";
import {IDENTITIES, identitiesName, loginKeys} from "./identities.ts";
import {memoryLimit, TELEMETRY_OFF, VOLUME_MIB} from "./program.ts";

/** Servers besides those of the data: three masters agree on one, and one filer and one gateway decide the order of commits. */
const MASTERS = 3;
const FILERS = 1;
const GATEWAYS = 1;

/** Pods of all parts. */
export const serversOf = ({volumeServers}: {volumeServers: number}): number =>
  MASTERS + FILERS + GATEWAYS + volumeServers;

const METRICS = 9_327;
/** What the operator names the ports of the metrics. */
export const METRICS_PORTS = ["master-metrics", "volume-metrics", "filer-metrics", "s3-metrics"];

const SIZES = {
  master: {cpu: "100m", memory: "512Mi"},
  filer: {cpu: "500m", memory: "2Gi"},
  s3: {cpu: "1", memory: "2Gi"},
} satisfies Record<string, Sizing>;

/** Names, sizes and places of all objects are in the filer: about half a kilobyte each. */
const FILER_STORAGE = "20Gi";

/** The labels by which the operator finds the pods of a part. */
export const partLabels = (context: Pick<BuildContext, "name">, part: "master" | "volume" | "filer" | "s3") => ({
  "app.kubernetes.io/instance": lakeName(context),
  "app.kubernetes.io/component": part,
});

/** Copies of a file on two nodes are of use only there. */
const apart = (context: BuildContext, part: "master" | "volume") => ({
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      {topologyKey: "kubernetes.io/hostname", labelSelector: {matchLabels: partLabels(context, part)}},
    ],
  },
});

/** What all parts have: security as of any pod of ours, a place for sockets, and a bound of Go's memory. */
function part(context: BuildContext, sizing: Sizing, pod?: PodOptions) {
  const {limits} = resourcesOf(sizing, pod);
  const {requests, limits: most} = resources(context, sizing, pod);
  return {
    requests,
    limits: most,
    env: [{name: "GOMEMLIMIT", value: memoryLimit(limits.memory)}],
    podSecurityContext: podSecurity(),
    containerSecurityContext: containerSecurity,
    metricsPort: METRICS,
    volumes: [{name: "tmp", emptyDir: {}}],
    volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
    terminationGracePeriodSeconds: 30,
  };
}

/** SeaweedFS by its operator: data with two copies on different nodes. */
export function seaweedCluster(chart: Chart, context: BuildContext): void {
  const {storage, storageClass, volumeServers, sizing, pod = {}} = context.spec.lake;
  const {labels, annotations, nodeSelector, tolerations, affinity, priorityClassName} = pod;
  const volume = part(context, sizing.server, pod);
  custom<Seaweed>(chart, {
    apiVersion: "seaweed.seaweedfs.com/v1",
    kind: "Seaweed",
    metadata: {name: lakeName(context)},
    spec: {
      image: context.images.seaweedfs,
      ...pullSecrets(context),
      labels: {...labels, [PIPELINE_LABEL]: context.name, [COMPONENT_LABEL]: "lake"},
      ...(annotations ? {annotations} : {}),
      ...(nodeSelector ? {nodeSelector} : {}),
      ...(tolerations ? {tolerations} : {}),
      enablePVReclaim: false,
      master: {
        ...part(context, SIZES.master),
        replicas: MASTERS,
        affinity: {...apart(context, "master"), ...affinity},
        ...(priorityClassName ? {priorityClassName} : {}),
        volumeSizeLimitMB: VOLUME_MIB,
        // One more copy, on another server.
        defaultReplication: "001",
        extraArgs: [TELEMETRY_OFF],
      },
      volume: {
        ...volume,
        requests: {...volume.requests, storage},
        replicas: volumeServers,
        affinity: {...apart(context, "volume"), ...affinity},
        ...(priorityClassName ? {priorityClassName} : {}),
        ...(storageClass ? {storageClassName: storageClass} : {}),
        minFreeSpacePercent: 2,
      },
      filer: {
        ...part(context, SIZES.filer),
        replicas: FILERS,
        ...(affinity ? {affinity} : {}),
        ...(priorityClassName ? {priorityClassName} : {}),
        persistence: {
          enabled: true,
          mountPath: "/data",
          subPath: "",
          ...(storageClass ? {storageClassName: storageClass} : {}),
          resources: {requests: {storage: FILER_STORAGE}},
        },
        extraArgs: ["-defaultStoreDir=/data"],
      },
      s3: {
        ...part(context, SIZES.s3),
        replicas: GATEWAYS,
        ...(affinity ? {affinity} : {}),
        ...(priorityClassName ? {priorityClassName} : {}),
        port: S3_PORT,
        iam: false,
        configSecret: {name: identitiesName(context), key: IDENTITIES},
        // The file of identities is read at the start.
        annotations: {...annotations, ...credentialsAnnotation(context, loginKeys(context))},
        extraArgs: [`-port.iceberg=${CATALOG_PORT}`, "-port.lance=0", "-autoCreateBucket=false"],
      },
    },
  });
}
