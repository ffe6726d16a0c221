import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import {managesCassandra} from "../../../api/components/cassandra.ts";
import {isRunning} from "../../../api/pipeline.ts";
import type {PodOptions} from "../../../api/pod.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {heapMiBOf} from "../../../api/resources.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {
  type BuildContext,
  COMPONENT_LABEL,
  containerSecurity,
  credentials,
  credentialsAnnotation,
  custom,
  env,
  fromSecret,
  PIPELINE_LABEL,
  podSecurity,
  resources,
  running,
} from "../../context.ts";
import {eventFields, eventIdentity} from "../../event-fields.ts";
import type {K8ssandraCluster} from "../../imports/k8ssandracluster.ts";
import {clientsOf, isolate, isolateServer, prometheus} from "../../network.ts";
import {affinityOf} from "../../scheduling.ts";
import {job} from "../../workload.ts";
import {selectOf} from "../monitoring/records.ts";
import {cassandraAlerts} from "./alerts.ts";
import {cassandraClient, cassandraEndpoint, cassandraRoleName, datacenterOf, readerName} from "./client.ts";
import {k8ssandraCluster} from "./kinds.ts";
import {keepCassandraSeries} from "./metrics.ts";
import {partitionAlerts} from "./partition-alerts.ts";

/** The one label that cass-operator and k8ssandra-operator carry in every way of installing them. */
const OPERATORS: k8s.LabelSelector = {matchExpressions: [{key: "control-plane", operator: "Exists"}]};

/** The user of upstream's image, and what its pods run as when the K8ssandraCluster says nothing. */
const NODE_USER = 999;
/** Resources of upstream's containers beside the server: copying a configuration, writing one, printing a log. */
const BASE_CONFIG = {cpu: "20m", memory: "64Mi"};
const CONFIG = {cpu: "50m", memory: "384Mi"};
const LOGGER = {cpu: "20m", memory: "128Mi"};

/** The component of upstream's pods, which the policies for our own pods of the component are not for. */
const NODES = "cassandra-nodes";
type Cassandra = NonNullable<K8ssandraCluster["spec"]["cassandra"]>;
const superuserName = (context: BuildContext) => `${context.name}-superuser`;

const cassandraNodes = (name: string): k8s.LabelSelector => ({
  matchLabels: {"cassandra.datastax.com/cluster": name},
});

export const cassandra: Manifests = {
  name: "cassandra",
  title: "Cassandra, each node",
  enabled: (spec) => spec.cassandra.enabled,
  build,
  kinds: [k8ssandraCluster],
  rights: [
    // The name of another cluster's datacenter, and whether cass-operator has to be triggered again.
    {apiGroups: ["cassandra.datastax.com"], resources: ["cassandradatacenters"], verbs: ["get", "patch"]},
    // The default one, by name: cass-operator grows no volume without.
    {apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["list"]},
  ],
  uses: ["cassandra"],
  serves: ({name, spec: {cassandra}}) =>
    cassandra.external
      ? {ports: [cassandra.external.port ?? 9042]}
      : {ports: [9042], peers: [{podSelector: cassandraNodes(name)}]},
  client: cassandraClient,
  endpoints: (context) => [cassandraEndpoint(context)],
  passwords: {
    suffixes: ["superuser", "cassandra", "cassandra-reader"],
    generated: managesCassandra,
  },
  metrics: {
    port: "metrics",
    pods: (name) => ({"cassandra.datastax.com/cluster": name}),
    scraped: managesCassandra,
    keep: keepCassandraSeries,
    ownAlerts: "missing and down",
    jvm: true,
  },
  alerts: (context) => {
    if (!managesCassandra(context.spec)) return [];
    // A node that is stopped on purpose is not down.
    const nodes = isRunning(context.spec) ? context.spec.cassandra.size : 0;
    const select = selectOf(context);
    return [...cassandraAlerts(select, nodes), ...partitionAlerts(select)];
  },
  notReady: (spec) =>
    managesCassandra(spec)
      ? {
          name: "CassandraNotReady",
          explains: ["TelemetryComponentNotReady"],
          by: "store",
          labels: {store: "cassandra"},
        }
      : undefined,
  dashboard: async () => (await import("./dashboard.ts")).cassandra,
};

/** The nodes, unless they are there already, and the Job that makes keyspace and table. */
function build(chart: Chart, context: PlanContext): void {
  const {provider, size, ttl} = context.spec.cassandra;
  const managed = provider === "K8ssandra";
  if (managed) cluster(chart, context);
  const {env: access, files} = cassandraClient(context);
  isolate(chart, context);
  job(chart, context, {
    name: `${context.name}-cassandra-schema`,
    command: ["workloads/schema/main.ts", "cassandra"],
    env: [
      ...access,
      ...(managed
        ? [
            fromSecret("CASSANDRA_SUPERUSER_USERNAME", superuserName(context), "username"),
            fromSecret("CASSANDRA_SUPERUSER_PASSWORD", superuserName(context), "password"),
            fromSecret("READER_USERNAME", readerName(context), "username"),
            fromSecret("READER_PASSWORD", readerName(context), "password"),
            ...env({CASSANDRA_REPLICATION: Math.min(3, size)}),
          ]
        : []),
      ...env({TTL_SECONDS: secondsOf(ttl)}),
      ...eventFields(context.spec),
      ...eventIdentity(context.spec),
    ],
    files,
    sizing: {cpu: "20m", memory: "128Mi"},
    options: context.spec.cassandra.pod,
  });
}

/** K8ssandra's cluster of one datacenter, and three roles with their Secrets. */
function cluster(chart: Chart, context: PlanContext): void {
  const {name, spec, facts} = context;
  const {version, size, storage, sizing, pod = {}} = spec.cassandra;
  // Upstream's images write below their root.
  const {readOnlyRootFilesystem: _, ...securityContext} = containerSecurity;
  credentials(chart, context, superuserName(context), {username: superuserName(context)});
  credentials(chart, context, cassandraRoleName(context), {username: "telemetry"});
  credentials(chart, context, readerName(context), {username: "telemetry_reader"});
  const nodes = cassandraNodes(name);
  isolateServer(chart, context, `${name}-cassandra-nodes`, nodes, [
    {ports: [9042], peers: clientsOf("cassandra", context)},
    {ports: [7000, 7001], peers: [{podSelector: nodes}]},
    // The management API, by which both of K8ssandra's operators lead the nodes.
    {ports: [8080], peers: [{namespaceSelector: {}, podSelector: OPERATORS}]},
    {ports: [9000], peers: [prometheus(context)]},
  ]);
  // Of the datacenter, not of the cluster: nothing hands those on to cass-operator, which deletes volumes by default.
  const annotations = {
    // cass-operator gives Cassandra the password of a new superuser Secret when the datacenter changes, and sees no new Secret.
    ...credentialsAnnotation(context, [fromSecret("PASSWORD", superuserName(context), "password")]),
    "cassandra.datastax.com/delete-pvc": String(spec.deletionPolicy === "Delete"),
    "cassandra.datastax.com/allow-storage-changes": "true",
  };
  custom<K8ssandraCluster>(chart, {
    apiVersion: "k8ssandra.io/v1alpha1",
    kind: "K8ssandraCluster",
    metadata: {name},
    spec: {
      auth: true,
      cassandra: {
        metadata: {
          commonLabels: {[PIPELINE_LABEL]: name, [COMPONENT_LABEL]: NODES},
          ...metadataOf(pod),
        },
        serverType: "cassandra",
        serverVersion: version,
        superuserSecretRef: {name: superuserName(context)},
        ...placement(pod),
        resources: resources(context, sizing, pod),
        config: {jvmOptions: {heapSize: `${heapMiBOf(sizing, pod)}Mi`}},
        storageConfig: {
          cassandraDataVolumeClaimSpec: {
            accessModes: ["ReadWriteOnce"],
            // cass-operator grows only volumes whose class is named.
            ...(facts?.cassandra?.storageClass ? {storageClassName: facts.cassandra.storageClass} : {}),
            resources: {requests: {storage}},
          },
        },
        podSecurityContext: podSecurity(NODE_USER),
        initContainers: [
          {name: "server-config-init-base", resources: resources(context, BASE_CONFIG), securityContext},
          {name: "server-config-init", resources: resources(context, CONFIG), securityContext},
        ],
        containers: [
          {name: "cassandra", securityContext},
          {name: "server-system-logger", resources: resources(context, LOGGER), securityContext},
        ],
        datacenters: [{metadata: {name: datacenterOf(context), annotations}, size, stopped: !running(context)}],
      },
    },
  });
}

const metadataOf = ({labels, annotations}: PodOptions) =>
  labels || annotations ? {pods: {...(labels ? {labels} : {}), ...(annotations ? {annotations} : {})}} : {};

/** The rack that cass-operator has where none is named. */
const RACK = "default";

/** Affinity is a rack's; K8ssandra has no other place for it. */
function placement(pod: PodOptions): Pick<Cassandra, "tolerations" | "racks" | "podPriorityClassName"> {
  const {tolerations, priorityClassName} = pod;
  const affinity = affinityOf(pod);
  return {
    ...(tolerations ? {tolerations} : {}),
    ...(affinity ? {racks: [{name: RACK, affinity}]} : {}),
    ...(priorityClassName ? {podPriorityClassName: priorityClassName} : {}),
  };
}
