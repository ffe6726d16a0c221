import {spawn} from "node:child_process";
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {GetObjectCommand, PutObjectCommand, S3Client} from "@aws-sdk/client-s3";
import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {waitFor} from "../../cluster/shell.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {openCatalogue} from "../../workloads/lake/iceberg/catalogue.ts";
import {PREDICTIONS, predictionsPlan} from "../../workloads/lake/tables.ts";
import {makeTable} from "../../workloads/schema/lake-tables.ts";
import {runProgram} from "./ingester.ts";
import {objectStoreProgram} from "./object-store.ts";
import {loopback} from "./stack.ts";

/** The set-up Job against SeaweedFS with the arguments and the logins that the plan gives it. */
vi.setConfig({maxConcurrency: 1});
const address = loopback(2);
/** Of no other server's: see object-store.ts. */
const PORTS = {master: 9_533, volume: 9_540, filer: 9_088, s3: 8_533, catalogue: 8_281, metrics: 9_427};
const endpoint = `http://${address}:${PORTS.s3}`;
const catalogue = `http://${address}:${PORTS.catalogue}`;
const state = mkdtempSync(join(tmpdir(), "lake-setup-"));
const passwords = Object.fromEntries(
  ["", "-writer", "-reader"].map((end) => [`fleet-lake${end}`, `key${end}-of-the-tests`]),
);
const {objects} = plan({
  name: "fleet",
  namespace: "default",
  spec: resolveSpec({lake: {enabled: true}}),
  images: defaultImages,
  passwords,
}).find(({component}) => component.name === "lake")!;
const planned = (kind: string, name: string): any =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
let stop = async () => {};

beforeAll(async () => {
  const program = await objectStoreProgram();
  const identities = join(state, "identities.json");
  mkdirSync(join(state, "data"), {recursive: true});
  writeFileSync(identities, Buffer.from(planned("Secret", "fleet-lake-identities").data["identities.json"], "base64"));
  const here: Record<string, string | number> = {
    "-dir": join(state, "data"),
    "-ip": address,
    "-ip.bind": address,
    "-s3.ip.bind": address,
    "-metricsIp": address,
    "-metricsPort": PORTS.metrics,
    "-s3.port": PORTS.s3,
    "-s3.port.iceberg": PORTS.catalogue,
    "-s3.config": identities,
  };
  const args = planned("StatefulSet", "fleet-lake").spec.template.spec.containers[0].args.map((argument: string) => {
    const [name] = argument.split("=");
    return name! in here ? `${name}=${here[name!]}` : argument;
  });
  const ports = ["master", "volume", "filer"].map((part) => `-${part}.port=${PORTS[part as "master"]}`);
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...args, ...ports], {stdio: "ignore"});
  stop = async () => {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    rmSync(state, {recursive: true, force: true});
  };
  await waitFor("SeaweedFS", 240_000, async () => (await fetch(`${catalogue}/v1/config`)).ok);
});
afterAll(() => stop());

/** The Job, with the variables of its manifest but for where the server is. */
function setUp(more: Record<string, string> = {}): Promise<string> {
  const key = passwords["fleet-lake"]!;
  const login = {id: "telemetry-admin", secret: key};
  return runProgram("workloads/schema/main.ts", ["lake"], {
    LAKE_S3_ENDPOINT: endpoint,
    LAKE_S3_PATH_STYLE: "true",
    LAKE_BUCKET: "lake",
    LAKE_TABLE_BUCKET: "warehouse",
    AWS_ACCESS_KEY_ID: login.id,
    AWS_SECRET_ACCESS_KEY: login.secret,
    LAKE_CATALOG_URI: catalogue,
    LAKE_WAREHOUSE: "warehouse",
    LAKE_CATALOG_AUTH: "oauth2",
    LAKE_CATALOG_CLIENT_ID: login.id,
    LAKE_CATALOG_CLIENT_SECRET: login.secret,
    LAKE_CATALOG_OAUTH2_URI: `${catalogue}/v1/oauth/tokens`,
    ...more,
  });
}
/** An existing store: there is no bucket to make. */
const external = (more: Record<string, string> = {}) => setUp({LAKE_TABLE_BUCKET: "", ...more});

const s3 = (login: string) =>
  new S3Client({
    region: "us-east-1",
    endpoint,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: {accessKeyId: `telemetry-${login}`, secretAccessKey: passwords[`fleet-lake-${login}`]!},
  });

async function tablesAs(login: string, method = "GET", path = "/namespaces/telemetry/tables", body?: object) {
  const form = {
    grant_type: "client_credentials",
    client_id: `telemetry-${login}`,
    client_secret: passwords[`fleet-lake-${login}`]!,
  };
  const given = await fetch(`${catalogue}/v1/oauth/tokens`, {method: "POST", body: new URLSearchParams(form)});
  const {access_token: token} = (await given.json()) as any;
  const answer = await fetch(`${catalogue}/v1/warehouse${path}`, {
    method,
    headers: {authorization: `Bearer ${token}`, "content-type": "application/json"},
    ...(body ? {body: JSON.stringify(body)} : {}),
  });
  return {status: answer.status, body: (await answer.json()) as any};
}

test("it makes buckets and tables once, and finds them the next time", async () => {
  expect(await setUp()).toContain('"applied":["bucket lake","table bucket warehouse"');
  expect(await setUp()).toContain('"applied":[]');
  const {body} = await tablesAs("writer");
  expect(body.identifiers.map(({name}: any) => name).sort()).toEqual(["dead_letters", "events"]);
});

test("the writer writes objects and tables, the reader reads both and writes neither", async () => {
  await s3("writer").send(new PutObjectCommand({Bucket: "lake", Key: "note", Body: "hello"}));
  const {Body} = await s3("reader").send(new GetObjectCommand({Bucket: "lake", Key: "note"}));
  expect(await Body!.transformToString()).toBe("hello");
  const written = s3("reader").send(new PutObjectCommand({Bucket: "lake", Key: "note", Body: "bye"}));
  await expect(written).rejects.toMatchObject({name: "AccessDenied"});
  expect((await tablesAs("reader")).status).toBe(200);
  const mine = {namespace: ["mine"], properties: {}};
  expect((await tablesAs("reader", "POST", "/namespaces", mine)).status).toBe(403);
  expect((await tablesAs("writer", "POST", "/namespaces", mine)).status).toBe(200);
  await expect(makeAs("reader")).rejects.toMatchObject({status: 403});
  expect([await makeAs("writer"), await makeAs("writer")]).toEqual([true, false]);
});

/** Makes the table that is not the set-up's. */
async function makeAs(login: string): Promise<boolean> {
  const [clientId, clientSecret] = [`telemetry-${login}`, passwords[`fleet-lake-${login}`]!];
  const made = openCatalogue({
    ...{uri: catalogue, warehouse: "warehouse", ca: undefined},
    auth: {
      kind: "oauth2",
      tokenUrl: `${catalogue}/v1/oauth/tokens`,
      scope: "PRINCIPAL_ROLE:ALL",
      clientId,
      clientSecret,
    },
  });
  try {
    return await makeTable(made, {namespace: "telemetry", name: PREDICTIONS}, predictionsPlan);
  } finally {
    await made.close();
  }
}

test.each([
  ["a missing bucket", {LAKE_BUCKET: "nowhere"}, /bucket nowhere is not at .*correct spec\.lake\.external\.s3\.bucket/],
  ["an unknown key", {AWS_ACCESS_KEY_ID: "nobody"}, /does not know the keys .*spec\.lake\.external\.s3\.secret/],
  ["a wrong secret key", {AWS_SECRET_ACCESS_KEY: "a guess"}, /SignatureDoesNotMatch.*correct the Secret/],
  [
    "a login that cannot write",
    {AWS_ACCESS_KEY_ID: "telemetry-reader", AWS_SECRET_ACCESS_KEY: passwords["fleet-lake-reader"]!},
    /refuses the keys .*allow them to list, read, write and delete/,
  ],
  ["a wrong client secret", {LAKE_CATALOG_CLIENT_SECRET: "a guess"}, /does not know the login in .*catalog\.secret/],
  ["a missing warehouse", {LAKE_WAREHOUSE: "nowhere"}, /no such warehouse .*spec\.lake\.external\.catalog/],
  ["TLS where there is none", {LAKE_S3_ENDPOINT: endpoint.replace("http", "https")}, /speaks no TLS/],
])("of an existing store, %s ends the Job with the field and the fix", async (_, wrong, words) => {
  await setUp();
  await expect(external(wrong)).rejects.toThrow(words);
});

test("an existing store that has all is left as it is", async () => {
  await setUp();
  expect(await external()).toContain('"applied":[]');
});
