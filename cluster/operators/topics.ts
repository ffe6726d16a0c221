import {Resolver} from "node:dns/promises";
import {connect} from "node:net";
import {setTimeout as sleep} from "node:timers/promises";
import kafkajs, {type Admin} from "kafkajs";
import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {network} from "../instance.ts";
import {run} from "../shell.ts";
import {INTERNAL_PORT, kafkaOf, kafkaReady} from "./kafka.ts";
import {condition, decode, hash, kinds, passwordOf, writeStatus} from "./kit.ts";
import {handedOn, isAnswer, LOOK_PERIOD_MS, type Look, leftAloneFor, replicasRefused} from "./strimzi.ts";

const FINALIZER = "strimzi.io/topic-operator";
const AGAIN: ReconcileResult = {requeueAfterMs: 2_000};
const LATER: ReconcileResult = {requeueAfterMs: LOOK_PERIOD_MS};

/** When each topic and user was looked at, and of which generation it was, by uid. */
const looks = new Map<string, Look>();

function leftAlone(object: KubeObject, brokers: KubeObject[]): ReconcileResult {
  const rest = leftAloneFor(looks.get(object.metadata.uid!), object, brokers.length > 0, Date.now());
  return rest > 0 ? {requeueAfterMs: Math.min(rest, 2_000)} : undefined;
}

const looked = ({metadata}: KubeObject): void =>
  void looks.set(metadata.uid!, {at: Date.now(), generation: metadata.generation!});

/** For how long upstream's client tries a call. */
const API_TIMEOUT_MS = 60_000;

/** The Ready condition of what was tried with the brokers: "" if it was done. */
async function verdict(live: any[] | undefined, work: () => Promise<string>) {
  const end = Date.now() + API_TIMEOUT_MS;
  for (;;) {
    try {
      const refused = await work();
      return refused ? condition(live, "Ready", "False", "NotSupported", refused) : condition(live, "Ready", "True");
    } catch (error) {
      const {name, message} = error as Error;
      if (isAnswer(error)) return failed(live, message);
      if (name === AWAY || Date.now() > end) return failed(live, `${TIMEOUT}: ${message}`);
      await sleep(1_000);
    }
  }
}

const failed = (live: any[] | undefined, message: string) =>
  condition(live, "Ready", "False", "KafkaError", message.slice(0, 300));

const TIMEOUT = "org.apache.kafka.common.errors.TimeoutException";
/** The name of the error that no broker is ready. */
const AWAY = "BrokersAway";

/** Strimzi's topic operator: creates, grows, configures and deletes topics. */
export async function reconcileTopic(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const topic = cache.get(kinds.topic, key);
  if (!topic) return undefined;
  const {metadata, spec} = topic;
  const managed = metadata.annotations?.["strimzi.io/managed"] !== "false";
  const name: string = spec.topicName ?? metadata.name;
  const ready = kafkaReady(cache, topic);
  if (metadata.deletionTimestamp) {
    // Upstream's topic operator went with its Kafka: nobody lets the topic go.
    if (ready === undefined) return undefined;
    if (!ready && managed) return AGAIN;
    if (ready && managed)
      await withAdmin(cache, topic, async (admin) => {
        if ((await admin.listTopics()).includes(name)) await admin.deleteTopics({topics: [name]});
      });
    const finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== FINALIZER) ?? [];
    if (metadata.finalizers?.includes(FINALIZER)) await client.patch(kinds.topic, metadata, {metadata: {finalizers}});
    looks.delete(metadata.uid!);
    return undefined;
  }
  if (!ready) return AGAIN;
  if (!managed) {
    // In place of Ready.
    const conditions = [condition(topic.status?.conditions, "Unmanaged", "True")];
    await writeStatus(client, kinds.topic, topic, {observedGeneration: metadata.generation, conditions});
    return undefined;
  }
  const rest = leftAlone(topic, readyBrokers(cache, kafkaOf(cache, topic)!));
  if (rest) return rest;
  if (!metadata.finalizers?.includes(FINALIZER)) {
    await client.patch(kinds.topic, metadata, {metadata: {finalizers: [...(metadata.finalizers ?? []), FINALIZER]}});
  }
  const found = await verdict(topic.status?.conditions, () =>
    withAdmin(cache, topic, (admin) => bringTo(admin, name, spec)),
  );
  looked(topic);
  await writeStatus(client, kinds.topic, topic, {
    observedGeneration: metadata.generation,
    topicName: name,
    conditions: [found],
  });
  return found.status === "True" ? AGAIN : LATER;
}

/** Makes a topic what its spec says, and returns what of that is refused. */
async function bringTo(admin: Admin, name: string, spec: any): Promise<string> {
  const configEntries = Object.entries(spec.config ?? {}).map(([entry, value]) => ({
    name: entry,
    value: String(value),
  }));
  if (!(await admin.listTopics()).includes(name)) {
    const {partitions: numPartitions = 1, replicas: replicationFactor = 1} = spec;
    await admin.createTopics({
      // Upstream goes by the controller's word.
      waitForLeaders: false,
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
}

/** Where the password that the brokers know is noted. */
const SCRAM_ANNOTATION = "telemetry.dev/scram";

/** Strimzi's user operator: a Secret with a password, made anew when it is away, and SCRAM credentials in Kafka. */
export async function reconcileUser(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const user = cache.get(kinds.user, key);
  if (!user || user.metadata.deletionTimestamp) return undefined;
  const {name, namespace} = user.metadata;
  const kafka = kafkaOf(cache, user);
  // The user operator comes with the brokers.
  if (!kafka || !kafkaReady(cache, user)) return AGAIN;
  const secret = cache.get(builtin.secret, `${namespace}/${name}`) ?? (await makeSecret(client, user));
  const password = decode(secret.data.password);
  const wanted = hash([kafka.metadata.uid, password]);
  const unchanged = secret.metadata.annotations?.[SCRAM_ANNOTATION] === wanted;
  const rest = unchanged ? leftAlone(user, readyBrokers(cache, kafka)) : undefined;
  if (rest) return rest;
  const found = await verdict(user.status?.conditions, async () => {
    const pod = brokerPod(cache, kafka);
    if (!unchanged) await setPassword(pod, name, password);
    return "";
  });
  if (!unchanged && found.status === "True")
    await client.patch(builtin.secret, secret.metadata, {metadata: {annotations: {[SCRAM_ANNOTATION]: wanted}}});
  looked(user);
  await writeStatus(client, kinds.user, user, {
    observedGeneration: user.metadata.generation,
    username: name,
    secret: name,
    conditions: [found],
  });
  return found.status === "True" ? AGAIN : LATER;
}

const makeSecret = (client: KubeClient, user: KubeObject): Promise<KubeObject> => {
  const {name} = user.metadata;
  return passwordOf(client, user, name, userLabels(user), (password) => ({
    password,
    "sasl.jaas.config": `org.apache.kafka.common.security.scram.ScramLoginModule required username="${name}" password="${password}";`,
  }));
};

const userLabels = (user: KubeObject): Record<string, string> => ({
  ...handedOn(user),
  "strimzi.io/kind": "KafkaUser",
  "app.kubernetes.io/managed-by": "strimzi-user-operator",
});

/** Connections that are open go on with the password before. */
async function setPassword({metadata: {name: pod, namespace}}: KubeObject, user: string, password: string) {
  await run(
    "timeout",
    [
      // The stream of a broker that is replaced meanwhile may never end.
      ...["--kill-after=5", "90", "kubectl", "exec", "-n", namespace!, pod, "--"],
      ...["/opt/kafka/bin/kafka-configs", "--bootstrap-server", `localhost:${INTERNAL_PORT}`, "--alter"],
      ...["--entity-type", "users", "--entity-name", user, "--add-config", `SCRAM-SHA-512=[password=${password}]`],
    ],
    {env: process.env},
  );
}

const readyBrokers = (cache: Cache, kafka: KubeObject): KubeObject[] =>
  cache
    .list(builtin.pod, kafka.metadata.namespace!)
    .filter(
      ({metadata, status}) =>
        metadata.labels?.["strimzi.io/cluster"] === kafka.metadata.name &&
        metadata.labels?.["strimzi.io/kind"] === "Kafka" &&
        status?.podIP &&
        status.conditions?.some(({type, status: is}: any) => type === "Ready" && is === "True"),
    );

function brokerPod(cache: Cache, kafka: KubeObject): KubeObject {
  const [pod] = readyBrokers(cache, kafka);
  if (!pod) throw Object.assign(new Error(`no broker of ${kafka.metadata.name} is ready`), {name: AWAY});
  return pod;
}

/** Brokers advertise names that only the cluster's DNS knows. */
const resolver = new Resolver();
resolver.setServers([network.podGateway]);

async function withAdmin<T>(cache: Cache, object: KubeObject, work: (admin: Admin) => Promise<T>): Promise<T> {
  const pod = brokerPod(cache, kafkaOf(cache, object)!);
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
