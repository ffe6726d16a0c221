import {apiUrl, viewerSecret} from "../../../cdk8s/components/workflows/client.ts";
import {builtin} from "../../runtime/types.ts";
import {type Readiness, type View, waiting} from "../component.ts";

/** The processes that Airflow itself judges; a triggerer is not needed by the platform. */
const PARTS = {metadatabase: "database", scheduler: "scheduler", dag_processor: "DAG processor"} as const;

interface ImportError {
  filename: string;
  stack_trace: string;
}

/** Files that are named, and characters of each one's error. */
const MOST_NAMED = 3;
const MOST_WORDS = 200;

/** Adds what Airflow says of itself: a process without heartbeat, and files with DAGs that cannot be imported. One that does not answer says nothing. */
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
  const errors = await importErrors(base, view).catch(() => []);
  return errors.length > 0 ? {...readiness, message: `${readiness.message}; ${describe(errors)}`} : readiness;
}

/** Asks as the login that may only look. Its token is good for a day; one that is refused is asked for anew the next time. */
async function importErrors(base: string, view: View): Promise<ImportError[]> {
  const token = view.notes.get("token") ?? (await logIn(base, view));
  view.notes.delete("token");
  const {import_errors} = await view.getJson(`${base}/api/v2/importErrors?limit=100`, {
    headers: {authorization: `Bearer ${token}`},
  });
  view.notes.set("token", token);
  return import_errors;
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
  const more = errors.length - named.length;
  const files = errors.length === 1 ? "1 file with DAGs" : `${errors.length} files with DAGs`;
  return `${files} cannot be imported: ${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}
