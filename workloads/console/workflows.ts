import {request} from "undici";
import type {WorkflowRun} from "./wire.ts";

const LIMIT_MS = 4_000;
/** Of these the last of each DAG is shown. */
const RUNS = 100;

/** How the console asks Airflow: as a login that may only look. */
interface Access {
  url: string;
  username: string;
  password: string;
}

interface GivenRun {
  dag_id: string;
  state: string;
  start_date: string | null;
  end_date: string | null;
}

/** Reads the last run of each DAG. A token is good for a day; one that is refused is asked for anew the next time. */
export function readWorkflows({url, username, password}: Access): () => Promise<WorkflowRun[]> {
  let token: string | undefined;
  const ask = async (path: string, options: object = {}) => {
    const {statusCode, body} = await request(`${url}${path}`, {
      ...options,
      headersTimeout: LIMIT_MS,
      bodyTimeout: LIMIT_MS,
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`Airflow answers ${statusCode}`);
    return JSON.parse(text);
  };
  return async () => {
    if (!token) {
      const headers = {"content-type": "application/json"};
      const body = JSON.stringify({username, password});
      token = (await ask("/auth/token", {method: "POST", headers, body})).access_token as string;
    }
    const headers = {authorization: `Bearer ${token}`};
    token = undefined;
    const {dag_runs} = await ask(`/api/v2/dags/~/dagRuns?order_by=-run_after&limit=${RUNS}`, {headers});
    token = headers.authorization.slice("Bearer ".length);
    return lastOfEach(dag_runs);
  };
}

/** By name; the newest run comes first in the list. */
export function lastOfEach(runs: GivenRun[]): WorkflowRun[] {
  const last = new Map<string, WorkflowRun>();
  for (const {dag_id, state, start_date, end_date} of runs)
    if (!last.has(dag_id))
      last.set(dag_id, {
        dag: dag_id,
        state,
        ...(start_date ? {started: start_date} : {}),
        ...(end_date ? {ended: end_date} : {}),
      });
  return [...last.values()].sort((a, b) => (a.dag < b.dag ? -1 : 1));
}
