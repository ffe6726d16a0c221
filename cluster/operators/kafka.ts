import {randomBytes} from "node:crypto";
import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {builtin, keyOf} from "../../operator/runtime/types.ts";
import {applyOwned, applyStatefulSet, condition, hash, kinds, notReady, writeStatus} from "./kit.ts";
import {
  getsStatusOf,
  handedOn,
  inOrder,
  isPaused,
  keptClusterId,
  type Lock,
  lockedFor,
  nodeIds,
  OPERATION_TIMEOUT_MS,
  poolsRefused,
  saysMeanwhile,
  securityBy,
} from "./strimzi.ts";
import {brokerSecret, ensureTls} from "./tls.ts";

const TLS_FOLDER = "/etc/kafka-tls";
/** Listener without authentication for the brokers themselves and the stand-in; the name is Strimzi's. */
export const INTERNAL_PORT = 9091;
export const KAFKA_IMAGE = "docker.io/telemetry-operator/kafka:4.3.1";
/** Those in the image. The metadata version stays that of the first start. */
const VERSIONS = ["4.2.1", "4.3.1"];
const versionOf = (kafka: KubeObject): string => kafka.spec.kafka.version ?? VERSIONS.at(-1);
const CLUSTER = "strimzi.io/cluster";

const security = securityBy(process.env.STRIMZI_POD_SECURITY_PROVIDER_CLASS);
/** By the key of a Kafka. */
const locks = new Map<string, Lock>();

/** Strimzi's Kafka: each pool becomes a StatefulSet whose pod and claim names are those of upstream. */
export async function reconcileKafka(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const kafka = cache.get(kinds.kafka, key);
  if (!kafka || kafka.metadata.deletionTimestamp) return undefined;
  const lock = locks.get(key);
  const locked = lockedFor(lock, kafka, Date.now());
  if (locked > 0) return {requeueAfterMs: locked};
  if (getsStatusOf(lock, kafka)) {
    locks.delete(key);
    return reportTimeout(client, kafka, lock.kafka);
  }
  if (isPaused(kafka)) return reportPaused(client, kafka);
  const namespace = kafka.metadata.namespace!;
  const pools = inOrder(
    cache.list(kinds.pool, namespace).filter(({metadata}) => metadata.labels?.[CLUSTER] === kafka.metadata.name),
  );
  const id = await clusterIdOf(client, kafka, pools);
  const problem = unsupported(kafka, pools);
  if (problem) return report(client, kafka, id, "UnsupportedByStandIn", problem);
  if (pools.length === 0)
    return report(client, kafka, id, "NoNodePools", `no KafkaNodePool with label ${CLUSTER}=${kafka.metadata.name}`);

  const ids = nodeIds(pools);
  // First what is told of them: the ids of a pool and of the cluster are never given again.
  for (const pool of pools) await reportPool(client, pool, ids[pool.metadata.name]!, id);
  const objects = plan(kafka, pools, ids, id);
  if (kafka.spec.kafka.listeners.some(({tls}: any) => tls)) await ensureTls(client, kafka);
  for (const service of objects.services) await applyOwned(client, kafka, builtin.service, service);
  await applyOwned(client, kafka, builtin.configMap, objects.config);
  let waiting = "";
  for (const [index, pool] of pools.entries()) {
    const set = objects.statefulSets[index]!;
    const applied = await applyStatefulSet(client, pool, set, pool.spec.storage.volumes[0].size);
    waiting ||= notReady(applied, pool.spec.replicas);
  }
  return conclude(client, kafka, id, waiting);
}

/** The id that is kept, by the cache or, since that may be behind what was just written, by the server; else a random one. */
async function clusterIdOf(client: KubeClient, kafka: KubeObject, pools: KubeObject[]): Promise<string> {
  const kept = keptClusterId(kafka, pools);
  if (kept) return kept;
  const live = await Promise.all([
    client.get(kinds.kafka, kafka.metadata),
    ...pools.map(({metadata}) => client.get(kinds.pool, metadata)),
  ]);
  const [fresh = kafka, ...others] = live.filter((object) => object !== undefined);
  // One that begins with a hyphen is an option to Kafka's tools.
  return keptClusterId(fresh, others) ?? randomBytes(16).toString("base64url").replace(/^-/, "A");
}

/** Pods that are waited for show in the status at once where there is none yet, and else when the time for them is over. */
async function conclude(client: KubeClient, kafka: KubeObject, id: string, waiting: string): Promise<ReconcileResult> {
  const key = keyOf(kafka);
  if (!waiting) {
    locks.delete(key);
    return report(client, kafka, id);
  }
  const lock = locks.get(key);
  const since = lock?.kafka.metadata.uid === kafka.metadata.uid ? lock!.since : Date.now();
  locks.set(key, {kafka, since});
  const says = saysMeanwhile(kafka, waiting, since, Date.now());
  if (says) await report(client, kafka, id, says.reason, says.message);
  return {requeueAfterMs: Math.max(1_000, since + OPERATION_TIMEOUT_MS - Date.now())};
}

/** Nothing is done but to say so; what the status keeps stays in it. */
async function reportPaused(client: KubeClient, kafka: KubeObject): Promise<undefined> {
  const {conditions, observedGeneration = 0} = kafka.status ?? {};
  await writeStatus(client, kinds.kafka, kafka, {
    observedGeneration,
    conditions: [condition(conditions, "ReconciliationPaused", "True")],
  });
  return undefined;
}

/** The end of a reconcile that waited for the pods of an earlier Kafka: upstream writes it by name. */
async function reportTimeout(
  client: KubeClient,
  kafka: KubeObject,
  {metadata, status}: KubeObject,
): Promise<undefined> {
  const message = `Exceeded timeout of ${OPERATION_TIMEOUT_MS}ms while waiting for Pods resource`;
  await writeStatus(client, kinds.kafka, kafka, {
    ...(status?.clusterId ? {clusterId: status.clusterId} : {}),
    observedGeneration: metadata.generation,
    conditions: [condition([], "NotReady", "True", "TimeoutException", message)],
  });
  return undefined;
}

function unsupported(kafka: KubeObject, pools: KubeObject[]): string {
  const listeners: any[] = kafka.spec.kafka.listeners;
  if (!VERSIONS.includes(versionOf(kafka))) return `Kafka ${versionOf(kafka)}; there are ${VERSIONS.join(" and ")}`;
  if (listeners.some(({type}) => type !== "internal")) return "listeners of a type other than internal";
  if (listeners.some(({authentication}) => authentication && authentication.type !== "scram-sha-512"))
    return "listener authentication other than scram-sha-512";
  return poolsRefused(pools);
}

function plan(kafka: KubeObject, pools: KubeObject[], ids: Record<string, number[]>, clusterId: string) {
  const {name, namespace} = kafka.metadata;
  const listeners: any[] = kafka.spec.kafka.listeners;
  const selector = {[CLUSTER]: name, "strimzi.io/kind": "Kafka"};
  const labels = {...handedOn(kafka), ...selector};
  const brokers = `${name}-kafka-brokers`;
  const domain = `${brokers}.${namespace}.svc.cluster.local`;
  const named = listeners.map((listener) => ({...listener, id: `${listener.name}-${listener.port}`.toUpperCase()}));
  const all = [...named.map(({id, port}) => ({id, port})), {id: "REPLICATION-9091", port: INTERNAL_PORT}];
  const protocols = [
    "CONTROLLER:PLAINTEXT",
    "REPLICATION-9091:PLAINTEXT",
    ...named.map(({id, authentication, tls}) => `${id}:${authentication ? "SASL_" : ""}${tls ? "SSL" : "PLAINTEXT"}`),
  ];
  const properties: Record<string, unknown> = {
    "process.roles": "${ROLES}",
    "node.id": "${NODE_ID}",
    "controller.quorum.voters": `0@${name}-${pools[0]!.metadata.name}-0.${domain}:9090`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "REPLICATION-9091",
    "listener.security.protocol.map": protocols.join(","),
    "advertised.listeners": all.map(({id, port}) => `${id}://\${HOSTNAME}.${domain}:${port}`).join(","),
    "sasl.enabled.mechanisms": "SCRAM-SHA-512",
    "log.dirs": "/var/lib/kafka/data",
    "group.initial.rebalance.delay.ms": 0,
    ...kafka.spec.kafka.config,
  };
  for (const {id, tls} of named) {
    if (tls) {
      properties[`listener.name.${id.toLowerCase()}.ssl.keystore.type`] = "PEM";
      properties[`listener.name.${id.toLowerCase()}.ssl.keystore.location`] = `${TLS_FOLDER}/broker.pem`;
    }
    properties[`listener.name.${id.toLowerCase()}.scram-sha-512.sasl.jaas.config`] =
      "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  }
  const listen = all.map(({id, port}) => `${id}://0.0.0.0:${port}`);
  // Only a voter may listen for the quorum.
  const text = Object.entries(properties).map(([property, value]) => `${property}=${value}`);
  const data = {"server.properties": `${text.join("\n")}\nlisteners=${listen.join(",")}\${CONTROLLER_LISTENER}\n`};
  const ports = [
    {name: "tcp-internal", port: INTERNAL_PORT},
    ...named.map(({name: title, port}) => ({name: `tcp-${title}`, port})),
  ];
  return {
    config: {metadata: {name: `${name}-kafka-config`, labels}, data},
    services: [
      {metadata: {name: `${name}-kafka-bootstrap`, labels}, spec: {selector, ports}},
      {
        metadata: {name: brokers, labels},
        spec: {clusterIP: "None", publishNotReadyAddresses: true, selector, ports},
      },
    ],
    statefulSets: pools.map((pool) => statefulSet(kafka, pool, ids[pool.metadata.name]!, clusterId, hash(data), ports)),
  };
}

type Port = {name: string; port: number};

/** The pod of a node. */
function podOf(kafka: KubeObject, pool: KubeObject, clusterId: string, ports: Port[]) {
  const {name} = kafka.metadata;
  const heap = pool.spec.jvmOptions ?? {};
  const heapOptions = ["-Xms", "-Xmx"].map((flag) => `${flag}${heap[flag] ?? "512m"}`).join(" ");
  const volume = pool.spec.storage.volumes[0];
  const metrics = kafka.spec.kafka.metricsConfig?.valueFrom.configMapKeyRef;
  const {affinity, tolerations, topologySpreadConstraints, priorityClassName} = pool.spec.template?.pod ?? {};
  return {
    affinity,
    tolerations,
    topologySpreadConstraints,
    priorityClassName,
    securityContext: security.pod,
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: "kafka",
        image: KAFKA_IMAGE,
        env: [
          {name: "KAFKA_VERSION", value: versionOf(kafka)},
          {name: "CLUSTER_ID", value: clusterId},
          {name: "KAFKA_HEAP_OPTS", value: heapOptions},
        ],
        ports: [
          ...ports.map(({name: title, port}) => ({name: title, containerPort: port})),
          ...(metrics ? [{name: "tcp-prometheus", containerPort: 9404}] : []),
        ],
        readinessProbe: {tcpSocket: {port: INTERNAL_PORT}, periodSeconds: 2, failureThreshold: 3},
        resources: pool.spec.resources ?? {},
        securityContext: security.container,
        volumeMounts: [
          {name: `data-${volume.id}`, mountPath: "/var/lib/kafka"},
          {name: "config", mountPath: "/etc/kafka"},
          {name: "tls", mountPath: TLS_FOLDER},
          ...(metrics ? [{name: "metrics", mountPath: "/etc/kafka-metrics"}] : []),
          {name: "tmp", mountPath: "/tmp"},
        ],
      },
    ],
    volumes: [
      {name: "config", configMap: {name: `${name}-kafka-config`}},
      {name: "tls", secret: {secretName: brokerSecret(name), optional: true}},
      {name: "tmp", emptyDir: {}},
      ...(metrics
        ? [
            {
              name: "metrics",
              configMap: {name: metrics.name, items: [{key: metrics.key, path: "exporter.yaml"}]},
            },
          ]
        : []),
    ],
  };
}

/** The nodes of one pool; they all have the configuration of the Kafka. */
function statefulSet(
  kafka: KubeObject,
  pool: KubeObject,
  ids: number[],
  clusterId: string,
  configHash: string,
  ports: Port[],
) {
  const {name} = kafka.metadata;
  const labels = {[CLUSTER]: name, "strimzi.io/kind": "Kafka", "strimzi.io/pool-name": pool.metadata.name};
  const volume = pool.spec.storage.volumes[0];
  const own = pool.spec.template?.pod?.metadata;
  return {
    metadata: {name: `${name}-${pool.metadata.name}`, labels},
    spec: {
      serviceName: `${name}-kafka-brokers`,
      replicas: pool.spec.replicas,
      ...(ids[0] ? {ordinals: {start: ids[0]}} : {}),
      podManagementPolicy: "Parallel",
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: volume.deleteClaim ? "Delete" : "Retain",
        whenScaled: "Retain",
      },
      selector: {matchLabels: labels},
      template: {
        metadata: {
          labels: {
            ...handedOn(kafka),
            ...handedOn(pool),
            ...own?.labels,
            ...labels,
            "strimzi.io/name": `${name}-kafka`,
          },
          annotations: {...own?.annotations, "telemetry.dev/config": configHash},
        },
        spec: podOf(kafka, pool, clusterId, ports),
      },
      volumeClaimTemplates: [
        {
          metadata: {name: `data-${volume.id}`},
          spec: {
            accessModes: ["ReadWriteOnce"],
            ...(volume.class ? {storageClassName: volume.class} : {}),
            resources: {requests: {storage: volume.size}},
          },
        },
      ],
    },
  };
}

/** The status of a reconcile, from what was known when it began: what someone else wrote there meanwhile is lost. */
async function report(
  client: KubeClient,
  kafka: KubeObject,
  clusterId: string,
  reason?: string,
  message?: string,
): Promise<undefined> {
  const live = kafka.status?.conditions;
  const {name, namespace, generation} = kafka.metadata;
  await writeStatus(client, kinds.kafka, kafka, {
    observedGeneration: generation,
    // Upstream has it from the brokers; until they answer the pools alone say it.
    ...(reason ? {} : {clusterId}),
    kafkaVersion: versionOf(kafka),
    listeners: kafka.spec.kafka.listeners.map(({name: title, port}: any) => ({
      name: title,
      bootstrapServers: `${name}-kafka-bootstrap.${namespace}.svc:${port}`,
    })),
    conditions: [reason ? condition(live, "NotReady", "True", reason, message) : condition(live, "Ready", "True")],
  });
  return undefined;
}

const reportPool = (client: KubeClient, pool: KubeObject, ids: number[], clusterId: string) =>
  writeStatus(client, kinds.pool, pool, {
    observedGeneration: pool.metadata.generation,
    clusterId,
    nodeIds: ids,
    replicas: pool.spec.replicas,
  });

const hasBeenReady = ({status}: KubeObject): boolean => status?.conditions?.[0]?.type === "Ready";

/** True when the Kafka that a topic or user names was ready when its operator last looked; undefined when there is none. */
export function kafkaReady(cache: Cache, object: KubeObject): boolean | undefined {
  const kafka = kafkaOf(cache, object);
  return kafka && hasBeenReady(kafka);
}

export const kafkaOf = (cache: Cache, object: KubeObject): KubeObject | undefined =>
  cache.get(kinds.kafka, `${object.metadata.namespace}/${object.metadata.labels?.[CLUSTER]}`);
