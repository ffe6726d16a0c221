import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {jaasOf} from "../../../api/jaas.ts";
import {heapMiBOf} from "../../../api/resources.ts";
import {
  type BuildContext,
  COMPONENT_LABEL,
  containerSecurity,
  credentialsAnnotation,
  custom,
  env,
  fromSecret,
  PIPELINE_LABEL,
  podSecurity,
  pullSecrets,
  resources,
  running,
} from "../../context.ts";
import type {Druid} from "../../imports/druid.ts";
import {fileMounts, fileVolumes} from "../../workload.ts";
import {kafkaClient} from "../kafka/client.ts";
import {placeOf} from "../timescaledb/own-database.ts";
import {metadata, segmentAccess, warehouseName} from "./client.ts";
import {
  commonProperties,
  directMiB,
  METADATA,
  METADATA_CA,
  nodeName,
  PORTS,
  ROLES,
  type Role,
  type RoleKey,
  roleProperties,
  SEGMENTS,
  VAR,
  ZOOKEEPER_PORT,
} from "./properties.ts";

/** Of upstream's image. */
const USER = 1_000;
const CONF = "/opt/druid/conf/druid/cluster";
/** Where upstream's image looks for what its own kind of process is told. */
const FOLDERS: Record<Role, string> = {
  coordinator: `${CONF}/master/coordinator-overlord`,
  historical: `${CONF}/data/historical`,
  indexer: `${CONF}/data/indexer`,
  broker: `${CONF}/query/broker`,
  router: `${CONF}/query/router`,
};
/** The end of the login of Druid's processes at Kafka, whose Secret has that name. */
export const LOGIN = "warehouse-kafka";
/** Seconds for an indexer to hand on, and for others to answer what was asked. */
const GRACE_SECONDS = 60;

/** Options of every process. */
export const JVM = [
  "-server",
  "-Duser.timezone=UTC",
  "-Dfile.encoding=UTF-8",
  "-Djava.io.tmpdir=/tmp",
  "-Djava.util.logging.manager=org.apache.logging.log4j.jul.LogManager",
  "-XX:+UseSerialGC",
  "-XX:+ExitOnOutOfMemoryError",
  "-Dderby.stream.error.file=/tmp/derby.log",
];

export const LOG4J = `<?xml version="1.0" encoding="UTF-8" ?>
<Configuration status="WARN">
  <Appenders>
    <Console name="Console" target="SYSTEM_OUT">
      <PatternLayout pattern="%d{ISO8601} %p [%t] %c - %m%n"/>
    </Console>
  </Appenders>
  <Loggers>
    <Root level="warn">
      <AppenderRef ref="Console"/>
    </Root>
    <Logger name="org.apache.druid.indexing" level="info"/>
    <Logger name="org.apache.druid.cli" level="info"/>
  </Loggers>
</Configuration>
`;

/** Druid, by its operator. */
export function druid(chart: Chart, context: BuildContext): void {
  const {pod = {}} = context.spec.warehouse;
  const {labels, annotations, nodeSelector, tolerations, affinity, priorityClassName} = pod;
  const variables = environment(context);
  custom<Druid>(chart, {
    apiVersion: "druid.apache.org/v1alpha1",
    kind: "Druid",
    metadata: {name: warehouseName(context)},
    spec: {
      image: context.images.druid,
      ...pullSecrets(context),
      startScript: "/druid.sh",
      serviceAccount: warehouseName(context),
      // Upstream gives them to the StatefulSets as well, by which this operator sees those.
      podLabels: {
        ...labels,
        [PIPELINE_LABEL]: context.name,
        [COMPONENT_LABEL]: "warehouse",
        "app.kubernetes.io/managed-by": "druid-operator",
      },
      podAnnotations: {...annotations, ...credentialsAnnotation(context, variables)},
      ...(nodeSelector ? {nodeSelector} : {}),
      ...(tolerations ? {tolerations} : {}),
      ...(affinity ? {affinity} : {}),
      ...(priorityClassName ? {priorityClassName} : {}),
      securityContext: podSecurity(USER) as object,
      containerSecurityContext: containerSecurity as object,
      commonConfigMountPath: `${CONF}/_common`,
      "common.runtime.properties": commonProperties(context),
      "jvm.options": `${JVM.join("\n")}\n`,
      "log4j.config": LOG4J,
      // The volumes are of the pipeline: its deletion policy says what becomes of them.
      disablePVCDeletionFinalizer: true,
      deleteOrphanPvc: false,
      // One kind after another: but a historical is not ready without ZooKeeper, and so a change before there was one would wait for ever.
      rollingDeploy: context.spec.warehouse.clustered,
      env: variables as unknown as Druid["spec"]["env"],
      volumes: [{name: "tmp", emptyDir: {}}, {name: "var", emptyDir: {}}, ...fileVolumes(filesOf(context))],
      volumeMounts: [{name: "tmp", mountPath: "/tmp"}, {name: "var", mountPath: VAR}, ...fileMounts(filesOf(context))],
      nodes: Object.fromEntries(
        (Object.keys(ROLES) as RoleKey[]).map((key) => [key, nodeOf(context, key)]),
      ) as unknown as Druid["spec"]["nodes"],
    },
  });
}

/** What the processes read of Secrets: keys of the bucket, of Kafka and of the metadata. */
function environment(context: BuildContext): k8s.EnvVar[] {
  const all = kafkaClient(context, LOGIN).env;
  const kafka = all.filter(({name}) => /^KAFKA_(USERNAME|PASSWORD)$/.test(name));
  const mechanism = all.find(({name}) => name === "KAFKA_MECHANISM")?.value ?? "SCRAM-SHA-512";
  const {clustered} = context.spec.warehouse;
  const {secret} = placeOf(context, metadata(context));
  return [
    ...segmentAccess(context),
    ...kafka,
    // Kubernetes puts user and password in.
    ...(kafka.length > 0 ? env({KAFKA_JAAS: jaasOf(mechanism, "$(KAFKA_USERNAME)", "$(KAFKA_PASSWORD)")}) : []),
    ...(clustered
      ? [
          fromSecret("METADATA_USERNAME", secret, "username"),
          fromSecret("METADATA_PASSWORD", secret, "password"),
          fromSecret("METADATA_DATABASE", secret, "database"),
        ]
      : []),
  ];
}

function filesOf(context: BuildContext) {
  const {clustered} = context.spec.warehouse;
  const {caSecret} = placeOf(context, metadata(context));
  return [
    ...kafkaClient(context, LOGIN).files,
    ...(clustered && caSecret ? [{secret: caSecret, folder: METADATA_CA}] : []),
  ];
}

/** Processes of one kind. */
function nodeOf(context: BuildContext, key: RoleKey) {
  const role = ROLES[key];
  const {warehouse} = context.spec;
  const sizing = warehouse.sizing[role];
  const options = role === "historical" ? warehouse.pod : undefined;
  const replicas = running(context) ? replicasOf(context, role) : 0;
  return {
    nodeType: role,
    "druid.port": PORTS[role],
    nodeConfigMountPath: FOLDERS[role],
    kind: "StatefulSet",
    replicas,
    "runtime.properties": roleProperties(context, role),
    "extra.jvm.options": [
      `-Xms${heapMiBOf(sizing, options)}m`,
      `-Xmx${heapMiBOf(sizing, options)}m`,
      `-XX:MaxDirectMemorySize=${directMiB(context)}m`,
    ].join("\n"),
    resources: resources(context, sizing, options),
    terminationGracePeriodSeconds: GRACE_SECONDS,
    // By default upstream looks at a historical only after three minutes.
    startUpProbe: {
      httpGet: {path: "/status/health", port: PORTS[role]},
      periodSeconds: 3,
      timeoutSeconds: 5,
      failureThreshold: 300,
    },
    ...spreadOf(context, key),
    ...volumeOf(context, role),
    ...(role === "coordinator" && !warehouse.clustered ? besideZookeeper(context) : {}),
    ...(context.spec.spread === "No" || replicas < 2 ? {} : {podDisruptionBudgetSpec: {maxUnavailable: 1}}),
  };
}

const replicasOf = ({spec: {warehouse}}: BuildContext, role: Role): number =>
  ({
    coordinator: warehouse.fronts,
    historical: warehouse.historicals,
    indexer: warehouse.indexers,
    broker: warehouse.fronts,
    router: warehouse.fronts,
  })[role];

/** The spec's own spread, over the processes of one kind. */
function spreadOf(context: BuildContext, key: RoleKey) {
  const {topologySpreadConstraints} = context.spec.warehouse.pod ?? {};
  if (!topologySpreadConstraints) return {};
  const labelSelector = {matchLabels: {nodeSpecUniqueStr: nodeName(context, key)}};
  return {topologySpreadConstraints: topologySpreadConstraints.map((each) => ({labelSelector, ...each}))};
}

/** The volume of what has to outlive a pod. */
function volumeOf({spec: {warehouse}, facts}: BuildContext, role: Role): object {
  const storageClass = warehouse.storageClass ?? facts?.warehouse?.storageClass;
  const volume = (name: string, storage: string) => ({
    volumeClaimTemplates: [
      {
        metadata: {name},
        spec: {
          accessModes: ["ReadWriteOnce"],
          ...(storageClass ? {storageClassName: storageClass} : {}),
          resources: {requests: {storage}},
        },
      },
    ],
  });
  if (role === "historical")
    return {...volume("segments", warehouse.storage), volumeMounts: [{name: "segments", mountPath: SEGMENTS}]};
  if (role === "coordinator" && !warehouse.clustered)
    return {...volume("metadata", METADATA_STORAGE), volumeMounts: [{name: "metadata", mountPath: METADATA}]};
  return {};
}
const METADATA_STORAGE = "1Gi";

/** The coordinator ends first: without ZooKeeper it would wait for it until it is killed. */
const ZOOKEEPER = `printf %s "$0" > /tmp/zoo.cfg
java -Xmx64m -XX:+UseSerialGC -Dlog4j.configurationFile=${CONF}/_common/log4j2.xml -cp '/opt/druid/lib/*' org.apache.zookeeper.server.ZooKeeperServerMain /tmp/zoo.cfg & server=$!
trap 'sleep 8; kill $server' TERM
wait $server || wait $server`;

/** One server of ZooKeeper in the coordinator's pod; both are of use to the others together. */
function besideZookeeper(context: BuildContext) {
  const {zookeeper} = context.spec.warehouse.sizing;
  const data = `${METADATA}/zookeeper`;
  const file = `dataDir=${data}\nclientPort=${ZOOKEEPER_PORT}\ntickTime=2000\nadmin.enableServer=false\nautopurge.purgeInterval=1\n`;
  return {
    additionalContainer: [
      {
        containerName: "zookeeper",
        image: context.images.druid,
        command: ["sh", "-ec", ZOOKEEPER],
        args: [file],
        resources: resources(context, zookeeper),
        securityContext: containerSecurity as object,
        volumeMounts: [
          {name: "metadata", mountPath: METADATA},
          {name: "tmp", mountPath: "/tmp"},
        ],
      },
    ],
    // The coordinator itself has to find ZooKeeper before it is ready.
    services: [
      {
        // Upstream puts the name of the coordinators in.
        metadata: {name: "%s"},
        spec: {type: "ClusterIP", clusterIP: "None", publishNotReadyAddresses: true},
      },
    ],
  };
}

/** The account of Druid's processes; where Kubernetes is the place that they find one another in, with the rights for that. */
export function account(chart: Chart, context: BuildContext): void {
  const name = warehouseName(context);
  const {clustered} = context.spec.warehouse;
  new k8s.KubeServiceAccount(chart, `ServiceAccount-${name}`, {
    metadata: {name},
    automountServiceAccountToken: clustered,
  });
  if (!clustered) return;
  new k8s.KubeRole(chart, `Role-${name}`, {metadata: {name}, rules: discoveryRules});
  new k8s.KubeRoleBinding(chart, `RoleBinding-${name}`, {
    metadata: {name},
    roleRef: {apiGroup: "rbac.authorization.k8s.io", kind: "Role", name},
    subjects: [{kind: "ServiceAccount", name, namespace: context.namespace}],
  });
}

/** Druid's extension notes each process on its pod, and its leaders in ConfigMaps. */
export const discoveryRules: k8s.PolicyRule[] = [
  {apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "patch"]},
  {apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch", "create", "update", "patch"]},
];
