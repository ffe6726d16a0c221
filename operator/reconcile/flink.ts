import {request} from "undici";
import {usesFlink} from "../../api/components/flink.ts";
import {TelemetryError} from "../../api/errors.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {ComponentStatus} from "../../api/status.ts";
import {flinkName, SQL_ANNOTATION} from "../../cdk8s/components/flink.ts";
import {sortStatements} from "../../cdk8s/components/flink-statements.ts";
import {type Readiness, waiting} from "../components/component.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import {typeOf} from "./kinds.ts";

/** A ConfigMap holds 1 MiB. */
const MAX_SQL_BYTES = 256 * 1_024;

/** What the JobManager says of its job. */
export interface FlinkJob {
  /** ms since the epoch. */
  lastCheckpoint?: number;
  restarts: number;
}

/** Asks the job's REST Service; one that does not answer gives nothing. */
export async function readFlinkJob(name: string, namespace: string): Promise<FlinkJob | undefined> {
  const base = `http://${flinkName(name)}-rest.${namespace}.svc.cluster.local:8081`;
  const get = async (path: string): Promise<any> => {
    const {statusCode, body} = await request(`${base}${path}`, {headersTimeout: 3_000, bodyTimeout: 3_000});
    const answer = await body.json();
    if (statusCode !== 200) throw new Error(`${path} answers ${statusCode}`);
    return answer;
  };
  try {
    const {jobs} = await get("/jobs");
    const [checkpoints, metrics] = await Promise.all([
      get(`/jobs/${jobs[0].id}/checkpoints`),
      get(`/jobs/${jobs[0].id}/metrics?get=numRestarts`),
    ]);
    const {completed, restored} = checkpoints.latest;
    const lastCheckpoint = completed?.latest_ack_timestamp ?? restored?.restore_timestamp;
    const restarts = Number(metrics[0]?.value ?? 0);
    return lastCheckpoint === undefined ? {restarts} : {lastCheckpoint, restarts};
  } catch {
    return undefined;
  }
}

/** Six looks of upstream's operator. */
const START_MS = 90_000;

/**
 * While a job starts, what upstream says of it passes: a ConfigMap that is not found, a job that is not there. It counts once it has
 * lasted since the job was deployed or, when upstream put it back, since it was last ready.
 */
export function patient(
  state: Readiness,
  deployment: KubeObject | undefined,
  before: ComponentStatus | undefined,
  now: number,
): Readiness {
  if (!["JobManagerError", "Deploying"].includes(state.reason)) return state;
  const deployed = deployment?.status?.reconciliationStatus?.reconciliationTimestamp ?? 0;
  const unready = before && !before.ready ? Date.parse(before.since) : now;
  if (now - Math.max(deployed, unready) >= START_MS) return state;
  return waiting("Deploying", "the JobManager and its job are being started");
}

/** The running job with the age of its last checkpoint, in minutes: a steady pipeline's status does not change. */
export function describe(state: Readiness, job: FlinkJob | undefined, now: number): Readiness {
  if (state.reason !== "Running" || !job) return state;
  const minutes = Math.floor((now - (job.lastCheckpoint ?? now)) / 60_000);
  const age =
    job.lastCheckpoint === undefined
      ? "no checkpoint has been completed yet"
      : minutes < 1
        ? "its last checkpoint is less than 1 min old"
        : `its last checkpoint is ${minutes} min old`;
  return {...state, message: `${state.message}, ${age}${job.restarts > 0 ? `, ${job.restarts} restarts` : ""}`};
}

export function flinkDeployment(cache: Cache, {metadata}: KubeObject): KubeObject | undefined {
  const type = typeOf({apiVersion: "flink.apache.org/v1beta1", kind: "FlinkDeployment", metadata: {name: ""}});
  return cache.get(type, `${metadata.namespace}/${flinkName(metadata.name)}`);
}

/** The hash of the SQL whose state the live job keeps; "" while a change to another SQL is not settled. */
export function liveSql(cache: Cache, pipeline: KubeObject): string | undefined {
  const live = flinkDeployment(cache, pipeline);
  if (!live) return undefined;
  const {observedGeneration, lifecycleState} = live.status ?? {};
  const settled = observedGeneration === live.metadata.generation && lifecycleState === "STABLE";
  if (live.spec.job?.upgradeMode === "stateless" && !settled) return "";
  return live.metadata.annotations?.[SQL_ANNOTATION];
}

/**
 * The user's SQL, read at each reconcile: the ConfigMap is not ours, so nobody tells us of its changes.
 *
 * @throws TelemetryError naming the ConfigMap and the key, or the statement
 */
export async function readUserSql(
  client: KubeClient,
  namespace: string,
  spec: ResolvedSpec,
): Promise<string | undefined> {
  if (!usesFlink(spec) || !spec.flink.sql) return undefined;
  const {configMap: name, key = "job.sql"} = spec.flink.sql;
  const found = await client.get(builtin.configMap, {name, namespace});
  const sql: string | undefined = found?.data?.[key];
  if (sql === undefined) {
    const problem = found ? `has no key ${key}` : "does not exist";
    throw new TelemetryError(
      "MissingConfigMap",
      `spec.flink.sql: ConfigMap ${name} ${problem}; make it in ${namespace}`,
    );
  }
  const bytes = Buffer.byteLength(sql);
  if (bytes > MAX_SQL_BYTES) {
    const limit = `at most ${MAX_SQL_BYTES}: the job's own SQL has to go into one ConfigMap with it`;
    throw new TelemetryError("InvalidFlinkSql", `spec.flink.sql, ConfigMap ${name}: ${bytes} bytes, ${limit}`);
  }
  try {
    sortStatements(sql);
  } catch (error) {
    throw new TelemetryError("InvalidFlinkSql", `spec.flink.sql, ConfigMap ${name}: ${(error as Error).message}`);
  }
  return sql;
}
