import {createHmac} from "node:crypto";
import type {Chart} from "cdk8s";
import type {Endpoint} from "../../../api/status.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, credentials, env, fromSecret} from "../../context.ts";
import {databaseLogin, type OwnDatabase} from "../timescaledb/own-database.ts";

export const API_PORT = 8_080;

export const workflowsName = ({name}: Pick<BuildContext, "name">): string => `${name}-workflows`;

/** The people and programs that log in: one may do all, one only look. */
export const ADMIN = "admin";
const VIEWER = "viewer";
export const viewerSecret = (context: Pick<BuildContext, "name">): string => `${workflowsName(context)}-viewer`;
export const keysSecret = (context: Pick<BuildContext, "name">): string => `${workflowsName(context)}-keys`;

/** The keys of Airflow that have to outlive its pods: what it encrypts with, and what it signs with. */
const KEYS = ["fernet", "jwt", "session"] as const;

/** Secrets of the logins, of the keys and, on a server of ours, of the database. */
export function secrets(chart: Chart, context: BuildContext): void {
  credentials(chart, context, workflowsName(context), {username: ADMIN});
  credentials(chart, context, viewerSecret(context), {username: VIEWER});
  const seed = context.passwords[keysSecret(context)] ?? "";
  // Each 32 bytes as Fernet takes them: base64 of URLs, padded.
  const keys = KEYS.map((key) => [key, `${createHmac("sha256", seed).update(key).digest("base64url")}=`]);
  credentials(chart, context, keysSecret(context), Object.fromEntries(keys));
  databaseLogin(chart, context, database(context));
}

/** The metadata database. */
export const database = (context: BuildContext): OwnDatabase => ({
  name: workflowsName(context),
  role: "airflow",
  existing: context.spec.workflows.database,
});

/** The API server's address in the cluster. */
const apiHost = (context: Pick<BuildContext, "name" | "namespace">): string =>
  `${workflowsName(context)}.${context.namespace}.svc.cluster.local`;
export const apiUrl = (context: Pick<BuildContext, "name" | "namespace">): string =>
  `http://${apiHost(context)}:${API_PORT}`;

/** How a program looks at runs: with the login that may only look. */
export const workflowsClient = (context: BuildContext): Client => ({
  env: [
    ...env({WORKFLOWS_URL: apiUrl(context)}),
    ...env(context.spec.workflows.url ? {WORKFLOWS_PUBLIC_URL: context.spec.workflows.url} : {}),
    fromSecret("WORKFLOWS_USERNAME", viewerSecret(context), "username"),
    fromSecret("WORKFLOWS_PASSWORD", viewerSecret(context), "password"),
  ],
  files: [],
});

/** The endpoint of browsers and of Airflow's REST API, as the login that may do all. */
export const workflowsEndpoint = (context: BuildContext): Endpoint => ({
  name: "workflows",
  protocol: "http",
  address: apiHost(context),
  port: API_PORT,
  tls: false,
  secret: workflowsName(context),
  secretKeys: ["username", "password"],
});
