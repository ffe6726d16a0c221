import type {ChildProcess} from "node:child_process";
import {appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {getCACertificates, setDefaultCACertificates} from "node:tls";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {type PipelineSpec, resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {buildDir} from "../../cluster/images/catalog.ts";
import {waitFor} from "../../cluster/shell.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {certificateFor} from "../certificate.ts";
import {type InImage, runIn, startIn, variablesOf} from "./in-image.ts";
import {oidcProvider, type Person} from "./oidc-provider.ts";
import {rootfsOf} from "./rootfs.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** Airflow of a plan with a login by OpenID Connect, on PostgreSQL and with a provider of the tests' own, which it reaches by TLS. */
const PORT = 18_080;
const HOST = stack.servers.timescaledb.address;
const BASE = `http://${HOST}:${PORT}`;
const DATABASE = `airflow_login_${process.pid}`;
const folder = join(buildDir, DATABASE);
const LOG = join(folder, "api.log");
const people: Record<string, Person> = {
  ada: {sub: "1", given_name: "Ada", family_name: "L", email: "ada@example.com", realm: {roles: ["fleet-admins", "x"]}},
  vera: {sub: "2", preferred_username: "vera", realm: {roles: ["fleet-viewers"]}},
  nobody: {sub: "3", realm: {roles: ["others"]}},
  // Another's name is of no use.
  admin: {sub: "admin", preferred_username: "admin", email: "admin@localhost", realm: {roles: ["others"]}},
  stale: {sub: "1", nonce: "of another login", realm: {roles: ["fleet-admins"]}},
  foreign: {sub: "1", aud: "another-client", realm: {roles: ["fleet-admins"]}},
};
const SECRETS: Record<string, string> = {
  clientSecret: "client's secret",
  fernet: `${"a".repeat(43)}=`,
  jwt: "j".repeat(44),
  session: "s".repeat(44),
};
/** The certificates of authorities that Airflow's image comes with. */
const AUTHORITIES = "/opt/python/certifi";
let certificate: {key: string; cert: string};
let provider: Awaited<ReturnType<typeof oidcProvider>>;
let server: ChildProcess;

beforeAll(async () => {
  const client = {id: "airflow", secret: SECRETS.clientSecret!, redirectUri: `${BASE}/auth/oauth-authorized/oidc`};
  certificate = await ownCertificate();
  provider = await oidcProvider(HOST, certificate, client, people);
  // This program is the browser.
  setDefaultCACertificates([...getCACertificates("default"), certificate.cert]);
  const [root] = (await rootfsOf(["airflow"])) as [string];
  const authorities = join(folder, "authorities");
  cpSync(join(root, AUTHORITIES), authorities, {recursive: true});
  // As if it were one of the public ones.
  appendFileSync(join(authorities, "cacert.pem"), certificate.cert);
  const spec: PipelineSpec = {
    workflows: {
      enabled: true,
      url: BASE,
      oidc: {
        ...{issuer: provider.issuer, clientId: "airflow", secret: "oidc", scopes: "openid profile email"},
        rolesClaim: "realm.roles",
        roles: {"fleet-admins": "Admin", "fleet-viewers": "Viewer"},
      },
    },
  };
  const objects: any[] = plan({
    ...{name: "fleet", namespace: "default", passwords: {}, images: defaultImages},
    spec: resolveSpec(spec),
  }).flatMap((planned) => planned.objects);
  const of = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name.startsWith(name));
  const login = join(folder, "login");
  const setup = join(folder, "setup");
  for (const [path, map] of [
    [login, "fleet-workflows-login"],
    [setup, "fleet-workflows-setup"],
  ] as const) {
    mkdirSync(path, {recursive: true});
    for (const [file, content] of Object.entries<string>(of("ConfigMap", map).data))
      writeFileSync(join(path, file), content);
  }
  await sqlAs(postgresOf(HOST), `CREATE DATABASE ${DATABASE}`);
  const {user, password} = postgresOf(HOST);
  const own = {
    ...{PGHOST: HOST, PGUSER: user, PGPASSWORD: password, PGDATABASE: DATABASE},
    ...{ADMIN_USERNAME: "admin", ADMIN_PASSWORD: "pass of admin"},
    ...{VIEWER_USERNAME: "viewer", VIEWER_PASSWORD: "pass of viewer"},
    ...{AIRFLOW_HOME: "/tmp", AIRFLOW__API__PORT: String(PORT), AIRFLOW__LOGGING__BASE_LOG_FOLDER: "/tmp/logs"},
  };
  const airflow = (kind: string, name: string, mounts: Record<string, string>): InImage => {
    const container = of(kind, name).spec.template.spec.containers[0];
    return {root, folder, mounts, env: {...variablesOf(container, SECRETS), ...own}};
  };
  await runIn(airflow("Job", "fleet-workflows-setup", {"/etc/setup": setup}), "exec python3 /etc/setup/setup.py");
  server = startIn(
    airflow("Deployment", "fleet-workflows", {"/etc/login": login, [AUTHORITIES]: authorities}),
    `exec airflow api-server --host ${HOST}`,
    LOG,
  );
  await waitFor("Airflow's answer", 300_000, async () => (await fetch(`${BASE}/api/v2/version`)).ok);
}, 900_000);

afterAll(async () => {
  server?.kill();
  await new Promise((resolve) => (server ? server.once("close", resolve) : resolve(undefined)));
  provider?.stop();
  await sqlAs(postgresOf(HOST), `DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
  rmSync(folder, {recursive: true, force: true});
}, 120_000);

async function ownCertificate() {
  const {"tls.key": key, "tls.crt": cert} = await certificateFor(HOST);
  return {key, cert};
}

/** Logs a person in as a browser would, and returns the token that the browser then has. */
async function logIn(person: string): Promise<string | undefined> {
  const cookies = new Map<string, string>();
  let url = `${BASE}/auth/login/oidc`;
  for (let hops = 0; hops < 8; hops++) {
    const ours = url.startsWith(BASE);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, {redirect: "manual", headers: ours ? {cookie} : {}});
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      cookies.set(name!, value!);
    }
    const location = answer.headers.get("location");
    if (!ours && !location) throw new Error(`the provider refuses: ${await answer.text()}`);
    if (!location || cookies.get("_token")) break;
    url = new URL(location, url).href;
    if (url.startsWith(`${provider.issuer}/authorize`)) url += `&person=${person}`;
  }
  return cookies.get("_token");
}

const variable = async (token: string, key: string): Promise<number> => {
  const headers = {authorization: `Bearer ${token}`, "content-type": "application/json"};
  const body = JSON.stringify({key, value: "1"});
  return (await fetch(`${BASE}/api/v2/variables`, {method: "POST", headers, body})).status;
};
const reads = async (token: string): Promise<number> =>
  (await fetch(`${BASE}/api/v2/dags`, {headers: {authorization: `Bearer ${token}`}})).status;
const users = () =>
  sqlAs(
    postgresOf(HOST, DATABASE),
    `SELECT u.username, u.first_name, string_agg(r.name, ',' ORDER BY r.name) AS roles FROM ab_user u
     JOIN ab_user_role ur ON ur.user_id = u.id JOIN ab_role r ON r.id = ur.role_id GROUP BY 1, 2 ORDER BY 1`,
  );

describe("login by OpenID Connect", {concurrent: false}, () => {
  test("people get the roles of their groups, and one without a role is refused", async () => {
    const [ada, vera] = [(await logIn("ada"))!, (await logIn("vera"))!];
    expect([await reads(ada), await variable(ada, "a")]).toEqual([200, 201]);
    expect([await reads(vera), await variable(vera, "b")]).toEqual([200, 403]);
    expect(await logIn("nobody")).toBeUndefined();
    expect(await users()).toEqual([
      {username: "admin", first_name: "admin", roles: "Admin"},
      {username: "oidc:1", first_name: "Ada", roles: "Admin"},
      {username: "oidc:2", first_name: "vera", roles: "Viewer"},
      {username: "viewer", first_name: "viewer", roles: "Viewer"},
    ]);
  });

  test("the groups of the last login count", async () => {
    people.ada!.realm = {roles: ["fleet-viewers"]};
    const token = (await logIn("ada"))!;
    expect((await users()).find(({username}) => username === "oidc:1")).toMatchObject({roles: "Viewer"});
    expect(await variable(token, "c")).toBe(403);
    people.ada!.realm = {roles: []};
    expect(await logIn("ada")).toBeUndefined();
    expect(await reads(token)).toBe(403);
  });

  test("a name like that of a generated login, an answer to another login, and one for another client open nothing", async () => {
    for (const person of ["admin", "stale", "foreign"]) expect(await logIn(person)).toBeUndefined();
  });

  test("an issuer with a certificate of an authority that the image does not know is not believed", async () => {
    const other = await ownCertificate();
    setDefaultCACertificates([...getCACertificates("default"), other.cert]);
    provider.show(other);
    expect(await logIn("vera")).toBeUndefined();
    expect(readFileSync(LOG, "utf8")).toContain("CERTIFICATE_VERIFY_FAILED");
    provider.show(certificate);
    expect(await logIn("vera")).toBeDefined();
  });

  test("programs log in with the generated passwords as before", async () => {
    const token = async (username: string, password: string) =>
      fetch(`${BASE}/auth/token`, {
        method: "POST",
        headers: {"content-type": "application/json"},
        body: JSON.stringify({username, password}),
      });
    const viewer = await token("viewer", "pass of viewer");
    expect(viewer.status).toBe(201);
    expect(await variable(((await viewer.json()) as any).access_token, "d")).toBe(403);
    expect((await token("viewer", "wrong")).status).toBe(401);
    expect((await token("oidc:2", "")).status).toBe(400);
  });
});
