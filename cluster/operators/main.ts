import {createClient, loadClusterConfig} from "../../operator/runtime/client.ts";
import {ownerKeys, startController} from "../../operator/runtime/controller.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import {reconcileK8ssandra} from "./cassandra.ts";
import {reconcileFlink} from "./flink.ts";
import {reconcileSnapshot} from "./flink-snapshots.ts";
import {reconcileKafka} from "./kafka.ts";
import {kinds} from "./kit.ts";
import {reconcileClaim, reconcileVolume} from "./storage.ts";
import {reconcileTopic, reconcileUser} from "./topics.ts";

/** The embedded cluster's operators: storage, and stand-ins for Strimzi, K8ssandra and Flink's operator. Not part of the product. */
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const log = createLogger("stand-in");
const client = createClient(await loadClusterConfig(process.env.KUBECONFIG));
const base = {client, log, signal: stop.signal};

const clusterOf = (object: KubeObject) => {
  const name = object.metadata.labels?.["strimzi.io/cluster"];
  return name ? [`${object.metadata.namespace}/${name}`] : [];
};
const none = () => [];
const WORKERS = 4;
const kafkaWatches = [
  {type: kinds.kafka, map: none},
  {type: builtin.pod, labelSelector: "strimzi.io/kind=Kafka", map: none},
];

await Promise.all([
  startController({
    ...base,
    name: "claims",
    kind: builtin.persistentVolumeClaim,
    reconcile: (key, cache) => reconcileClaim(client, key, cache),
  }),
  startController({
    ...base,
    name: "volumes",
    kind: builtin.persistentVolume,
    reconcile: (key, cache) => reconcileVolume(client, key, cache),
  }),
  startController({
    ...base,
    name: "kafka",
    kind: kinds.kafka,
    watches: [
      {type: kinds.pool, map: clusterOf},
      {type: builtin.statefulSet, labelSelector: "strimzi.io/cluster", map: clusterOf},
    ],
    reconcile: (key, cache) => reconcileKafka(client, key, cache),
  }),
  startController({
    ...base,
    name: "topics",
    kind: kinds.topic,
    watches: kafkaWatches,
    // One cluster that does not answer holds no other up.
    workers: WORKERS,
    reconcile: (key, cache) => reconcileTopic(client, key, cache),
  }),
  startController({
    ...base,
    name: "users",
    kind: kinds.user,
    watches: kafkaWatches,
    // One cluster that does not answer holds no other up.
    workers: WORKERS,
    reconcile: (key, cache) => reconcileUser(client, key, cache),
  }),
  startController({
    ...base,
    name: "k8ssandra",
    kind: kinds.k8ssandra,
    watches: [
      {
        type: builtin.statefulSet,
        labelSelector: "cassandra.datastax.com/cluster",
        map: (set) => ownerKeys(set, kinds.k8ssandra),
      },
      {type: builtin.pod, labelSelector: "cassandra.datastax.com/cluster", map: none},
    ],
    reconcile: (key, cache) => reconcileK8ssandra(client, key, cache),
  }),
  startController({
    ...base,
    name: "flink",
    kind: kinds.flink,
    watches: [
      {
        type: builtin.deployment,
        labelSelector: "type=flink-native-kubernetes",
        map: none,
      },
      {type: kinds.snapshot, map: none},
    ],
    // As upstream: what it wrote itself, and what becomes of the cluster, is seen at its next look.
    notable: ({metadata}) => [metadata.generation, metadata.deletionTimestamp],
    reconcile: (key, cache) => reconcileFlink(client, key, cache),
  }),
  startController({
    ...base,
    name: "snapshots",
    kind: kinds.snapshot,
    watches: [{type: kinds.flink, map: none}],
    reconcile: (key, cache) => reconcileSnapshot(client, key, cache),
  }),
]);
