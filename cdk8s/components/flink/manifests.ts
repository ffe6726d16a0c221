import {createHash} from "node:crypto";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {urlHost} from "../../../api/addresses.ts";
import {type FlinkSpec, usesFlink} from "../../../api/components/flink.ts";
import {isRunning} from "../../../api/pipeline.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {type BuildContext, containerResources, containerSecurity} from "../../context.ts";
import {API_SERVER, isolate, podsOf, prometheus, telemetryOperator} from "../../network.ts";
import {keepAffinity, madeBy, podTemplate} from "../../pod-template.ts";
import {bucketPort} from "../../s3.ts";
import {kafkaClient} from "../kafka/client.ts";
import {selectOf} from "../monitoring/records.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {account, flinkRules} from "./account.ts";
import {flinkAlerts} from "./alerts.ts";
import {deployment} from "./deployment.ts";
import {flinkDeployment} from "./kinds.ts";
import {flinkName, folder, SCRIPT, TEMPLATE_FOLDER} from "./names.ts";
import {type FlinkEndpoints, flinkSql} from "./sql.ts";
import {sortStatements} from "./statements.ts";

export interface FlinkFacts {
  /** The content of the ConfigMap of spec.flink.sql. */
  userSql?: string | undefined;
  /** The hash of the SQL whose state the live job keeps. */
  liveSql?: string | undefined;
}

declare module "../../context.ts" {
  interface Facts {
    flink?: FlinkFacts;
  }
}

export const flink: Manifests = {
  name: "flink",
  title: "stream job: JobManager; TaskManagers; checkpoints",
  enabled: usesFlink,
  build,
  kinds: [flinkDeployment],
  // The rights of Flink itself: the API server refuses a Role that gives more than the operator itself has.
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
  const sql = flinkSql(spec, endpoints(context), user, "EXECUTE");
  if (userSql) check(chart, context, flinkSql(spec, endpoints(context), user, "EXPLAIN"));
  account(chart, name, context.namespace);
  if (!spec.flink.s3) volume(chart, name, spec.flink);
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}-sql`, {metadata: {name: `${name}-sql`}, data: {[SCRIPT]: sql}});
  // The place and form of state are part of it: a job cannot go on in one from state in another.
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

/** JobManager and TaskManagers talk by ports of their choice, and to the API server; the operators ask the job how it is. */
function closeTo(chart: Chart, context: PlanContext): void {
  const {s3} = context.spec.flink;
  const each = {ports: [], peers: [{podSelector: podsOf(context.name, "flink")}]};
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
    to: [each, API_SERVER, ...(s3 ? [{ports: [bucketPort(s3)]}] : [])],
  });
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** The script's verdict on the SQL counts at once. A pod that is drained, evicted or killed gives none and is created again. */
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
  const object = new k8s.KubeJob(chart, `Job-${name}`, {
    metadata: {name: `${name}-${hash(script + JSON.stringify([template.spec, ATTEMPTS, ...madeBy(options)]))}`},
    spec: {...ATTEMPTS, template},
  });
  keepAffinity(object, options, template);
}

/** Addresses and client settings; passwords are names that the pod fills in. */
function endpoints(context: BuildContext): FlinkEndpoints {
  const value = (client: {env: k8s.EnvVar[]}, name: string) =>
    client.env.find((variable) => variable.name === name)?.value;
  const kafka = kafkaClient(context, "flink");
  const database = timescaledbClient(context);
  const canonical = value(kafka, "KAFKA_CANONICAL_TOPIC");
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
    topic: canonical ?? value(kafka, "KAFKA_TOPIC")!,
    // The canonical topic's silent partitions are told the time: silence means that their writer is away, for as long as a lost node takes.
    idle: canonical ? "15 min" : "60 s",
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
