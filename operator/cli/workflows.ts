import {setTimeout as sleep} from "node:timers/promises";
import {ADMIN, API_PORT, workflowsName} from "../../cdk8s/components/workflows/client.ts";
import {builtin} from "../runtime/types.ts";
import {type Connection, getPipeline} from "./connection.ts";
import {forwarded} from "./forward.ts";
import {type Findings, table} from "./output.ts";
import {readyPod} from "./pods.ts";

const TIMEOUT_MS = 30_000;
const POLL_MS = 2_000;
/** A DAG with more runs than that between two of ours is not ours. */
const RUNS = 100;

interface Dag {
  dag_id: string;
  is_paused: boolean;
  timetable_summary: string | null;
  next_dagrun_run_after: string | null;
}

interface DagRun {
  dag_id: string;
  dag_run_id: string;
  state: string;
  start_date: string | null;
  end_date: string | null;
}

/** Airflow's REST API, as one who may do all. */
interface Airflow {
  get(path: string): Promise<any>;
  post(path: string, body: object): Promise<any>;
}

/**
 * Does some work with a pipeline's Airflow.
 *
 * @throws Error if the pipeline has none, or it does not answer
 */
export async function withAirflow<T>(
  connection: Connection,
  name: string,
  work: (airflow: Airflow) => Promise<T>,
): Promise<T> {
  const {client, namespace} = connection;
  const secret = await client.get(builtin.secret, {namespace, name: workflowsName({name})});
  if (!secret) {
    await getPipeline(connection, name);
    throw new Error(`pipeline ${name} has no workflows in namespace ${namespace}: set spec.workflows.enabled`);
  }
  const password = Buffer.from(secret.data?.password ?? "", "base64").toString();
  const {pod} = await readyPod(connection, name, [{app: workflowsName({name}), container: "api"}]);
  return forwarded(connection, pod, API_PORT, async (port) => work(await logIn(`http://127.0.0.1:${port}`, password)));
}

async function logIn(base: string, password: string): Promise<Airflow> {
  const ask = async (path: string, init: RequestInit & {headers: Record<string, string>}) => {
    const headers = {...init.headers, accept: "application/json", connection: "close"};
    const answer = await fetch(`${base}${path}`, {...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS)});
    const body: any = await answer.json();
    if (!answer.ok) throw new Error(`Airflow refuses: ${wordsOf(body.detail) ?? answer.status}`);
    return body;
  };
  const send = (path: string, body: object, more: Record<string, string> = {}) =>
    ask(path, {method: "POST", body: JSON.stringify(body), headers: {"content-type": "application/json", ...more}});
  const {access_token} = await send("/auth/token", {username: ADMIN, password});
  const headers = {authorization: `Bearer ${access_token}`};
  return {
    get: (path) => ask(`/api/v2${path}`, {headers}),
    post: (path, body) => send(`/api/v2${path}`, body, headers),
  };
}

const wordsOf = (detail: unknown): string | undefined =>
  detail === undefined ? undefined : typeof detail === "string" ? detail : JSON.stringify(detail);

/** The DAGs with the last run of each. */
export const listWorkflows = (connection: Connection, name: string): Promise<Findings> =>
  withAirflow(connection, name, async (airflow) => {
    const [{dags}, {dag_runs}] = await Promise.all([
      airflow.get(`/dags?limit=${RUNS}`),
      airflow.get(`/dags/~/dagRuns?order_by=-run_after&limit=${RUNS}`),
    ]);
    return found(dags, dag_runs);
  });

export function found(dags: Dag[], runs: DagRun[]): Findings {
  const data = dags
    .toSorted((a, b) => (a.dag_id < b.dag_id ? -1 : 1))
    .map(({dag_id, is_paused, timetable_summary, next_dagrun_run_after}) => {
      const last = runs.find((run) => run.dag_id === dag_id);
      return {
        dag: dag_id,
        schedule: timetable_summary,
        paused: is_paused,
        state: last?.state ?? null,
        started: last?.start_date ?? null,
        seconds: secondsOf(last),
        next: is_paused ? null : next_dagrun_run_after,
        run: last?.dag_run_id ?? null,
      };
    });
  const rows = data.map((each) => [
    each.dag,
    each.schedule ?? "by request",
    each.paused ? "paused" : (each.state ?? "no run yet"),
    shortTime(each.started),
    each.seconds === null ? "" : `${each.seconds} s`,
    shortTime(each.next),
  ]);
  const text = rows.length > 0 ? table([["DAG", "SCHEDULE", "LAST RUN", "STARTED", "TOOK", "NEXT"], ...rows]) : "";
  return {
    text,
    data,
    ...(rows.length > 0 ? {} : {empty: "no DAGs yet: the DAG processor reads them within a minute"}),
    ok: true,
  };
}

const secondsOf = (run: DagRun | undefined): number | null =>
  run?.start_date && run.end_date ? Math.round((Date.parse(run.end_date) - Date.parse(run.start_date)) / 1_000) : null;

const shortTime = (time: string | null): string => (time ? `${new Date(time).toISOString().slice(0, 16)}Z` : "");

/** Starts a run of a DAG now, and waits for its end. */
export const runWorkflow = (connection: Connection, name: string, dag: string): Promise<Findings> =>
  withAirflow(connection, name, async (airflow) => {
    await known(airflow, dag);
    const {dag_run_id} = await airflow.post(`/dags/${dag}/dagRuns`, {logical_date: null});
    console.error(`run ${dag_run_id} of ${dag} has been started`);
    const run = await untilEnded(airflow, dag, dag_run_id, (words) =>
      console.error(`${words}: see workflows ${name} logs ${dag}`),
    );
    return ended(airflow, run);
  });

/** Waits for the end of a run, and says of each try that failed. */
export async function untilEnded(
  airflow: Pick<Airflow, "get">,
  dag: string,
  id: string,
  say: (words: string) => void,
  pollMs = POLL_MS,
): Promise<DagRun> {
  const path = `/dags/${dag}/dagRuns/${encodeURIComponent(id)}`;
  const said = new Set<string>();
  for (;;) {
    const run: DagRun = await airflow.get(path);
    if (run.state === "success" || run.state === "failed") return run;
    const {task_instances} = await airflow.get(`${path}/taskInstances`);
    for (const {task_id, try_number, state} of task_instances) {
      const words = `try ${try_number} of task ${task_id} failed and is repeated`;
      if (state !== "up_for_retry" || said.has(words)) continue;
      said.add(words);
      say(words);
    }
    await sleep(pollMs);
  }
}

async function ended(airflow: Airflow, run: DagRun): Promise<Findings> {
  const ok = run.state === "success";
  const text = `${run.dag_id} ${ok ? "succeeded" : "failed"} in ${secondsOf(run)} s`;
  const log = ok ? "" : `\n${(await linesOf(airflow, run)).join("\n")}`;
  return {
    text: `${text}${log}`,
    data: {dag: run.dag_id, run: run.dag_run_id, state: run.state, seconds: secondsOf(run)},
    ok,
  };
}

/** The log of a run: of the last of a DAG, or the one that is named. */
export const workflowLogs = (connection: Connection, name: string, dag: string, id?: string): Promise<Findings> =>
  withAirflow(connection, name, async (airflow) => {
    await known(airflow, dag);
    const {dag_runs} = await airflow.get(`/dags/${dag}/dagRuns?order_by=-run_after&limit=${RUNS}`);
    const run = id ? dag_runs.find(({dag_run_id}: DagRun) => dag_run_id === id) : dag_runs[0];
    if (!run) {
      const fix = id ? "see `workflows NAME` for the last runs" : `start one with \`workflows ${name} run ${dag}\``;
      throw new Error(
        `${id ? `DAG ${dag} has no run ${id} among its last ${RUNS}` : `DAG ${dag} has no run yet`}: ${fix}`,
      );
    }
    const lines = await linesOf(airflow, run);
    return {
      text: lines.join("\n"),
      data: lines,
      empty: lines.length > 0 ? undefined : "the log is empty so far",
      ok: true,
    };
  });

/** @throws Error naming the DAGs that there are */
async function known(airflow: Airflow, dag: string): Promise<void> {
  const {dags} = await airflow.get(`/dags?limit=${RUNS}`);
  const ids: string[] = dags.map(({dag_id}: Dag) => dag_id);
  if (!ids.includes(dag))
    throw new Error(`there is no DAG ${dag}: choose ${ids.sort().join(", ") || "one later, none has been read yet"}`);
}

/** What each task of a run wrote in its last try. */
async function linesOf(airflow: Airflow, {dag_id, dag_run_id}: DagRun): Promise<string[]> {
  const run = `/dags/${dag_id}/dagRuns/${encodeURIComponent(dag_run_id)}`;
  const {task_instances} = await airflow.get(`${run}/taskInstances`);
  const lines: string[] = [];
  for (const {task_id, try_number, state} of task_instances) {
    lines.push(`# task ${task_id}, try ${try_number}: ${state ?? "waits"}`);
    if (!try_number) continue;
    const {content} = await airflow.get(`${run}/taskInstances/${task_id}/logs/${try_number}?full_content=true`);
    lines.push(...content.flatMap(lineOf));
  }
  return lines;
}

/** One line of a log, as Airflow has it: text, or its parts. */
const lineOf = (entry: string | {event: string; timestamp?: string; level?: string; error_detail?: any}): string[] => {
  if (typeof entry === "string") return [entry];
  const {event, timestamp, level, error_detail: errors = []} = entry;
  if (event.startsWith("::")) return [];
  const words = (errors as {exc_type: string; exc_value: string}[]).map(
    ({exc_type, exc_value}) => `  ${exc_type}: ${exc_value}`,
  );
  return [[timestamp, level, event].filter(Boolean).join(" "), ...words];
};
