import {Resolver} from "node:dns/promises";
import {connect} from "node:net";
import kafkajs, {type Admin} from "kafkajs";
import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {network} from "../instance.ts";
import {run} from "../shell.ts";
import {INTERNAL_PORT, kafkaOf, kafkaReady} from "./kafka.ts";
import {condition, decode, hash, kinds, passwordOf, writeStatus} from "./kit.ts";
import {replicasRefused} from "./strimzi.ts";

const FINALIZER = "strimzi.io/topic-operator";
const AGAIN: ReconcileResult = {requeueAfterMs: 2_000};

/** Strimzi's topic operator: creates, grows, configures and deletes topics. */
export async function reconcileTopic(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const topic = cache.get(kinds.topic, key);
  if (!topic) return undefined;
  const {metadata, spec} = topic;
  const managed = metadata.annotations?.["strimzi.io/managed"] !== "false";
  const name: string = spec.topicName ?? metadata.name;
  const ready = kafkaReady(cache, topic);
  if (metadata.deletionTimestamp) {
    if (ready === false && managed) return AGAIN;
    if (ready && managed)
      await withAdmin(cache, topic, async (admin) => {
        if ((await admin.listTopics()).includes(name)) await admin.deleteTopics({topics: [name]});
      });
    const finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== FINALIZER) ?? [];
    if (metadata.finalizers?.includes(FINALIZER)) await client.patch(kinds.topic, metadata, {metadata: {finalizers}});
    return undefined;
  }
  if (!ready || !managed) return ready ? undefined : AGAIN;
  if (!metadata.finalizers?.includes(FINALIZER)) {
    await client.patch(kinds.topic, metadata, {metadata: {finalizers: [...(metadata.finalizers ?? []), FINALIZER]}});
  }
  const refused = await withAdmin(cache, topic, async (admin) => {
    const configEntries = Object.entries(spec.config ?? {}).map(([entry, value]) => ({
      name: entry,
      value: String(value),
    }));
    if (!(await admin.listTopics()).includes(name)) {
      const {partitions: numPartitions = 1, replicas: replicationFactor = 1} = spec;
      await admin.createTopics({
        waitForLeaders: true,
        topics: [{topic: name, numPartitions, replicationFactor, configEntries}],
      });
      return "";
    }
    const {topics} = await admin.fetchTopicMetadata({topics: [name]});
    if (topics[0]!.partitions.length < spec.partitions) {
      await admin.createPartitions({topicPartitions: [{topic: name, count: spec.partitions}]});
    }
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries}],
    });
    return replicasRefused(spec.replicas, topics[0]!.partitions);
  });
  const live = topic.status?.conditions;
  await writeStatus(client, kinds.topic, topic, {
    observedGeneration: metadata.generation,
    topicName: name,
    conditions: [
      refused ? condition(live, "Ready", "False", "NotSupported", refused) : condition(live, "Ready", "True"),
    ],
  });
  // Upstream looks at every topic again after a while, and so sees what was done by Kafka's own tools.
  return refused ? AGAIN : undefined;
}

/** Strimzi's user operator: a Secret with a password, and SCRAM credentials in Kafka. */
export async function reconcileUser(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const user = cache.get(kinds.user, key);
  if (!user || user.metadata.deletionTimestamp) return undefined;
  const {name, namespace} = user.metadata;
  const secret = await passwordOf(client, user, name, (password) => ({
    password,
    "sasl.jaas.config": `org.apache.kafka.common.security.scram.ScramLoginModule required username="${name}" password="${password}";`,
  }));
  const kafka = kafkaOf(cache, user);
  if (!kafka || !kafkaReady(cache, user)) return AGAIN;
  const password = decode(secret.data.password);
  const applied = "telemetry.dev/scram";
  const wanted = hash([kafka.metadata.uid, password]);
  if (secret.metadata.annotations?.[applied] !== wanted) {
    await run(
      "timeout",
      [
        // The stream of a broker that is replaced meanwhile may never end.
        ...[
          "--kill-after=5",
          "90",
          "kubectl",
          "exec",
          "-n",
          namespace!,
          (await brokerPod(cache, kafka)).metadata.name,
          "--",
        ],
        ...["/opt/kafka/bin/kafka-configs", "--bootstrap-server", `localhost:${INTERNAL_PORT}`, "--alter"],
        ...["--entity-type", "users", "--entity-name", name, "--add-config", `SCRAM-SHA-512=[password=${password}]`],
      ],
      {env: process.env},
    );
    await client.patch(builtin.secret, secret.metadata, {metadata: {annotations: {[applied]: wanted}}});
  }
  await writeStatus(client, kinds.user, user, {
    observedGeneration: user.metadata.generation,
    username: name,
    secret: name,
    conditions: [condition(user.status?.conditions, "Ready", "True")],
  });
  return undefined;
}

async function brokerPod(cache: Cache, kafka: KubeObject): Promise<KubeObject> {
  const pod = cache
    .list(builtin.pod)
    .find(
      ({metadata, status}) =>
        metadata.namespace === kafka.metadata.namespace &&
        metadata.labels?.["strimzi.io/cluster"] === kafka.metadata.name &&
        metadata.labels?.["strimzi.io/kind"] === "Kafka" &&
        status?.podIP,
    );
  if (!pod) throw new Error(`Kafka ${kafka.metadata.name} has no broker pod with an address`);
  return pod;
}

/** Brokers advertise names that only the cluster's DNS knows. */
const resolver = new Resolver();
resolver.setServers([network.podGateway]);

async function withAdmin<T>(cache: Cache, object: KubeObject, work: (admin: Admin) => Promise<T>): Promise<T> {
  const pod = await brokerPod(cache, kafkaOf(cache, object)!);
  const kafka = new kafkajs.Kafka({
    clientId: "stand-in",
    brokers: [`${pod.status.podIP}:${INTERNAL_PORT}`],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: {retries: 2},
    socketFactory: ({host, port, onConnect}) =>
      connect(
        {
          host,
          port,
          lookup: (name, _options, done) => {
            resolver.resolve4(name).then(
              (addresses) =>
                done(
                  null,
                  addresses.map((address) => ({address, family: 4})),
                ),
              (error) => done(error, []),
            );
          },
        },
        onConnect,
      ),
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
