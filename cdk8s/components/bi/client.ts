import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import type {Endpoint} from "../../../api/status.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, credentials, env, fromSecret} from "../../context.ts";
import {databaseLogin, type OwnDatabase} from "../timescaledb/own-database.ts";

export const PORT = 8_088;

type Named = Pick<BuildContext, "name">;
export const biName = ({name}: Named): string => `${name}-bi`;

/** Who logs in: one may do all, one only look, and by one the platform makes its dashboards, so that edits of people are told from its own. */
const LOGINS = {
  BI: {username: "admin", suffix: ""},
  BI_READER: {username: "viewer", suffix: "-viewer"},
  BI_KEEPER: {username: "telemetry-operator", suffix: "-keeper"},
};
type LoginName = keyof typeof LOGINS;
export const LOGIN_NAMES = Object.keys(LOGINS) as LoginName[];
const secretOf = (context: Named, login: LoginName): string => `${biName(context)}${LOGINS[login].suffix}`;
/** What sessions are signed and passwords of databases encrypted with. */
const keySecret = (context: Named): string => `${biName(context)}-key`;

export const database = (context: BuildContext): OwnDatabase => ({
  name: biName(context),
  role: context.spec.bi.provider.toLowerCase(),
  existing: context.spec.bi.database,
});

export function secrets(chart: Chart, context: BuildContext): void {
  for (const login of LOGIN_NAMES)
    credentials(chart, context, secretOf(context, login), {username: LOGINS[login].username});
  credentials(chart, context, keySecret(context), {});
  databaseLogin(chart, context, database(context));
}

/** The variables NAME_USERNAME and NAME_PASSWORD of logins. */
export const loginEnv = (context: Named, ...names: LoginName[]): k8s.EnvVar[] =>
  names.flatMap((login) =>
    ["username", "password"].map((key) => fromSecret(`${login}_${key.toUpperCase()}`, secretOf(context, login), key)),
  );

export const keyEnv = (context: Named, variable: string): k8s.EnvVar =>
  fromSecret(variable, keySecret(context), "password");

const hostOf = (context: Pick<BuildContext, "name" | "namespace">): string =>
  `${biName(context)}.${context.namespace}.svc.cluster.local`;

export const biUrl = (context: Pick<BuildContext, "name" | "namespace">): string => `http://${hostOf(context)}:${PORT}`;

/** How the keeper reaches the server; the other logins are made by it or before it. */
export const biClient = (context: BuildContext): Client => ({
  env: [...env({BI_URL: biUrl(context)}), ...loginEnv(context, "BI_KEEPER")],
  files: [],
});

/** The endpoint of browsers and of the server's REST API, as the login that may do all. */
export const biEndpoint = (context: BuildContext): Endpoint => ({
  name: "bi",
  protocol: "http",
  address: hostOf(context),
  port: PORT,
  tls: false,
  secret: biName(context),
  secretKeys: ["username", "password"],
});
