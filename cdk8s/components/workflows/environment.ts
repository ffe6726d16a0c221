import type {k8s} from "cdk8s-plus-28";
import type {PlanContext} from "../../component.ts";
import {env, fromSecret} from "../../context.ts";
import {ownDatabaseClient} from "../timescaledb/own-database.ts";
import {API_PORT, apiUrl, database, keysSecret} from "./client.ts";
import {connections} from "./connections.ts";
import {OUR_DAGS, WORKER_TEMPLATE, YOUR_DAGS} from "./dags.ts";

export const LOGS = "/logs";
export const STATSD_PORT = 9_125;
export const HEALTH_PORT = 8_974;

const MANAGERS = {
  auth: "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
  local: "LocalExecutor",
  kubernetes: "airflow.providers.cncf.kubernetes.executors.kubernetes_executor.KubernetesExecutor",
};

/** What Airflow is told, in each of its processes alike. */
export function environment(context: PlanContext): k8s.EnvVar[] {
  const {executor, parallelism, url} = context.spec.workflows;
  const kubernetes = executor === "Kubernetes";
  return [
    ...ownDatabaseClient(context, database(context)).env,
    ...settings({
      core: {
        executor: kubernetes ? MANAGERS.kubernetes : MANAGERS.local,
        parallelism,
        auth_manager: MANAGERS.auth,
        execution_api_server_url: `${apiUrl(context)}/execution/`,
        // Another time zone would be that of the schedules as well.
        default_timezone: "utc",
      },
      database: {
        // libpq's variables say where: a password is never part of a URL.
        sql_alchemy_conn: "postgresql+psycopg2:///",
        sql_alchemy_conn_async: "postgresql+asyncpg:///",
      },
      api: {base_url: url ?? apiUrl(context), port: API_PORT, workers: 1},
      fab: {enable_proxy_fix: "True"},
      dag_processor: {dag_bundle_config_list: JSON.stringify(bundles(context)), refresh_interval: 30},
      logging: {base_log_folder: LOGS, colored_console_log: "False"},
      scheduler: {
        enable_health_check: "True",
        scheduler_health_check_server_port: HEALTH_PORT,
        // A scheduler that had no CPU for a while is not dead.
        scheduler_health_check_threshold: 120,
      },
      metrics: {statsd_on: "True", statsd_host: "127.0.0.1", statsd_port: STATSD_PORT, statsd_influxdb_enabled: "True"},
      ...(kubernetes ? {kubernetes_executor: {namespace: context.namespace, pod_template_file: WORKER_TEMPLATE}} : {}),
    }),
    fromSecret("AIRFLOW__CORE__FERNET_KEY", keysSecret(context), "fernet"),
    fromSecret("AIRFLOW__API_AUTH__JWT_SECRET", keysSecret(context), "jwt"),
    fromSecret("AIRFLOW__API__SECRET_KEY", keysSecret(context), "session"),
    ...connections(context),
  ];
}

type Settings = Record<string, Record<string, string | number>>;

/** Airflow's configuration as variables: AIRFLOW__SECTION__NAME. */
const settings = (sections: Settings): k8s.EnvVar[] =>
  Object.entries(sections).flatMap(([section, values]) =>
    env(
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`AIRFLOW__${section}__${name}`.toUpperCase(), value]),
      ),
    ),
  );

/** The folders with DAGs: the platform's, and the user's if there are any. */
function bundles({spec}: PlanContext) {
  const {configMap, claim, git} = spec.workflows.dags ?? {};
  const local = (name: string, path: string) => ({
    name,
    classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
    kwargs: {path},
  });
  const yours = git?.folder ? `${YOUR_DAGS}/${CHECKOUT}/${git.folder}` : git ? `${YOUR_DAGS}/${CHECKOUT}` : YOUR_DAGS;
  return [local("telemetry", OUR_DAGS), ...(configMap || claim || git ? [local("user", yours)] : [])];
}

/** The link that git-sync turns to each new state. */
export const CHECKOUT = "current";
