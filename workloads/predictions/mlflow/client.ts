import {readFileSync} from "node:fs";
import {Agent, type Dispatcher, request} from "undici";
import {text} from "../../lib/environment.ts";
import {isRefusal, Refusal} from "../../lib/refusal.ts";

const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
const MOST_ANSWER_BYTES = 32_000_000;
const MOST_WORDS = 300;

const GET_HEADERS = {accept: "application/json"};
const FIELD = "spec.predictions.mlflow";

export interface MlflowClient {
  /** The answer to a question; undefined if there is no such thing. */
  find(path: string, query: Record<string, string>): Promise<any>;
  /** Has something done. @throws Refusal with MLflow's words and what to do about them */
  act(method: "POST" | "PATCH" | "DELETE", path: string, body: object): Promise<any>;
  /** Writes an artifact. @param path as artifact URIs have it: experiment, run and so on */
  put(path: string, content: Uint8Array | string): Promise<void>;
}

/** MLflow's REST API, by the variables of its own clients. @param signal nothing is waited for once it aborts */
export function openMlflow(signal: AbortSignal): MlflowClient {
  const base = text("MLFLOW_TRACKING_URI").replace(/\/+$/, "");
  const ca = process.env.MLFLOW_TRACKING_SERVER_CERT_PATH;
  const dispatcher = new Agent({
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    maxResponseSize: MOST_ANSWER_BYTES,
    connect: {timeout: CONNECT_MS, ...(ca ? {ca: readFileSync(ca, "utf8")} : {})},
  });
  const login = loginOf(process.env);

  async function send(path: string, options: Pick<Dispatcher.RequestOptions, "method" | "body">, type?: string) {
    const headers = {...GET_HEADERS, ...login, ...(type ? {"content-type": type} : {})};
    const {statusCode, body} = await request(base + path, {...options, headers, dispatcher, signal}).catch((error) => {
      throw new Error(`MLflow ${base} does not answer: ${wordsOfError(error, signal)}: check ${FIELD}.url`);
    });
    const answer = await body.text();
    if (statusCode !== 200) throw refusalOf(base, statusCode, answer);
    return answer;
  }
  const json = (answer: string) => {
    const found = parsed(answer);
    if (!found) throw new Error(`MLflow ${base} answers with something that is not MLflow's: check ${FIELD}.url`);
    return found;
  };
  return {
    async find(path, query) {
      try {
        return json(await send(`/api/2.0/mlflow/${path}?${new URLSearchParams(query)}`, {method: "GET"}));
      } catch (error) {
        if (error instanceof Absent) return undefined;
        throw error;
      }
    },
    async act(method, path, body) {
      const options = {method, body: JSON.stringify(body)};
      return json(await send(`/api/2.0/mlflow/${path}`, options, "application/json"));
    },
    async put(path, content) {
      const place = path.split("/").map(encodeURIComponent).join("/");
      const options = {method: "PUT" as const, body: content};
      await send(`/api/2.0/mlflow-artifacts/artifacts/${place}`, options, "application/octet-stream");
    },
  };
}

/** What is asked for is not there. */
class Absent extends Refusal {}

/** Whether what was to be made is there: another program was faster. */
export const isThere = (error: unknown): boolean =>
  isRefusal(error) && error.message.includes("RESOURCE_ALREADY_EXISTS");

function loginOf(env: NodeJS.ProcessEnv): {authorization?: string} {
  const {MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password} = env;
  if (token) return {authorization: `Bearer ${token}`};
  return user ? {authorization: `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}`} : {};
}

/** Upstream's own words, and which field has to do with them. */
function refusalOf(base: string, status: number, answer: string): Refusal {
  const {error_code: code, message} = parsed(answer) ?? {};
  const words = [code, message ?? answer.trim()].filter(Boolean).join(": ").slice(0, MOST_WORDS);
  const said = `MLflow ${base} answers ${status}: ${words || "nothing else"}`;
  if (code === "RESOURCE_DOES_NOT_EXIST") return new Absent(status, said);
  const fix =
    status === 401 || status === 403
      ? `: check the login in ${FIELD}.secret, its rights, and the hosts that MLflow's --allowed-hosts names`
      : (status >= 300 && status < 400) || status === 404
        ? `: check ${FIELD}.url, which has to be MLflow's own and not that of a page to log in`
        : status === 413
          ? ": let the proxy in front of MLflow take larger requests"
          : "";
  return new Refusal(status, said + fix);
}

function wordsOfError(error: Error & {code?: string; cause?: {message?: string}}, signal: AbortSignal): string {
  if (signal.aborted) return "it took too long in all";
  return error.message || error.cause?.message || error.code || "no reason is known";
}

function parsed(answer: string): any {
  try {
    const found = JSON.parse(answer);
    return typeof found === "object" ? found : undefined;
  } catch {
    return undefined;
  }
}
