import type {k8s} from "cdk8s-plus-28";
import {enabledOf, type PlanContext} from "../../component.ts";
import {kafkaClient} from "../kafka/client.ts";
import {lakeClient} from "../lake/client.ts";
import {timescaledbClient} from "../timescaledb/client.ts";

/**
 * The connections of DAGs by name: telemetry_timescaledb, telemetry_lake and telemetry_kafka, each with a login that only reads. Variables that Kubernetes
 * fills in: Airflow's database holds no password.
 */
export function connections(context: PlanContext): k8s.EnvVar[] {
  const enabled = enabledOf(context.components, context.spec).map(({name}) => name);
  return [
    ...(enabled.includes("timescaledb") ? timescaledb(context) : []),
    ...(enabled.includes("lake") ? lake(context) : []),
    ...kafka(context),
  ];
}

/** The variables of a client under other names, and how a text refers to each: its value, or what Kubernetes fills in. */
function renamed(variables: k8s.EnvVar[], prefix: string) {
  const named = variables.map((variable) => ({...variable, name: `${prefix}_${variable.name}`}));
  const from = (name: string): string | undefined => {
    const found = variables.find((variable) => variable.name === name);
    return found && (found.value ?? `$(${prefix}_${name})`);
  };
  return {secrets: named.filter(({valueFrom}) => valueFrom), from};
}

const connection = (name: string, value: object): k8s.EnvVar => ({
  name: `AIRFLOW_CONN_TELEMETRY_${name}`,
  value: JSON.stringify(value),
});

function timescaledb(context: PlanContext): k8s.EnvVar[] {
  const {secrets, from} = renamed(timescaledbClient(context, true).env, "TIMESCALEDB");
  const sslmode = from("PGSSLMODE");
  return [
    ...secrets,
    connection("TIMESCALEDB", {
      conn_type: "postgres",
      host: from("PGHOST"),
      port: Number(from("PGPORT")),
      login: from("PGUSER"),
      password: from("PGPASSWORD"),
      schema: from("PGDATABASE"),
      ...(sslmode ? {extra: {sslmode, ...(from("PGSSLROOTCERT") ? {sslrootcert: from("PGSSLROOTCERT")} : {})}} : {}),
    }),
  ];
}

function lake(context: PlanContext): k8s.EnvVar[] {
  const {secrets, from} = renamed(lakeClient(context, true).env, "LAKE");
  return [
    ...secrets,
    connection("LAKE", {
      conn_type: "aws",
      login: from("AWS_ACCESS_KEY_ID"),
      password: from("AWS_SECRET_ACCESS_KEY"),
      extra: {
        endpoint_url: from("LAKE_S3_ENDPOINT"),
        region_name: from("LAKE_S3_REGION"),
        bucket: from("LAKE_BUCKET"),
        catalog_uri: from("LAKE_CATALOG_URI"),
        warehouse: from("LAKE_WAREHOUSE"),
        namespace: from("LAKE_NAMESPACE"),
      },
    }),
  ];
}

function kafka(context: PlanContext): k8s.EnvVar[] {
  const {secrets, from} = renamed(kafkaClient(context, LOGIN).env, "KAFKA");
  const [username, password, ca] = ["KAFKA_USERNAME", "KAFKA_PASSWORD", "KAFKA_CA_FILE"].map(from);
  const tls = ca !== undefined || from("KAFKA_TLS") === "true";
  return [
    ...secrets,
    connection("KAFKA", {
      conn_type: "kafka",
      extra: {
        "bootstrap.servers": from("KAFKA_BROKERS"),
        "security.protocol": `${username ? "SASL_" : ""}${tls ? "SSL" : "PLAINTEXT"}`,
        ...(username
          ? {
              "sasl.mechanism": from("KAFKA_MECHANISM") ?? "SCRAM-SHA-512",
              "sasl.username": username,
              "sasl.password": password,
            }
          : {}),
        ...(ca ? {"ssl.ca.location": ca} : {}),
      },
    }),
  ];
}

/** The end of its name at Kafka, whose Secret has that name too: another one than that of its own login. */
export const LOGIN = "workflows-kafka";

/** The files that these connections name. */
export const connectionFiles = (context: PlanContext) => [
  ...timescaledbClient(context, true).files,
  ...kafkaClient(context, LOGIN).files,
];
