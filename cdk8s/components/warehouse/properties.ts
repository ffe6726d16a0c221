import {bytesOf, secondsOf} from "../../../api/quantities.ts";
import type {BuildContext} from "../../context.ts";
import {bucketRegion} from "../../s3.ts";
import {placeOf} from "../timescaledb/own-database.ts";
import {metadata, ROUTER_PORT, segments, segmentUrl, warehouseName} from "./client.ts";

/** Druid's kinds of processes, by the key of each in the custom resource. */
export const ROLES = {
  coordinators: "coordinator",
  historicals: "historical",
  indexers: "indexer",
  brokers: "broker",
  routers: "router",
} as const;
export type RoleKey = keyof typeof ROLES;
export type Role = (typeof ROLES)[RoleKey];

export const PORTS: Record<Role, number> = {
  coordinator: 8_081,
  historical: 8_083,
  indexer: 8_091,
  broker: 8_082,
  router: ROUTER_PORT,
};
export const ZOOKEEPER_PORT = 2_181;
const DERBY_PORT = 1_527;

const HOME = "/opt/druid";
/** The one folder that is written. */
export const VAR = `${HOME}/var`;
/** The volumes: of the coordinator, with what Druid and ZooKeeper remember; of a historical, with its segments. */
export const METADATA = `${VAR}/metadata`;
export const SEGMENTS = `${VAR}/segment-cache`;

/** Memory for the answer to a question, outside of the heap: a buffer for each thread, one for each question that groups, and one to spare. */
const BUFFER_MIB = 16;
const MERGE_BUFFERS = 2;
const threadsOf = (clustered: boolean): number => (clustered ? 3 : 1);
export const directMiB = ({spec}: BuildContext): number =>
  (threadsOf(spec.warehouse.clustered) + MERGE_BUFFERS + 1) * BUFFER_MIB + 32;

/** Each table has a task that reads, and for a while one that hands its segments over; some room is for compaction, and for predictions. */
const TASKS = {read: 8, compact: 2, load: 1};

/** What Druid keeps in its logs of tasks. */
const LOGS_KEPT_MS = 7 * 86_400_000;

type Properties = Record<string, string | number | boolean>;
const lines = (properties: Properties): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
const list = (...values: string[]): string => JSON.stringify(values);

/** The name of a kind's processes, which druid-operator gives their Service as well. */
export const nodeName = (context: Pick<BuildContext, "name">, key: RoleKey): string =>
  `druid-${warehouseName(context)}-${key}`;

/** How the processes find one another, and where they remember what there is: Kubernetes and PostgreSQL, or ZooKeeper and Derby beside the coordinator. */
function cluster(context: BuildContext): {extensions: string[]; properties: Properties} {
  if (!context.spec.warehouse.clustered) {
    const coordinator = `${nodeName(context, "coordinators")}.${context.namespace}.svc.cluster.local`;
    return {
      extensions: [],
      properties: {
        "druid.zk.service.host": `${coordinator}:${ZOOKEEPER_PORT}`,
        "druid.zk.paths.base": "/druid",
        "druid.metadata.storage.type": "derby",
        // The coordinator alone opens it, by a path below its own folder.
        "druid.metadata.storage.connector.connectURI": `jdbc:derby://localhost:${DERBY_PORT}/${METADATA.slice(`${HOME}/`.length)}/druid.db;create=true`,
        "druid.metadata.storage.connector.host": "localhost",
        "druid.metadata.storage.connector.port": DERBY_PORT,
      },
    };
  }
  const {host, port, tls} = placeOf(context, metadata(context));
  const url = `jdbc:postgresql://${host.includes(":") ? `[${host}]` : host}:${port}/`;
  return {
    extensions: ["druid-kubernetes-extensions", "postgresql-metadata-storage"],
    properties: {
      "druid.zk.service.enabled": false,
      "druid.serverview.type": "http",
      "druid.coordinator.loadqueuepeon.type": "http",
      "druid.discovery.type": "k8s",
      "druid.discovery.k8s.clusterIdentifier": warehouseName(context),
      "druid.metadata.storage.type": "postgresql",
      // Druid puts in what its environment has.
      "druid.metadata.storage.connector.connectURI": `${url}\${env:METADATA_DATABASE}${tls ? `?sslmode=verify-full&sslrootcert=${METADATA_CA}/ca.crt` : ""}`,
      "druid.metadata.storage.connector.user": "${env:METADATA_USERNAME}",
      "druid.metadata.storage.connector.password": JSON.stringify({type: "environment", variable: "METADATA_PASSWORD"}),
    },
  };
}
export const METADATA_CA = "/etc/metadata-ca";

/** What all processes are told. */
export function commonProperties(context: BuildContext): string {
  const {extensions, properties} = cluster(context);
  const {warehouse} = context.spec;
  const {bucket, prefix, pathStyle} = segments(context);
  const url = segmentUrl(context);
  const key = (end: string) => [prefix, end].filter(Boolean).join("/");
  return lines({
    "druid.extensions.loadList": list(
      "druid-kafka-indexing-service",
      "druid-datasketches",
      "druid-s3-extensions",
      ...extensions,
    ),
    "druid.startup.logging.logProperties": false,
    ...properties,
    "druid.storage.type": "s3",
    "druid.storage.bucket": bucket,
    "druid.storage.baseKey": key("segments"),
    "druid.storage.disableAcl": true,
    "druid.s3.endpoint.url": url,
    "druid.s3.endpoint.signingRegion": bucketRegion(segments(context)),
    "druid.s3.protocol": new URL(url).protocol.replace(":", ""),
    "druid.s3.enablePathStyleAccess": pathStyle,
    "druid.s3.accessKey": JSON.stringify({type: "environment", variable: "AWS_ACCESS_KEY_ID"}),
    "druid.s3.secretKey": JSON.stringify({type: "environment", variable: "AWS_SECRET_ACCESS_KEY"}),
    "druid.indexer.logs.type": "s3",
    "druid.indexer.logs.s3Bucket": bucket,
    "druid.indexer.logs.s3Prefix": key("logs"),
    "druid.indexer.logs.disableAcl": true,
    "druid.indexer.logs.kill.enabled": true,
    "druid.indexer.logs.kill.durationToRetain": LOGS_KEPT_MS,
    "druid.selectors.indexing.serviceName": "druid/overlord",
    "druid.selectors.coordinator.serviceName": "druid/coordinator",
    "druid.emitter": "noop",
    "druid.lookup.enableLookupSyncOnStartup": false,
    "druid.processing.numThreads": threadsOf(warehouse.clustered),
    "druid.processing.numMergeBuffers": MERGE_BUFFERS,
    "druid.processing.buffer.sizeBytes": `${BUFFER_MIB}MiB`,
    "druid.server.http.numThreads": warehouse.clustered ? 40 : 16,
    // Words about errors reach who asked; those of a program's inside do not.
    "druid.server.http.errorResponseTransform.strategy": "none",
  });
}

/** What the processes of one kind are told beside that. */
export const roleProperties = (context: BuildContext, role: Role): string =>
  lines({"druid.service": `druid/${role}`, ...OWN[role](context)});

const OWN: Record<Role, (context: BuildContext) => Properties> = {
  coordinator: ({spec: {warehouse}}) => ({
    "druid.manager.segments.pollDuration": warehouse.clustered ? "PT30S" : "PT5S",
    "druid.coordinator.startDelay": warehouse.clustered ? "PT30S" : "PT5S",
    "druid.coordinator.period": warehouse.clustered ? "PT30S" : "PT5S",
    "druid.coordinator.asOverlord.enabled": true,
    "druid.coordinator.asOverlord.overlordService": "druid/overlord",
    "druid.indexer.queue.startDelay": "PT1S",
    "druid.indexer.runner.type": "httpRemote",
    // An indexer that comes back has another address: its tasks are begun anew, after a quarter of an hour by default.
    "druid.indexer.runner.taskCleanupTimeout": "PT30S",
    "druid.indexer.storage.type": "metadata",
    // What the rules drop leaves the bucket a day later.
    "druid.coordinator.kill.on": true,
    "druid.coordinator.kill.period": "PT1H",
    "druid.coordinator.kill.durationToRetain": "PT0S",
    "druid.coordinator.kill.bufferPeriod": "P1D",
  }),
  historical: ({spec: {warehouse}}) => ({
    "druid.segmentCache.locations": JSON.stringify([
      // A file system has less room than its volume.
      {path: SEGMENTS, maxSize: Math.floor(bytesOf(warehouse.storage) * 0.9)},
    ]),
  }),
  indexer: ({spec: {warehouse}}) => ({
    "druid.worker.capacity": TASKS.read + TASKS.compact + TASKS.load,
    "druid.worker.globalIngestionHeapLimitBytes": Math.floor(warehouse.sizing.indexer.heapMiB * 1_048_576 * 0.3),
    "druid.worker.numConcurrentMerges": 1,
    "druid.indexer.task.baseTaskDir": `${VAR}/task`,
    // Who reads Kafka goes on from what is in the metadata.
    "druid.indexer.task.restoreTasksOnRestart": false,
    "druid.indexer.task.gracefulShutdownTimeout": "PT30S",
  }),
  broker: () => ({
    "druid.broker.http.numConnections": 10,
    "druid.sql.planner.useNativeQueryExplain": true,
    // A question that would take all memory is refused with words.
    "druid.server.http.defaultQueryTimeout": secondsOf("5m") * 1_000,
  }),
  router: () => ({
    "druid.router.http.numConnections": 20,
    "druid.router.defaultBrokerServiceName": "druid/broker",
    "druid.router.coordinatorServiceName": "druid/coordinator",
    "druid.router.managementProxy.enabled": true,
  }),
};
