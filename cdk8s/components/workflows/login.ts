import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {PlanContext} from "../../component.ts";
import {env, fromSecret} from "../../context.ts";
import {workflowsName} from "./client.ts";

const FOLDER = "/etc/login";
const CONFIG = "webserver_config.py";

const loginName = (context: PlanContext): string => `${workflowsName(context)}-login`;

/** The files of the login by OpenID Connect: what the spec says, and how Airflow does it. */
function filesOf({spec}: PlanContext): Record<string, string> | undefined {
  const {oidc} = spec.workflows;
  if (!oidc) return undefined;
  const {issuer, clientId, scopes, rolesClaim, roles = {}, defaultRole} = oidc;
  const settings = {issuer, clientId, scopes, rolesClaim, roles, defaultRoles: defaultRole ? [defaultRole] : []};
  return {
    [CONFIG]: readFileSync(join(import.meta.dirname, "python", CONFIG), "utf8"),
    "oidc.json": JSON.stringify(settings),
  };
}

export function login(chart: Chart, context: PlanContext): void {
  const data = filesOf(context);
  if (data)
    new k8s.KubeConfigMap(chart, `ConfigMap-${loginName(context)}`, {metadata: {name: loginName(context)}, data});
}

interface LoginPart {
  env: k8s.EnvVar[];
  mounts: k8s.VolumeMount[];
  volumes: k8s.Volume[];
  annotations: Record<string, string>;
}

/** What the API server's pod needs for it; it reads the files at its start alone. */
export function loginOf(context: PlanContext): LoginPart {
  const files = filesOf(context);
  if (!files) return {env: [], mounts: [], volumes: [], annotations: {}};
  return {
    env: [
      ...env({AIRFLOW__FAB__CONFIG_FILE: `${FOLDER}/${CONFIG}`}),
      fromSecret("OIDC_CLIENT_SECRET", context.spec.workflows.oidc!.secret, "clientSecret"),
    ],
    mounts: [{name: "login", mountPath: FOLDER, readOnly: true}],
    volumes: [{name: "login", configMap: {name: loginName(context)}}],
    annotations: {
      "telemetry.dev/login": createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16),
    },
  };
}
