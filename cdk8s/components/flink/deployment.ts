import type {Chart} from "cdk8s";
import {bytesOf, coresOf, secondsOf} from "../../../api/quantities.ts";
import {type Resources, resourcesOf} from "../../../api/resources.ts";
import {
  type BuildContext,
  CPU_LIMIT_FACTOR,
  containerSecurity,
  credentialsAnnotation,
  custom,
  resources,
  running,
} from "../../context.ts";
import type {FlinkDeployment} from "../../imports/flinkdeployment.ts";
import {templatePart} from "../../pod-template.ts";
import {bucketAccess} from "../../s3.ts";
import {fileMounts, fileVolumes} from "../../workload.ts";
import {kafkaClient} from "../kafka/client.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {DATA, flinkName, folder, SCRIPT, SQL_ANNOTATION, SQL_FOLDER, TEMPLATE_FOLDER} from "./names.ts";

const MAX_PARALLELISM = "120";

type PodTemplate = NonNullable<NonNullable<FlinkDeployment["spec"]["jobManager"]>["podTemplate"]>;

/** The job of Flink's operator, with this SQL. */
export function deployment(chart: Chart, context: BuildContext, sqlHash: string): void {
  const {spec, images, facts} = context;
  const liveSql = facts?.flink?.liveSql;
  const name = flinkName(context.name);
  const {parallelism, sizing, pod, jobManager} = spec.flink;
  const [manager, workers] = [resourcesOf(sizing.jobManager, jobManager), resourcesOf(sizing.taskManager, pod)];
  const metadata = {labels: {...chart.labels}, annotations: annotationsOf(context, sqlHash)};
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
      flinkConfiguration: configuration(context, manager, workers),
      jobManager: {
        replicas: 1,
        resource: flinkResource(manager.requests, manager.limits),
        podTemplate: podOf(context, metadata, {
          initContainers: initContainers(context),
          mounts: [{name: "sql", mountPath: SQL_FOLDER}],
          volumes: [
            {name: "template", configMap: {name: `${name}-sql`}},
            {name: "sql", emptyDir: {medium: "Memory", sizeLimit: "4Mi"}},
          ],
        }),
      },
      taskManager: {
        resource: flinkResource(workers.requests, workers.limits),
        podTemplate: podOf(context, metadata),
      },
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

const clientsOf = (context: BuildContext) => [kafkaClient(context, "flink"), timescaledbClient(context)];
const environmentOf = (context: BuildContext) => clientsOf(context).flatMap(({env}) => env);

const annotationsOf = (context: BuildContext, sqlHash: string) => {
  const {s3} = context.spec.flink;
  return {
    ...credentialsAnnotation(context, [...environmentOf(context), ...(s3 ? bucketAccess(s3) : [])]),
    [SQL_ANNOTATION]: sqlHash,
  };
};

function configuration(context: BuildContext, manager: Resources, workers: Resources) {
  const {spec} = context;
  const {checkpointInterval, stateBackend, s3} = spec.flink;
  const root = folder(context);
  // Flink always sets a limit; a quota counts it.
  const cpuFactor = String(context.limitsCpu ? CPU_LIMIT_FACTOR : 20);
  return {
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
    "kubernetes.jobmanager.cpu.limit-factor": limitFactor(manager) ?? cpuFactor,
    "kubernetes.taskmanager.cpu.limit-factor": limitFactor(workers) ?? cpuFactor,
    "kubernetes.operator.cluster.health-check.enabled": "true",
    "kubernetes.operator.cluster.health-check.checkpoint-progress.enabled": "false",
    ...(spec.observability.monitoring.enabled
      ? {
          "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
          "metrics.reporter.prom.port": "9249",
        }
      : {}),
  };
}

/** Parts of a pod that the other kind of pod lacks. */
interface Own {
  initContainers: object[];
  mounts: object[];
  volumes: object[];
}

/** Flink's operator merges the lists of a common template by place, so each pod has its own complete template. */
function podOf(
  context: BuildContext,
  metadata: {labels: Record<string, string>; annotations: Record<string, string>},
  own?: Own,
) {
  const {s3, pod} = context.spec.flink;
  const files = clientsOf(context).flatMap((client) => client.files);
  return templatePart(context, pod, metadata, {
    ...(own ? {initContainers: own.initContainers as []} : {}),
    containers: [
      {
        name: "flink-main-container",
        securityContext: containerSecurity,
        ports: [{name: "metrics", containerPort: 9249}],
        ...(s3 ? {env: bucketAccess(s3) as []} : {}),
        volumeMounts: [
          ...(s3 ? [] : [{name: "data", mountPath: DATA}]),
          {name: "tmp", mountPath: "/tmp"},
          ...fileMounts(files),
          ...((own?.mounts ?? []) as []),
        ],
      },
    ],
    volumes: [
      ...(s3 ? [] : [{name: "data", persistentVolumeClaim: {claimName: flinkName(context.name)}}]),
      {name: "tmp", emptyDir: {}},
      ...fileVolumes(files),
      ...((own?.volumes ?? []) as []),
    ],
  }) as PodTemplate;
}

/** They note Kafka's time of arrival, and put the passwords into the SQL. */
function initContainers(context: BuildContext) {
  const {images} = context;
  const kafka = kafkaClient(context, "flink");
  return [
    {
      name: "arrival-time",
      image: images.workloads,
      args: ["workloads/schema/main.ts", "kafka-arrival-time"],
      env: kafka.env as [],
      resources: resources(context, {cpu: "10m", memory: "128Mi"}),
      securityContext: containerSecurity,
      volumeMounts: [{name: "tmp", mountPath: "/tmp"}, ...fileMounts(kafka.files)],
    },
    {
      name: "sql",
      image: images.flink,
      args: ["render-sql.sh", `${TEMPLATE_FOLDER}/${SCRIPT}`, `${SQL_FOLDER}/${SCRIPT}`],
      env: environmentOf(context) as [],
      resources: resources(context, {cpu: "10m", memory: "64Mi"}),
      securityContext: containerSecurity,
      volumeMounts: [
        {name: "template", mountPath: TEMPLATE_FOLDER, readOnly: true},
        {name: "sql", mountPath: SQL_FOLDER},
      ],
    },
  ];
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
