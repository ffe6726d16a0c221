import {GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client} from "@aws-sdk/client-s3";
import {afterAll, beforeAll, expect, test} from "vitest";
import {forwarded} from "../../cluster/port-forward.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, kubeconfig, startCluster} from "./cluster.ts";
import {airflowTests} from "./lake/airflow.ts";
import {biTests} from "./lake/bi.ts";
import {druidTests} from "./lake/druid.ts";
import {predictionTests} from "./lake/predictions.ts";
import {installedBoards, panelsOf} from "./panels.ts";
import {user} from "./steps.ts";

/** The lake of a pipeline, as somebody outside of the cluster uses it: docs/lake.md. */
const own = user("lake");
const PORTS = {s3: 13_333, catalogue: 13_181};
let endForward = () => {};

beforeAll(async () => {
  await startCluster();
  await own.makeNamespace();
  await own.apply("fleet", {
    lake: {enabled: true, storage: "2Gi", commitInterval: "5s"},
    cassandra: {enabled: false},
    simulator: {vehicles: 2},
    observability: {console: {enabled: false}},
    deletionPolicy: "Delete",
  });
  await own.untilReady("fleet");
  endForward = await forwarded(kubeconfig, "lake", "service/fleet-lake", `${PORTS.s3}:8333`, `${PORTS.catalogue}:8181`);
}, 1_800_000);
afterAll(async () => {
  endForward();
  await own.k("delete", "tp", "fleet", "--timeout=240s");
}, 600_000);

/** The keys of a login, from its Secret. */
async function keysOf(login: string) {
  const {data} = JSON.parse(await own.k("get", "secret", `fleet-lake${login}`, "-o", "json"));
  const text = (key: string) => Buffer.from(data[key], "base64").toString();
  return {accessKeyId: text("accessKeyId"), secretAccessKey: text("secretAccessKey")};
}
type Keys = Awaited<ReturnType<typeof keysOf>>;

const s3 = (credentials: Keys) =>
  new S3Client({
    credentials,
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${PORTS.s3}`,
    forcePathStyle: true,
    maxAttempts: 1,
  });

/** What the catalogue answers to a login. */
async function ask({accessKeyId, secretAccessKey}: Keys, method: string, path: string, body?: object) {
  const catalogue = `http://127.0.0.1:${PORTS.catalogue}`;
  const form = {grant_type: "client_credentials", client_id: accessKeyId, client_secret: secretAccessKey};
  const given = await fetch(`${catalogue}/v1/oauth/tokens`, {method: "POST", body: new URLSearchParams(form)});
  if (!given.ok) return {status: given.status};
  const {access_token: token} = (await given.json()) as any;
  const headers = {authorization: `Bearer ${token}`, "content-type": "application/json"};
  const answer = await fetch(`${catalogue}/v1/warehouse${path}`, {
    method,
    headers,
    ...(body ? {body: JSON.stringify(body)} : {}),
  });
  return {status: answer.status, body: (await answer.json()) as any};
}

test("the status has both endpoints, and they are where it says", async () => {
  const {status} = await own.pipeline("fleet");
  const named = (name: string) => status.endpoints.find((endpoint: any) => endpoint.name === name);
  expect(named("lake-s3")).toMatchObject({address: "fleet-lake.lake.svc.cluster.local", port: 8333, bucket: "lake"});
  expect(named("lake-catalog")).toMatchObject({secret: "fleet-lake-reader", warehouse: "warehouse"});
});

test("what the vehicles send is in the lake, each event once", async () => {
  await own.patch("fleet", {simulator: {enabled: false}});
  await own.untilReady("fleet");
  const audited = await waitFor("the last commit", 240_000, () => own.audit("fleet", "lake"));
  expect(audited).toMatchObject({store: "lake", missing: 0, extra: 0, altered: 0});
  expect(audited.rows).toBeGreaterThan(0);
  await own.patch("fleet", {simulator: {enabled: true}});
});

test("the reader reads objects and tables, and writes neither", async () => {
  const [reader, writer] = await Promise.all(["-reader", "-writer"].map(keysOf));
  await s3(writer!).send(new PutObjectCommand({Bucket: "lake", Key: "note", Body: "hello"}));
  const {Body} = await s3(reader!).send(new GetObjectCommand({Bucket: "lake", Key: "note"}));
  expect(await Body!.transformToString()).toBe("hello");
  const refused = s3(reader!).send(new PutObjectCommand({Bucket: "lake", Key: "note", Body: "bye"}));
  await expect(refused).rejects.toMatchObject({name: "AccessDenied"});
  expect((await ask(reader!, "GET", "/namespaces")).body).toEqual({namespaces: [["telemetry"]]});
  expect(await ask(reader!, "POST", "/namespaces", {namespace: ["mine"]})).toMatchObject({status: 403});
});

test("nobody gets in without a key", async () => {
  const nobody = {accessKeyId: "telemetry-admin", secretAccessKey: "a guess"};
  await expect(s3(nobody).send(new ListBucketsCommand())).rejects.toMatchObject({name: "SignatureDoesNotMatch"});
  expect(await ask(nobody, "GET", "/namespaces")).toEqual({status: 401});
  expect((await fetch(`http://127.0.0.1:${PORTS.catalogue}/v1/warehouse/namespaces`)).status).toBe(403);
});

test("a deleted Secret is a new key, and the old one is refused", async () => {
  const before = await keysOf("-reader");
  await own.k("delete", "secret", "fleet-lake-reader");
  const after = await waitFor("another key", 240_000, async () => {
    const keys = await keysOf("-reader");
    return keys.secretAccessKey !== before.secretAccessKey && keys;
  });
  await waitFor("the server to know it", 240_000, async () => (await ask(after, "GET", "/namespaces")).status === 200);
  expect(await ask(before, "GET", "/namespaces")).toEqual({status: 401});
  await own.untilReady("fleet");
  // The gateway of a server that was restarted may answer before its volumes do.
  const text = await waitFor("the object", 240_000, async () => {
    const {Body} = await s3(after).send(new GetObjectCommand({Bucket: "lake", Key: "note"}));
    return Body!.transformToString();
  });
  expect(text).toBe("hello");
});

test("maintenance runs when it is asked to, and each panel of the dashboard has data, asked as Grafana would", async () => {
  let runs = 0;
  // A few commits leave nothing to compact yet.
  await waitFor("a compaction", 400_000, async () => {
    const job = `tidy-${runs++}`;
    await own.k("create", "job", "--from=cronjob/fleet-lake-maintenance", job);
    await own.k("wait", "--for=condition=complete", `job/${job}`, "--timeout=240s");
    const answer = (await own.k("logs", `job/${job}`)).split("\n").find((line) => line.startsWith("["));
    return JSON.parse(answer!).some(({compacted}: {compacted: {to: number}}) => compacted.to > 0);
  });
  const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-lake");
  const panels = await panelsOf(instance, {namespace: "lake", pipeline: "fleet"});
  expect(await panels.untilData(board)).toEqual([]);
});

airflowTests(own, "lake");
druidTests(
  own,
  "lake",
  async () => s3(await keysOf("")),
  () => {
    biTests(own, "lake");
    // The last that count vehicles: they are more than the others have.
    predictionTests(own, "lake");
  },
);
