import {createHash} from "node:crypto";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {urlHost} from "../../../api/addresses.ts";
import {type FlinkSpec, usesFlink} from "../../../api/components/flink.ts";
import {isRunning} from "../../../api/pipeline.ts";
import {bytesOf, coresOf, secondsOf} from "../../../api/quantities.ts";
import {type Resources, resourcesOf} from "../../../api/resources.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {
  type BuildContext,
  COMPONENT_LABEL,
  CPU_LIMIT_FACTOR,
  containerResources,
  containerSecurity,
  credentialsAnnotation,
  custom,
  PIPELINE_LABEL,
  resources,
  running,
} from "../../context.ts";
import type {FlinkDeployment} from "../../imports/flinkdeployment.ts";
import {isolate, podsOf, prometheus, telemetryOperator} from "../../network.ts";
import {madeBy, podTemplate, templatePart} from "../../pod-template.ts";
import {bucketAccess, bucketPort} from "../../s3.ts";
import {kafkaClient} from "../kafka/client.ts";
import {selectOf} from "../monitoring/records.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {account, flinkRules} from "./account.ts";
import {flinkAlerts} from "./alerts.ts";
import {flinkDeployment} from "./kinds.ts";
import {type FlinkEndpoints, flinkSql} from "./sql.ts";
import {sortStatements} from "./statements.ts";

export const flinkName = (name: string) => `${name}-flink`;
/** The deployment's label with what its SQL is: another one starts without the old state. */
export const SQL_ANNOTATION = "telemetry.dev/flink-sql";

export interface FlinkFacts {
  /** What the ConfigMap of spec.flink.sql holds. */
  userSql?: string | undefined;
  /** The hash of the SQL whose state the live job keeps. */
  liveSql?: string | undefined;
}

declare module "../../context.ts" {
  interface Facts {
    flink?: FlinkFacts;
  }
}
const DATA = "/flink-data";
const SQL_FOLDER = "/opt/flink/sql";
const TEMPLATE_FOLDER = "/opt/flink/sql-template";
const SCRIPT = "job.sql";
const MAX_PARALLELISM = "120";

export const flink: Manifests = {
  name: "flink",
  title: "stream job: JobManager; TaskManagers; checkpoints",
  enabled: usesFlink,
  build,
  kinds: [flinkDeployment],
  // What Flink itself does where it runs: the API server refuses a Role that gives more than the operator itself has.
  rights: flinkRules,
  uses: ["kafka", "timescaledb"],
  metrics: {port: "metrics", pods: (name) => podsOf(name, "flink").matchLabels!, ownAlerts: "missing"},
  alerts: (context) => (isRunning(context.spec) ? flinkAlerts(selectOf(context)) : []),
  notReady: (spec) => (isRunning(spec) ? {name: "FlinkNotReady"} : undefined),
  dashboard: async () => (await import("./dashboard.ts")).flink,
};

/** The stream job, its volume for checkpoints, its account, and before all the check of what the user adds to it. */
function build(chart: Chart, context: PlanContext): void {
  const {spec, facts} = context;
  const userSql = facts?.flink?.userSql ?? "";
  const name = flinkName(context.name);
  const user = sortStatements(userSql);
  const sql = flinkSql(spec.flink, endpoints(context), user, "EXECUTE");
  if (userSql) check(chart, context, flinkSql(spec.flink, endpoints(context), user, "EXPLAIN"));
  account(chart, name, context.namespace);
  if (!spec.flink.s3) volume(chart, name, spec.flink);
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}-sql`, {metadata: {name: `${name}-sql`}, data: {[SCRIPT]: sql}});
  // Where and how state is kept is part of it: what is kept in one place or form cannot be gone on from in another.
  const form = spec.flink.stateBackend === "Heap" ? "" : spec.flink.stateBackend;
  deployment(chart, context, hash(sql + form + (spec.flink.s3 ? folder(context) : "")));
  closeTo(chart, context);
}

function volume(chart: Chart, name: string, {shared, storage, storageClass}: FlinkSpec): void {
  new k8s.KubePersistentVolumeClaim(chart, `PersistentVolumeClaim-${name}`, {
    metadata: {name},
    spec: {
      accessModes: [shared ? "ReadWriteMany" : "ReadWriteOnce"],
      ...(storageClass ? {storageClassName: storageClass} : {}),
      resources: {requests: {storage: k8s.Quantity.fromString(storage)}},
    },
  });
}

/** Where checkpoints and what Flink has to find again are, as a URL. */
function folder({spec, namespace, name}: BuildContext): string {
  const {s3} = spec.flink;
  return s3 ? `s3://${s3.bucket}/${s3.prefix ?? `${namespace}/${name}/flink`}` : `file://${DATA}`;
}

/** JobManager and TaskManagers talk by ports of their choice, and to the API server; the operators ask the job how it is. */
function closeTo(chart: Chart, context: PlanContext): void {
  const {s3} = context.spec.flink;
  const labels = {[PIPELINE_LABEL]: context.name, [COMPONENT_LABEL]: "flink"};
  const each = {ports: [], peers: [{podSelector: {matchLabels: labels}}]};
  const flinkOperator = {
    namespaceSelector: {},
    podSelector: {matchLabels: {"app.kubernetes.io/name": "flink-kubernetes-operator"}},
  };
  isolate(chart, context, {
    from: [
      each,
      {ports: [8081], peers: [telemetryOperator, flinkOperator]},
      {ports: ["metrics"], peers: [prometheus(context)]},
    ],
    to: [each, {ports: [443, 6443]}, ...(s3 ? [{ports: [bucketPort(s3)]}] : [])],
  });
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** What the script says of the SQL counts at once. A pod that is drained, evicted or killed says nothing and is made again. */
const ATTEMPTS: Pick<k8s.JobSpec, "backoffLimit" | "podFailurePolicy"> = {
  backoffLimit: 2,
  podFailurePolicy: {
    rules: [
      {action: "Ignore", onPodConditions: [{type: "DisruptionTarget", status: "True"}]},
      // The types know no rule without conditions; the API server allows either of the two.
      {
        action: "FailJob",
        onExitCodes: {containerName: "check", operator: "In", values: [1]},
      } as k8s.PodFailurePolicyRule,
    ],
  },
};

/** A Job that ends well if Flink's planner understands the script; it reads no data and knows no password. */
function check(chart: Chart, context: BuildContext, script: string): void {
  const name = `${flinkName(context.name)}-check`;
  const pod: k8s.PodSpec = {
    restartPolicy: "Never",
    containers: [
      {
        name: "check",
        image: context.images.flink,
        args: ["check-sql.sh", `${TEMPLATE_FOLDER}/${SCRIPT}`],
        env: [{name: "HOME", value: "/tmp"}],
        resources: containerResources(context, {cpu: "100m", memory: "1Gi"}),
        securityContext: containerSecurity,
        volumeMounts: [
          {name: "sql", mountPath: TEMPLATE_FOLDER, readOnly: true},
          {name: "tmp", mountPath: "/tmp"},
        ],
      },
    ],
    volumes: [
      {name: "sql", configMap: {name}},
      {name: "tmp", emptyDir: {}},
    ],
  };
  const {pod: options} = context.spec.flink;
  const template = podTemplate(context, options, {labels: {...chart.labels}}, pod);
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}`, {metadata: {name}, data: {[SCRIPT]: script}});
  new k8s.KubeJob(chart, `Job-${name}`, {
    metadata: {name: `${name}-${hash(script + JSON.stringify([template.spec, ATTEMPTS, ...madeBy(options)]))}`},
    spec: {...ATTEMPTS, template},
  });
}

/** Addresses and client settings; passwords are names that the pod fills in. */
function endpoints(context: BuildContext): FlinkEndpoints {
  const value = (client: {env: k8s.EnvVar[]}, name: string) => client.env.find((one) => one.name === name)?.value;
  const kafka = kafkaClient(context, "flink");
  const database = timescaledbClient(context);
  const mechanism = value(kafka, "KAFKA_MECHANISM") ?? "SCRAM-SHA-512";
  const authenticated = kafka.env.some(({name}) => name === "KAFKA_USERNAME");
  const caFile = value(kafka, "KAFKA_CA_FILE");
  const tls = caFile !== undefined || value(kafka, "KAFKA_TLS") === "true";
  // The connector's jar carries Kafka's client under names of its own.
  const modules = "org.apache.flink.kafka.shaded.org.apache.kafka.common.security";
  const module = mechanism === "PLAIN" ? `${modules}.plain.PlainLoginModule` : `${modules}.scram.ScramLoginModule`;
  const parameters = new URLSearchParams({ApplicationName: "flink", reWriteBatchedInserts: "true"});
  // A pooler that gives each transaction another connection knows no statement of the one before.
  if (context.spec.timescaledb.external) parameters.set("prepareThreshold", "0");
  const [sslMode, sslRoot] = [value(database, "PGSSLMODE"), value(database, "PGSSLROOTCERT")];
  if (sslMode) parameters.set("sslmode", sslMode);
  if (sslRoot) parameters.set("sslrootcert", sslRoot);
  return {
    brokers: value(kafka, "KAFKA_BROKERS")!,
    topic: value(kafka, "KAFKA_TOPIC")!,
    alertsTopic: value(kafka, "KAFKA_ALERTS_TOPIC")!,
    group: flinkName(context.name),
    properties: {
      "security.protocol": `${authenticated ? "SASL_" : ""}${tls ? "SSL" : "PLAINTEXT"}`,
      ...(authenticated
        ? {
            "sasl.mechanism": mechanism,
            "sasl.jaas.config": `${module} required username="\${JAAS_USERNAME}" password="\${JAAS_PASSWORD}";`,
          }
        : {}),
      ...(caFile ? {"ssl.truststore.type": "PEM", "ssl.truststore.location": caFile} : {}),
    },
    // Without a value it is in a Secret, and the pod fills it in.
    jdbcUrl: `jdbc:postgresql://${urlHost(value(database, "PGHOST") ?? "${PGHOST}")}:${value(database, "PGPORT")}/\${PGDATABASE}?${parameters}`,
  };
}

type PodTemplate = NonNullable<NonNullable<FlinkDeployment["spec"]["jobManager"]>["podTemplate"]>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one object as upstream's reference lists its fields
function deployment(chart: Chart, context: BuildContext, sqlHash: string): void {
  const {spec, images, facts} = context;
  const liveSql = facts?.flink?.liveSql;
  const name = flinkName(context.name);
  const {parallelism, checkpointInterval, stateBackend, jobManager, taskManager, s3} = spec.flink;
  const root = folder(context);
  const workers = resourcesOf(taskManager, spec.flink.pod);
  // Flink always sets a limit; a quota counts it.
  const cpuFactor = String(context.limitsCpu ? CPU_LIMIT_FACTOR : 20);
  const kafka = kafkaClient(context, "flink");
  const clients = [kafka, timescaledbClient(context)];
  const env = clients.flatMap((client) => client.env);
  const files = clients.flatMap((client) => client.files);
  const labels = {...chart.labels, [PIPELINE_LABEL]: context.name, [COMPONENT_LABEL]: "flink"};
  const annotations = {
    ...credentialsAnnotation(context, [...env, ...(s3 ? bucketAccess(s3) : [])]),
    [SQL_ANNOTATION]: sqlHash,
  };
  // Flink's operator merges the lists of a common template by place, so each pod has a whole one.
  const pod = (volumes: object[] = [], mounts: object[] = [], initContainers: object[] = []) =>
    templatePart(
      context,
      spec.flink.pod,
      {labels, annotations},
      {
        ...(initContainers.length > 0 ? {initContainers: initContainers as []} : {}),
        containers: [
          {
            name: "flink-main-container",
            securityContext: containerSecurity,
            ports: [{name: "metrics", containerPort: 9249}],
            ...(s3 ? {env: bucketAccess(s3) as []} : {}),
            volumeMounts: [
              ...(s3 ? [] : [{name: "data", mountPath: DATA}]),
              {name: "tmp", mountPath: "/tmp"},
              ...files.map(({secret, folder}) => ({name: secret, mountPath: folder, readOnly: true})),
              ...(mounts as []),
            ],
          },
        ],
        volumes: [
          ...(s3 ? [] : [{name: "data", persistentVolumeClaim: {claimName: name}}]),
          {name: "tmp", emptyDir: {}},
          ...files.map(({secret}) => ({name: secret, secret: {secretName: secret}})),
          ...(volumes as []),
        ],
      },
    ) as PodTemplate;
  custom<FlinkDeployment>(chart, {
    apiVersion: "flink.apache.org/v1beta1",
    kind: "FlinkDeployment",
    metadata: {name, annotations: {[SQL_ANNOTATION]: sqlHash}},
    spec: {
      image: images.flink,
      imagePullPolicy: "IfNotPresent",
      flinkVersion: "v2_2",
      serviceAccount: name,
      logConfiguration,
      flinkConfiguration: {
        "taskmanager.numberOfTaskSlots": "2",
        "pipeline.max-parallelism": MAX_PARALLELISM,
        "execution.checkpointing.interval": `${secondsOf(checkpointInterval)} s`,
        "execution.checkpointing.dir": `${root}/checkpoints`,
        "execution.checkpointing.savepoint-dir": `${root}/savepoints`,
        // Servers of one's own have no name for each bucket.
        ...(s3?.endpoint ? {"s3.endpoint": s3.endpoint, "s3.path.style.access": "true"} : {}),
        "execution.checkpointing.num-retained": "3",
        "execution.checkpointing.tolerable-failed-checkpoints": "3",
        "high-availability.type": "kubernetes",
        "high-availability.storageDir": `${root}/ha`,
        // A job that fails is tried again, ever less often, until its cause is gone.
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "1 s",
        "restart-strategy.exponential-delay.max-backoff": "1 min",
        "restart-strategy.exponential-delay.reset-backoff-threshold": "5 min",
        ...state[stateBackend],
        // A machine that is busy starting others is slow, not broken.
        "pekko.startup-timeout": "60 s",
        "kubernetes.jobmanager.cpu.limit-factor": cpuFactor,
        "kubernetes.taskmanager.cpu.limit-factor": limitFactor(workers) ?? cpuFactor,
        "kubernetes.operator.cluster.health-check.enabled": "true",
        "kubernetes.operator.cluster.health-check.checkpoint-progress.enabled": "false",
        ...(spec.observability.monitoring.enabled
          ? {
              "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
              "metrics.reporter.prom.port": "9249",
            }
          : {}),
      },
      jobManager: {
        replicas: 1,
        resource: flinkResource(jobManager, jobManager),
        podTemplate: pod(
          [
            {name: "template", configMap: {name: `${name}-sql`}},
            {name: "sql", emptyDir: {medium: "Memory", sizeLimit: "4Mi"}},
          ],
          [{name: "sql", mountPath: SQL_FOLDER}],
          [
            {
              name: "arrival-time",
              image: images.workloads,
              args: ["workloads/schema/main.ts", "kafka-arrival-time"],
              env: kafka.env as [],
              resources: resources(context, {cpu: "10m", memory: "128Mi"}),
              securityContext: containerSecurity,
              volumeMounts: [
                {name: "tmp", mountPath: "/tmp"},
                ...kafka.files.map(({secret, folder}) => ({name: secret, mountPath: folder, readOnly: true})),
              ],
            },
            {
              name: "sql",
              image: images.flink,
              args: ["render-sql.sh", `${TEMPLATE_FOLDER}/${SCRIPT}`, `${SQL_FOLDER}/${SCRIPT}`],
              env: env as [],
              resources: resources(context, {cpu: "10m", memory: "64Mi"}),
              securityContext: containerSecurity,
              volumeMounts: [
                {name: "template", mountPath: TEMPLATE_FOLDER, readOnly: true},
                {name: "sql", mountPath: SQL_FOLDER},
              ],
            },
          ],
        ),
      },
      taskManager: {resource: flinkResource(workers.requests, workers.limits), podTemplate: pod()},
      job: {
        jarURI: "local:///opt/flink/opt/flink-sql-gateway-2.2.1.jar",
        entryClass: "org.apache.flink.table.runtime.application.SqlDriver",
        args: ["--scriptUri", `file://${SQL_FOLDER}/${SCRIPT}`],
        parallelism,
        state: running(context) ? "running" : "suspended",
        // State is kept by the place of an operator in the plan. Another plan begins anew at the oldest event: windows are written again as they were.
        upgradeMode: liveSql === undefined || liveSql === sqlHash ? "last-state" : "stateless",
      },
    },
  });
}

/** To the pod's log alone: upstream's own has a file that rolls, for which a read-only root has no place. */
const logConfiguration = {
  "log4j-console.properties": `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = ConsoleAppender
appender.console.name = ConsoleAppender
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %-60c %x - %m%n
logger.kafka.name = org.apache.flink.kafka.shaded.org.apache.kafka
logger.kafka.level = WARN
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
`,
};

/** RocksDB lives in managed memory; a heap gets all of the rest. */
const state = {
  Heap: {"state.backend.type": "hashmap", "taskmanager.memory.managed.size": "64m"},
  RocksDB: {
    "state.backend.type": "rocksdb",
    "execution.checkpointing.incremental": "true",
    "taskmanager.memory.managed.fraction": "0.3",
  },
};

/** As Flink writes it: cores as a number, memory in m for MiB. A process gets all the memory that it may use. */
const flinkResource = ({cpu}: Resources["requests"], {memory, "ephemeral-storage": storage}: Resources["limits"]) => ({
  cpu: coresOf(cpu),
  memory: `${Math.floor(bytesOf(memory) / 2 ** 20)}m`,
  ...(storage ? {ephemeralStorage: storage} : {}),
});

const limitFactor = ({requests, limits}: Resources): string | undefined =>
  limits.cpu && String(coresOf(limits.cpu) / coresOf(requests.cpu));
