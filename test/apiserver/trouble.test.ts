import {spawn} from "node:child_process";
import {once} from "node:events";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createServer} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {text} from "node:stream/consumers";
import {setTimeout as sleep} from "node:timers/promises";
import {afterAll, beforeAll, expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {startElection} from "../../operator/runtime/election.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";
import {openTrouble, type Trouble} from "./trouble.ts";

/** An API server that answers wrongly, another controller that wants something else, clocks that are off. */
const {admin} = h;
const stop = new AbortController();
const log = createLogger("test");
log.level = "silent";
let api: Awaited<ReturnType<typeof openTrouble>>;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;
const service = {name: "fleet-simulator", namespace: "trouble"};

beforeAll(async () => {
  const token = await h.operatorToken();
  await h.applyUpstreamCrds();
  stopFakes = startFakes(admin);
  api = await openTrouble(h.config);
  operator = await h.startOperator({token, server: api.server});
  await Promise.all(["trouble", "clocks"].map(h.namespace));
  await h.applyPipeline("trouble");
  await h.untilReady("trouble");
});
afterAll(async () => {
  api.set();
  await operator.stop();
  await h.removeAllPipelines();
  await api.close();
  stop.abort();
  await stopFakes();
});

const objects = async () => [...(await h.objectsIn("trouble"))].map(([name, {metadata}]) => `${name} ${metadata.uid}`);
/** Wrong answers since the last case began. */
let wrong = 0;
const answer =
  (code: number, type: string, body: string): Trouble =>
  (_incoming, response) => {
    wrong++;
    response.writeHead(code, {"content-type": type}).end(body);
  };
const status = (code: number, reason: string) => JSON.stringify({kind: "Status", code, reason, message: reason});
const onWrites =
  (trouble: Trouble): Trouble =>
  (incoming, response, pass) =>
    incoming.method === "GET" ? pass() : trouble(incoming, response, pass);

test.each<[string, Trouble]>([
  ["is read-only", onWrites(answer(503, "application/json", status(503, "ServiceUnavailable")))],
  ["forbids all writes", onWrites(answer(403, "application/json", status(403, "Forbidden")))],
  ["answers a page of a proxy", answer(200, "text/html", "<html>sign in</html>")],
  ["answers with half an object", answer(200, "application/json", '{"kind":"List","items":[{"metadata":{"na')],
  ["answers something of another kind", answer(200, "application/json", '{"hello":"world"}')],
  ["asks for patience", answer(429, "application/json", status(429, "TooManyRequests"))],
  ["fails", answer(500, "text/plain", "boom")],
])(
  "while the API server %s nothing is destroyed, and afterwards what changed is caught up with",
  async (_, trouble) => {
    const before = await objects();
    wrong = 0;
    api.set(trouble);
    await sleep(2_000);
    await admin.delete(builtin.service, service);
    await sleep(1_000);
    await waitFor("the operator to have been answered so", 240_000, async () => wrong > 0);
    const gone = before.filter((name) => !name.startsWith("Service/fleet-simulator "));
    expect(await objects()).toEqual(gone);
    api.set();
    await waitFor("the Service to come back", 240_000, () => admin.get(builtin.service, service));
    await h.untilReady("trouble");
  },
);

test("one that flaps is caught up with between its falls", async () => {
  await admin.delete(builtin.service, service);
  for (let round = 0; round < 10; round++) {
    api.set((incoming) => void incoming.socket.destroy());
    await sleep(100);
    api.set();
    await sleep(200);
  }
  await waitFor("the Service to come back", 240_000, () => admin.get(builtin.service, service));
});

test("another controller that wants another value is answered once each time, and never in a loop of our own", async () => {
  const set = {name: "fleet-simulator", namespace: "trouble"};
  const replicas = async () => (await admin.get(builtin.statefulSet, set))?.spec.replicas;
  const before = operator.writes();
  for (let round = 0; round < 10; round++) {
    await admin.patch(builtin.statefulSet, set, {spec: {replicas: 3}});
    await waitFor("the revert", 240_000, async () => (await replicas()) === 1);
  }
  await h.untilReady("trouble");
  // A revert, and what the status and Events say of it.
  expect(operator.writes() - before).toBeLessThan(10 * 5);
});

test("whoever holds the lease keeps it with a clock an hour behind, and loses it when it falls silent with one an hour ahead", async () => {
  const timing = {leaseMs: 4_000, renewDeadlineMs: 3_000, retryMs: 200, giveUpMs: 300_000};
  const {apiVersion, kind} = builtin.lease;
  const metadata = {name: "skewed", namespace: "clocks"};
  const renew = (offsetMs: number) => {
    const renewTime = new Date(Date.now() + offsetMs).toISOString().replace("Z", "000Z");
    const spec = {holderIdentity: "other", leaseDurationSeconds: 15, acquireTime: renewTime, renewTime};
    return admin.apply(builtin.lease, {apiVersion, kind, metadata, spec}, {fieldManager: "other"});
  };
  await renew(-3_600_000);
  let leads = false;
  const election = startElection({client: admin, log, ...metadata, identity: "us", signal: stop.signal, timing});
  void election.elected.then(() => {
    leads = true;
  });
  for (let round = 0; round < 30; round++) {
    await sleep(300);
    await renew(-3_600_000);
  }
  expect(leads).toBe(false);
  await renew(3_600_000);
  await waitFor("the take-over", 240_000, async () => leads);
  await election.release();
});

test.each([
  ["a file that is not there", {KUBECONFIG: "/nowhere/config"}, /kubeconfig \/nowhere\/config cannot be read/],
  [
    "a file without a cluster",
    {KUBECONFIG: "package.json"},
    /package.json has no current cluster; set current-context/,
  ],
])("with %s as kubeconfig the operator ends with one line that says so", async (_, environment, message) => {
  const child = spawn("node", ["operator/main.ts"], {
    env: {...process.env, ...environment},
    stdio: ["ignore", "pipe", 2],
  });
  const [output, [code]] = await Promise.all([text(child.stdout!), once(child, "exit")]);
  expect(code).toBe(1);
  const lines = output.trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!).msg).toMatch(message);
});

test("a server that does not answer is said once, not by each watch, and waited for", async () => {
  let knocks = 0;
  const closed = createServer((socket) => {
    knocks++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(closed, "listening");
  const {port} = closed.address() as {port: number};
  const context = {name: "away", context: {cluster: "away", user: "away"}};
  const clusters = [{name: "away", cluster: {server: `http://127.0.0.1:${port}`}}];
  const folder = mkdtempSync(join(tmpdir(), "away-"));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, JSON.stringify({"current-context": "away", contexts: [context], clusters, users: []}));
  const child = spawn("node", ["operator/main.ts"], {
    env: {...process.env, KUBECONFIG: file, HTTP_PORT: "0", LOG_LEVEL: "info"},
    stdio: ["ignore", "pipe", 2],
  });
  const output = text(child.stdout!);
  await waitFor("many attempts", 240_000, async () => knocks > 100);
  child.kill("SIGTERM");
  await once(child, "exit");
  closed.close();
  rmSync(folder, {recursive: true});
  const lines = (await output)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).msg);
  expect(lines.filter((line) => !["starting", "stopped"].includes(line))).toEqual([
    expect.stringMatching(/^the API server does not answer: .*; trying until it does$/),
  ]);
});

test("through all of that nothing was asked that the Role does not give", () => {
  // The API server says more than the test's own refusals do.
  expect(operator.forbidden.filter((message) => !message.endsWith(": 403 Forbidden"))).toEqual([]);
});
