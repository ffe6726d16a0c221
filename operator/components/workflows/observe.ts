import {apiUrl, viewerSecret} from "../../../cdk8s/components/workflows/client.ts";
import {builtin} from "../../runtime/types.ts";
import {type Readiness, type View, waiting} from "../component.ts";

/** The processes that Airflow itself judges; a triggerer is not needed by the platform. */
const PARTS = {metadatabase: "database", scheduler: "scheduler", dag_processor: "DAG processor"} as const;

interface ImportError {
  filename: string;
  stack_trace: string;
}

/** Files and DAGs that are named, and characters of each file's error. */
const MOST_NAMED = 3;
const MOST_WORDS = 200;

/** Adds what Airflow says of itself: a process without heartbeat, files with DAGs that cannot be imported, and DAGs of which the last run failed. One that does not answer says nothing. */
export async function observeAirflow(readiness: Readiness, view: View): Promise<Readiness> {
  if (!readiness.ready) return readiness;
  const base = apiUrl(view);
  let health: Record<string, {status: string | null}>;
  try {
    health = await view.getJson(`${base}/api/v2/monitor/health`);
  } catch {
    return readiness;
  }
  const ill = Object.entries(PARTS).flatMap(([part, title]) => (health[part]?.status === "healthy" ? [] : [title]));
  if (ill.length > 0)
    return waiting("AirflowUnhealthy", `Airflow reports that its ${ill.join(" and its ")} is not healthy`);
  const findings = await findingsOf(base, view).catch(() => []);
  return {...readiness, message: [readiness.message, ...findings].join("; ")};
}

/** Asks as the login that may only look. Its token is good for a day; one that is refused is asked for anew the next time. */
async function findingsOf(base: string, view: View): Promise<string[]> {
  const token = view.notes.get("token") ?? (await logIn(base, view));
  view.notes.delete("token");
  const init = {headers: {authorization: `Bearer ${token}`}};
  const {import_errors} = await view.getJson(`${base}/api/v2/importErrors?limit=100`, init);
  const {dags} = await view.getJson(`${base}/api/v2/dags?last_dag_run_state=failed&limit=100`, init);
  view.notes.set("token", token);
  const failed = dags.map(({dag_id}: {dag_id: string}) => dag_id);
  return [
    ...(import_errors.length > 0 ? [describe(import_errors)] : []),
    ...(failed.length > 0 ? [describeFailed(failed, view.name)] : []),
  ];
}

async function logIn(base: string, {client, name, namespace, getJson}: View): Promise<string> {
  const secret = await client.get(builtin.secret, {name: viewerSecret({name}), namespace});
  const [username, password] = ["username", "password"].map((key) =>
    Buffer.from(secret?.data?.[key] ?? "", "base64").toString(),
  );
  const {access_token} = await getJson(`${base}/auth/token`, {body: {username, password}});
  return access_token;
}

/** Each file with the last line of its error, which is the error itself. */
export function describe(errors: ImportError[]): string {
  const named = errors
    .toSorted((a, b) => (a.filename < b.filename ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(({filename, stack_trace}) => `${filename}: ${stack_trace.trim().split("\n").at(-1)!.slice(0, MOST_WORDS)}`);
  const files = errors.length === 1 ? "1 file with DAGs" : `${errors.length} files with DAGs`;
  return `${files} cannot be imported: ${[...named, ...more(errors)].join("; ")}`;
}

/** Each DAG with the command that shows the log of its last run. */
export function describeFailed(dags: string[], pipeline: string): string {
  const named = dags
    .toSorted()
    .slice(0, MOST_NAMED)
    .map((dag) => `${dag} (npx telemetry-operator workflows ${pipeline} logs ${dag})`);
  const count = dags.length === 1 ? "1 DAG" : `${dags.length} DAGs`;
  return `the last run of ${count} failed: ${[...named, ...more(dags)].join("; ")}`;
}

const more = (all: unknown[]): string[] => (all.length > MOST_NAMED ? [`and ${all.length - MOST_NAMED} more`] : []);
