import {request} from "undici";
import type {KubeObject} from "../../operator/runtime/client.ts";
import type {ReconcileResult} from "../../operator/runtime/controller.ts";
import {serviceAddress} from "./flink-objects.ts";

/** How a cluster is, upstream sees at this period and by no watch. */
export const LOOK: ReconcileResult = {requeueAfterMs: 15_000};
/** Upstream's kubernetes.operator.flink.client.timeout. */
const REST_MS = 10_000;

/** The JobManager's REST API, as upstream's operator uses it. */
async function call(flink: KubeObject, method: "GET" | "POST", path: string, body?: object): Promise<any> {
  const url = `http://${await serviceAddress(flink)}:8081${path}`;
  const {statusCode, body: answer} = await request(url, {
    method,
    headersTimeout: REST_MS,
    bodyTimeout: REST_MS,
    ...(body ? {body: JSON.stringify(body), headers: {"content-type": "application/json"}} : {}),
  });
  const json: any = await answer.json();
  if (statusCode >= 400)
    throw new Error(`${method} ${path} answers ${statusCode}: ${JSON.stringify(json).slice(0, 500)}`);
  return json;
}

/** The one job of the cluster; undefined while it is not there or the JobManager does not answer. */
export async function overview(flink: KubeObject): Promise<any> {
  try {
    return (await call(flink, "GET", "/jobs/overview")).jobs[0];
  } catch {
    return undefined;
  }
}

/** Why the job failed last, in one line. */
export async function lastError(flink: KubeObject): Promise<string | undefined> {
  try {
    const {jid} = await overview(flink);
    const {exceptionHistory} = await call(flink, "GET", `/jobs/${jid}/exceptions`);
    const trace: string = exceptionHistory.entries[0].stacktrace;
    const causes = trace.split("\n").filter((line) => line.startsWith("Caused by: "));
    return (causes.at(-1)?.slice("Caused by: ".length) ?? trace.split("\n")[0])!;
  } catch {
    return undefined;
  }
}

export const stopWithSavepoint = (flink: KubeObject): Promise<string> => savepoint(flink, "stop", {drain: false});
export const triggerSavepoint = (flink: KubeObject): Promise<string> =>
  savepoint(flink, "savepoints", {"cancel-job": false});

const LIMIT_MS = 60_000;

/** Asks for a savepoint and waits for its path. */
async function savepoint(flink: KubeObject, verb: string, body: object): Promise<string> {
  const {jid} = await overview(flink);
  const {"request-id": id} = await call(flink, "POST", `/jobs/${jid}/${verb}`, body);
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; ) {
    const {status, operation} = await call(flink, "GET", `/jobs/${jid}/savepoints/${id}`);
    if (status.id === "COMPLETED") {
      if (operation.location) return operation.location;
      throw new Error(`savepoint: ${operation["failure-cause"]?.["stack-trace"]?.split("\n")[0]}`);
    }
    await new Promise((next) => setTimeout(next, 500));
  }
  throw new Error("savepoint: not done within a minute");
}
