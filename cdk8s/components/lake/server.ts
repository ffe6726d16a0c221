import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {bytesOf} from "../../../api/quantities.ts";
import {resourcesOf} from "../../../api/resources.ts";
import {
  type BuildContext,
  containerResources,
  containerSecurity,
  credentialsAnnotation,
  env,
  running,
} from "../../context.ts";
import {keepAffinity, type PodTemplate, podTemplate} from "../../pod-template.ts";
import {dataClaim} from "../../volumes.ts";
import {CATALOG_PORT, guestsOf, lakeName, S3_PORT} from "./client.ts";
import {IDENTITIES, identitiesName, loginKeys} from "./identities.ts";
import {memoryLimit, TELEMETRY_OFF, VOLUME_MIB} from "./program.ts";

export const METRICS_PORT = {name: "metrics", containerPort: 9_327};
const DATA = "/data";
const CONFIG = "/etc/seaweedfs";
const GIB = 2 ** 30;

/** Each bucket has several of its own, of which the first are made at once. */
const LEAST_VOLUMES = 20;

export const selectorOf = (context: Pick<BuildContext, "name">) => ({
  "app.kubernetes.io/instance": context.name,
  "app.kubernetes.io/name": lakeName(context),
});

/** What SeaweedFS makes for a bucket at once, and one to spare. */
const VOLUMES_OF_BUCKET = 8;

function argumentsOf(context: BuildContext): string[] {
  const {spec} = context;
  const own = Math.max(LEAST_VOLUMES, Math.ceil((2 * bytesOf(spec.lake.storage)) / GIB));
  const volumes = own + VOLUMES_OF_BUCKET * guestsOf(context).length;
  return [
    "-logtostderr=true",
    "server",
    `-dir=${DATA}`,
    // Master, volume and filer have no login: they listen to one another alone.
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-s3.ip.bind=0.0.0.0",
    "-metricsIp=0.0.0.0",
    `-metricsPort=${METRICS_PORT.containerPort}`,
    TELEMETRY_OFF.replace("-", "-master."),
    `-master.volumeSizeLimitMB=${VOLUME_MIB}`,
    `-volume.max=${volumes}`,
    // Before the disk is full, writes are refused: what is stored can still be read and deleted.
    "-volume.minFreeSpace=2",
    // There is no other server that could take over meanwhile.
    "-volume.preStopSeconds=1",
    "-filer",
    "-s3",
    `-s3.port=${S3_PORT}`,
    `-s3.port.iceberg=${CATALOG_PORT}`,
    "-s3.port.lance=0",
    // Logins are those of the file, and buckets those of the set-up.
    "-s3.iam=false",
    "-s3.autoCreateBucket=false",
    `-s3.config=${CONFIG}/${IDENTITIES}`,
  ];
}

const get = (path: string, port: string): k8s.Probe => ({
  httpGet: {path, port: k8s.IntOrString.fromString(port)},
});

function template(chart: Chart, context: BuildContext): PodTemplate {
  const {sizing, pod} = context.spec.lake;
  const {limits} = resourcesOf(sizing.server, pod);
  return podTemplate(
    context,
    pod,
    {
      labels: {...chart.labels, ...selectorOf(context)},
      // The file of identities is read at the start.
      annotations: credentialsAnnotation(context, loginKeys(context)),
    },
    {
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: "seaweedfs",
          image: context.images.seaweedfs,
          args: argumentsOf(context),
          env: env({GOMEMLIMIT: memoryLimit(limits.memory)}),
          ports: [{name: "s3", containerPort: S3_PORT}, {name: "iceberg", containerPort: CATALOG_PORT}, METRICS_PORT],
          // The master takes 12 s to become leader again after a restart.
          startupProbe: {...get("/healthz", "s3"), periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 600},
          livenessProbe: {...get("/healthz", "s3"), periodSeconds: 10, timeoutSeconds: 30, failureThreshold: 6},
          readinessProbe: {...get("/v1/config", "iceberg"), periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 3},
          resources: containerResources(context, sizing.server, pod),
          securityContext: containerSecurity,
          volumeMounts: [
            {name: "data", mountPath: DATA},
            {name: "identities", mountPath: CONFIG, readOnly: true},
            {name: "tmp", mountPath: "/tmp"},
          ],
        },
      ],
      volumes: [
        {name: "identities", secret: {secretName: identitiesName(context)}},
        {name: "tmp", emptyDir: {}},
      ],
    },
  );
}

/** SeaweedFS as one pod with its volume: object store and catalogue in one process. */
export function server(chart: Chart, context: BuildContext): void {
  const name = lakeName(context);
  const {storage, storageClass, pod} = context.spec.lake;
  const pods = template(chart, context);
  const object = new k8s.KubeStatefulSet(chart, `StatefulSet-${name}`, {
    metadata: {name},
    spec: {
      serviceName: name,
      replicas: running(context) ? 1 : 0,
      persistentVolumeClaimRetentionPolicy: {whenDeleted: context.spec.deletionPolicy, whenScaled: "Retain"},
      selector: {matchLabels: selectorOf(context)},
      template: pods,
      volumeClaimTemplates: [dataClaim(storage, storageClass)],
    },
  });
  keepAffinity(object, pod, pods);
}
