import {createClient, loadClusterConfig} from "../../operator/runtime/client.ts";
import {type ControllerOptions, ownerKeys, startController} from "../../operator/runtime/controller.ts";
import {createEventRecorder} from "../../operator/runtime/events.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import type {StandIn} from "../instance.ts";
import {upsertSuperuser} from "./cassandra-users.ts";
import {druidReconciler} from "./druid.ts";
import {reconcileFlink} from "./flink.ts";
import {reconcileSnapshot} from "./flink-snapshots.ts";
import {startK8ssandra} from "./k8ssandra.ts";
import {reconcileKafka} from "./kafka.ts";
import {kinds} from "./kit.ts";
import {reconcileClaim, reconcileVolume} from "./storage.ts";
import {reconcileTopic, reconcileUser} from "./topics.ts";

/** The embedded cluster's operators: storage, and stand-ins for Strimzi, K8ssandra, Flink's operator and Druid's. Not part of the product. */
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

const without = (process.env.WITHOUT ?? "").split(",");
/** Runs a controller, unless the real operator has been installed in place of its stand-in. */
const standIn = (operator: StandIn, options: ControllerOptions): Promise<void> =>
  without.includes(operator) ? Promise.resolve() : startController(options);

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
  standIn("strimzi", {
    ...base,
    name: "kafka",
    kind: kinds.kafka,
    watches: [
      {type: kinds.pool, map: clusterOf},
      {type: builtin.statefulSet, labelSelector: "strimzi.io/cluster", map: clusterOf},
    ],
    reconcile: (key, cache) => reconcileKafka(client, key, cache),
  }),
  standIn("strimzi", {
    ...base,
    name: "topics",
    kind: kinds.topic,
    watches: kafkaWatches,
    // One cluster that does not answer holds no other up.
    workers: WORKERS,
    reconcile: (key, cache) => reconcileTopic(client, key, cache),
  }),
  standIn("strimzi", {
    ...base,
    name: "users",
    kind: kinds.user,
    watches: [
      ...kafkaWatches,
      {
        type: builtin.secret,
        labelSelector: "strimzi.io/kind=KafkaUser",
        map: (secret) => ownerKeys(secret, kinds.user),
      },
    ],
    // One cluster that does not answer holds no other up.
    workers: WORKERS,
    reconcile: (key, cache) => reconcileUser(client, key, cache),
  }),
  without.includes("k8ssandra")
    ? Promise.resolve()
    : startK8ssandra(base, {
        upsert: upsertSuperuser,
        backOffMs: Number(process.env.CASSANDRA_BACK_OFF_MS) || 600_000,
      }),
  standIn("flink-operator", {
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
  standIn("druid-operator", {
    ...base,
    name: "druid",
    kind: kinds.druid,
    reconcile: druidReconciler(client, {
      record: createEventRecorder(client, log, "druid-operator").record,
      denied: (process.env.DENY_LIST ?? "kube-system").split(","),
    }),
  }),
]);
