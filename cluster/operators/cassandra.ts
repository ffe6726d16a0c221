import cassandra from "cassandra-driver";
import {stringify} from "yaml";
import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {
  applyOwned,
  applyStatefulSet,
  condition,
  containerSecurity,
  decode,
  hash,
  kinds,
  notReady,
  podSecurity,
  podsOf,
  writeStatus,
} from "./kit.ts";

/** Those in the image. */
const VERSIONS = ["5.0.5", "5.0.6"];

const ALLOW_STORAGE_CHANGES = "cassandra.datastax.com/allow-storage-changes";

/** K8ssandra's cluster of one datacenter: a StatefulSet of Cassandra nodes with upstream's names. */
export async function reconcileK8ssandra(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const cluster = cache.get(kinds.k8ssandra, key);
  if (!cluster || cluster.metadata.deletionTimestamp) return undefined;
  const {name, namespace} = cluster.metadata;
  const dc = cluster.spec.cassandra?.datacenters?.[0];
  const problem = unsupported(cluster);
  if (problem) {
    await report(client, cluster, dc?.metadata.name ?? "dc1", `UnsupportedByStandIn: ${problem}`);
    return undefined;
  }
  const secretName: string = cluster.spec.cassandra.superuserSecretRef?.name ?? `${name}-superuser`;
  const secret = await client.get(builtin.secret, {name: secretName, namespace: namespace!});
  if (!secret) {
    await report(client, cluster, dc.metadata.name, `waiting for Secret ${secretName}`);
    return {requeueAfterMs: 2_000};
  }
  const objects = plan(cluster, dc);
  const live = cache.get(builtin.statefulSet, `${namespace}/${objects.statefulSet.metadata.name}`);
  if (live && !dc.stopped && dc.size < live.spec.replicas) {
    await report(client, cluster, dc.metadata.name, "UnsupportedByStandIn: fewer nodes than before (no decommission)");
    return undefined;
  }
  const [template] = live?.spec.volumeClaimTemplates ?? [];
  const grows = template && template.spec.resources.requests.storage !== objects.size;
  if (grows && dc.metadata.annotations?.[ALLOW_STORAGE_CHANGES] !== "true") {
    const problem = `PVC resize requested, but ${ALLOW_STORAGE_CHANGES} annotation is not set to 'true'`;
    await report(client, cluster, dc.metadata.name, problem);
    return undefined;
  }
  for (const service of objects.services) await applyOwned(client, cluster, builtin.service, service);
  await applyOwned(client, cluster, builtin.configMap, objects.config);
  const set = await applyStatefulSet(client, cluster, objects.statefulSet, objects.size);
  const waiting = notReady(set, objects.statefulSet.spec.replicas);
  if (!waiting && !dc.stopped) {
    const pod = podsOf(cache, namespace!, objects.statefulSet.metadata.name).find(({status}) => status?.podIP);
    try {
      await makeSuperuser(
        pod!.status.podIP,
        dc.metadata.name,
        decode(secret.data.username),
        decode(secret.data.password),
      );
    } catch (error) {
      await report(client, cluster, dc.metadata.name, `superuser: ${(error as Error).message}`);
      return {requeueAfterMs: 2_000};
    }
  }
  await report(client, cluster, dc.metadata.name, waiting, dc.stopped);
  return undefined;
}

function unsupported(cluster: KubeObject): string {
  const {cassandra} = cluster.spec;
  if (cassandra?.datacenters?.length !== 1) return "other than one datacenter";
  if (cassandra.serverType && cassandra.serverType !== "cassandra") return `server type ${cassandra.serverType}`;
  if (!VERSIONS.includes(cassandra.serverVersion))
    return `Cassandra ${cassandra.serverVersion}; there are ${VERSIONS.join(" and ")}`;
  for (const field of ["reaper", "medusa", "stargate", "vector"]) if (cluster.spec[field]) return `spec.${field}`;
  return "";
}

function plan(cluster: KubeObject, dc: any) {
  const {name, namespace} = cluster.metadata;
  const common = cluster.spec.cassandra;
  const dcName: string = dc.metadata.name;
  const set = `${name}-${dcName}-default-sts`;
  const labels = {"cassandra.datastax.com/cluster": name, "cassandra.datastax.com/datacenter": dcName};
  // The cache's object: what is made from it must not be it.
  const claim = structuredClone((dc.storageConfig ?? common.storageConfig).cassandraDataVolumeClaimSpec);
  const heap: string = (dc.config ?? common.config)?.jvmOptions?.heapSize ?? "768Mi";
  const directory = (folder: string) => `/var/lib/cassandra/${folder}`;
  const yaml = {
    cluster_name: name,
    partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
    num_tokens: 16,
    authenticator: {class_name: "org.apache.cassandra.auth.PasswordAuthenticator"},
    authorizer: {class_name: "org.apache.cassandra.auth.CassandraAuthorizer"},
    role_manager: {class_name: "org.apache.cassandra.auth.CassandraRoleManager"},
    endpoint_snitch: "GossipingPropertyFileSnitch",
    seed_provider: [{class_name: "org.apache.cassandra.locator.SimpleSeedProvider", parameters: [{seeds: "${SEEDS}"}]}],
    listen_address: "${POD_IP}",
    rpc_address: "${POD_IP}",
    data_file_directories: [directory("data")],
    commitlog_directory: directory("commitlog"),
    saved_caches_directory: directory("saved_caches"),
    hints_directory: directory("hints"),
    cdc_raw_directory: directory("cdc_raw"),
    commitlog_sync: "periodic",
    commitlog_sync_period: "10000ms",
    commitlog_segment_size: "32MiB",
    ...(dc.config ?? common.config)?.cassandraYaml,
  };
  const data = {"cassandra.yaml": stringify(yaml), "cassandra-rackdc.properties": `dc=${dcName}\nrack=default\n`};
  const ports = [{name: "native", port: 9042}];
  const seeds = `${set}-0.${name}-seed-service.${namespace}.svc.cluster.local`;
  return {
    size: claim.resources.requests.storage as string,
    config: {metadata: {name: `${name}-${dcName}-config`}, data},
    services: [
      {metadata: {name: `${name}-${dcName}-service`, labels}, spec: {clusterIP: "None", selector: labels, ports}},
      {
        metadata: {name: `${name}-seed-service`, labels},
        spec: {clusterIP: "None", publishNotReadyAddresses: true, selector: labels, ports},
      },
    ],
    statefulSet: {
      metadata: {name: set, labels},
      spec: {
        serviceName: `${name}-seed-service`,
        replicas: dc.stopped ? 0 : dc.size,
        podManagementPolicy: "OrderedReady",
        persistentVolumeClaimRetentionPolicy: {
          whenDeleted: dc.metadata.annotations?.["cassandra.datastax.com/delete-pvc"] === "false" ? "Retain" : "Delete",
          whenScaled: "Retain",
        },
        selector: {matchLabels: labels},
        template: {
          metadata: {labels, annotations: {"telemetry.dev/config": hash([data, heap])}},
          spec: {
            securityContext: podSecurity,
            terminationGracePeriodSeconds: 60,
            containers: [
              {
                name: "cassandra",
                image: "docker.io/telemetry-operator/cassandra:5.0.6",
                env: [
                  {name: "POD_IP", valueFrom: {fieldRef: {fieldPath: "status.podIP"}}},
                  {name: "SEEDS", value: seeds},
                  {name: "CASSANDRA_VERSION", value: common.serverVersion},
                  {name: "HEAP_SIZE", value: heap.replace(/i$/, "")},
                ],
                ports: [
                  {name: "native", containerPort: 9042},
                  {name: "metrics", containerPort: 9000},
                ],
                readinessProbe: {exec: {command: ["/opt/cassandra/bin/ready"]}, periodSeconds: 3, timeoutSeconds: 5},
                resources: dc.resources ?? common.resources ?? {},
                securityContext: containerSecurity,
                volumeMounts: [
                  {name: "server-data", mountPath: "/var/lib/cassandra"},
                  {name: "config", mountPath: "/etc/cassandra"},
                  {name: "tmp", mountPath: "/tmp"},
                ],
              },
            ],
            volumes: [
              {name: "config", configMap: {name: `${name}-${dcName}-config`}},
              {name: "tmp", emptyDir: {}},
            ],
          },
        },
        volumeClaimTemplates: [{metadata: {name: "server-data"}, spec: claim}],
      },
    },
  };
}

async function makeSuperuser(host: string, datacenter: string, username: string, password: string): Promise<void> {
  const as = async (user: string, secret: string, statements: string[]) => {
    const client = new cassandra.Client({
      contactPoints: [host],
      localDataCenter: datacenter,
      authProvider: new cassandra.auth.PlainTextAuthProvider(user, secret),
      queryOptions: {consistency: cassandra.types.consistencies.quorum},
    });
    try {
      await client.connect();
      for (const statement of statements) await client.execute(statement);
    } finally {
      await client.shutdown();
    }
  };
  const role = `"${username}"`;
  try {
    await as(username, password, []);
  } catch {
    const literal = password.replaceAll("'", "''");
    await as("cassandra", "cassandra", [
      `CREATE ROLE IF NOT EXISTS ${role} WITH PASSWORD = '${literal}' AND LOGIN = true AND SUPERUSER = true`,
    ]);
    await as(username, password, ["ALTER ROLE cassandra WITH LOGIN = false AND SUPERUSER = false"]);
  }
}

async function report(client: KubeClient, cluster: KubeObject, dc: string, waiting: string, stopped = false) {
  const before = cluster.status?.datacenters?.[dc]?.cassandra?.conditions;
  const ready = !waiting && !stopped;
  const conditions = [
    condition(before, "Ready", ready ? "True" : "False", ready ? "Ready" : "NotReady", waiting || "all nodes answer"),
    condition(before, "Stopped", stopped ? "True" : "False", "Stopped", ""),
  ].map(({reason = "Ready", message = "", ...rest}) => ({...rest, reason, message}));
  await writeStatus(client, kinds.k8ssandra, cluster, {
    observedGeneration: cluster.metadata.generation,
    datacenters: {[dc]: {cassandra: {cassandraOperatorProgress: waiting ? "Updating" : "Ready", conditions}}},
    error: waiting.startsWith("UnsupportedByStandIn") ? waiting : "None",
  });
}
