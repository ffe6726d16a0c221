import {execFile} from "node:child_process";
import {rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {kubeconfig} from "./cluster.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** The command line as a user runs it, beside a running operator. */
const root = join(import.meta.dirname, "../..");
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

function cli(args: string[], input = "", variables = {}): Promise<{code: number; out: string; err: string}> {
  return new Promise((done) => {
    const env = {...process.env, KUBECONFIG: kubeconfig, ...variables};
    const child = execFile(process.execPath, ["operator/cli/main.ts", ...args], {cwd: root, env}, (error, out, err) =>
      done({code: error ? Number(error.code) : 0, out, err}),
    );
    child.stdin?.end(input);
  });
}
const pipeline = (spec: object, name = "fleet") =>
  JSON.stringify({apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata: {name}, spec});

beforeAll(async () => {
  const token = await h.operatorToken();
  await h.applyUpstreamCrds();
  stopFakes = startFakes(h.admin);
  operator = await h.startOperator({token});
  await h.namespace("cli");
  await h.applyPipeline("cli");
  await h.untilReady("cli");
});
afterAll(async () => {
  await operator.stop();
  await h.removeAllPipelines();
  await stopFakes();
});

test("plan prints the objects without a cluster and without a password", async () => {
  const {code, out} = await cli(["plan", "-f", "examples/minimal.yaml"], "", {KUBECONFIG: "/nowhere"});
  expect(code).toBe(0);
  expect(out).toMatch(/kind: K8ssandraCluster/);
  const hidden = Buffer.from("(a password)").toString("base64");
  // Grafana's data source names the reader's password as a variable, which Grafana fills in.
  const shown = [...out.matchAll(/^ +password: ([^$].*)$/gm)].map(([, value]) => value);
  expect(shown).toEqual(Array(8).fill(hidden));
});

test.each([
  [
    "an unknown field",
    pipeline({kafka: {replica: 3}}),
    /TelemetryPipeline fleet has an unknown field spec\.kafka\.replica/,
  ],
  ["a wrong value", pipeline({simulator: {vehicles: -1}}), /spec\.simulator\.vehicles: /],
  [
    "another kind",
    '{"apiVersion": "v1", "kind": "Pod"}',
    /stdin holds no TelemetryPipeline of telemetry\.dev\/v1alpha1: it holds v1 Pod/,
  ],
  [
    "a name that is too long",
    pipeline({}, "a-name-of-more-than-twenty"),
    /metadata\.name must have at most 20 characters/,
  ],
  [
    "what the operator would refuse",
    pipeline({ingester: {cassandra: {replicas: 9}}}),
    /spec\.ingester\.cassandra\.replicas: 9 is more than spec\.kafka\.topic\.partitions \(6\)/,
  ],
  ["what is no object", "hello", /stdin holds no TelemetryPipeline of \S+: it holds a document without a kind/],
])("plan refuses %s with its name", async (_, input, message) => {
  const {code, err} = await cli(["plan", "-f", "-"], input);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test("diff shows nothing on a steady pipeline, and field by field what a new spec would change", async () => {
  const same = {code: 0, out: "", err: "no differences\n"};
  expect(await cli(["diff", "-f", "-", "-n", "cli"], pipeline({}))).toEqual(same);
  // As before -f.
  expect(await cli(["diff", "-", "-n", "cli"], pipeline({}))).toEqual(same);
  const changed = await cli(
    ["diff", "-f", "-", "-n", "cli"],
    pipeline({simulator: {vehicles: 9}, cassandra: {enabled: false}}),
  );
  expect(changed.code).toBe(1);
  expect(changed.out).toMatch(/~ ConfigMap\/fleet-simulator\n {4}data\.fleet\.json: /);
  expect(changed.out).toMatch(/- K8ssandraCluster\/fleet\n/);
  expect((await cli(["diff", "-f", "-", "-n", "cli"], pipeline({}, "other"))).out).toMatch(/\+ Kafka\/other\n/);
  const both = await cli(["diff", "-f", "-", "-n", "cli"], `${pipeline({})}\n---\n${pipeline({}, "other")}`);
  expect(both).toMatchObject({code: 1, out: expect.stringMatching(/^cli\/other:\n\+ /)});
});

test.each([
  [
    "the API server",
    {flink: {enabled: true}, timescaledb: {enabled: false}},
    /spec\.flink\.enabled needs spec\.timescaledb/,
  ],
  [
    "the operator, by what is live",
    {kafka: {topic: {partitions: 2}}},
    /spec\.kafka\.topic\.partitions: 2 is less than the live 6/,
  ],
])("diff says what %s would refuse", async (_, spec, message) => {
  const {code, err} = await cli(["diff", "-f", "-", "-n", "cli"], pipeline(spec));
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err.trim().split("\n")).toHaveLength(1);
});

test("status shows components and freshness, and its exit code says whether all is ready", async () => {
  const {code, out} = await cli(["status", "fleet", "-n", "cli"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^cli\/fleet: Running/);
  expect(out).toMatch(/kafka +ready +4\.3\.1/);
  expect(JSON.parse((await cli(["status", "-A", "-o", "json"])).out)[0].phase).toBe("Running");
  expect((await cli(["status", "-n", "cli", "-o", "name"])).out).toBe("telemetrypipeline.telemetry.dev/fleet\n");
  expect(await cli(["status", "nobody", "-n", "cli"])).toMatchObject({
    code: 2,
    err: "error: no pipeline nobody in namespace cli\n",
  });
});

test("a namespace without pipelines is named on stderr, and stdout stays clean", async () => {
  const empty = {code: 0, out: "", err: "no pipelines in namespace kube-public\n"};
  for (const command of ["status", "diff"]) expect(await cli([command, "-n", "kube-public"])).toEqual(empty);
  expect((await cli(["status", "-n", "kube-public", "-o", "json"])).out).toBe("[]\n");
});

test("a store that the spec switches off is named, and audited or read no more", async () => {
  await h.applyPipeline("cli", {cassandra: {enabled: false}}, "narrow");
  const off = "cassandra: spec.cassandra.enabled is false, so it holds nothing to";
  const command = (...args: string[]) => cli([...args, "-n", "cli"]);
  expect(await command("audit", "narrow", "--store", "cassandra")).toEqual({
    code: 2,
    out: "",
    err: `error: ${off} audit\n`,
  });
  // A control plane alone has no node on which a pod runs.
  const {code, err} = await command("audit", "narrow");
  expect(code).toBe(2);
  expect(err).toMatch(new RegExp(`^${off} audit\ntimescaledb is not audited: `));
  expect((await command("query", "narrow", "--store", "cassandra", "--vehicle", "v")).err).toBe(
    `error: ${off} query\n`,
  );
  expect((await command("query", "nobody")).err).toBe("error: no pipeline nobody in namespace cli\n");
});

test("without the store that keeps master data the command names the field, and a file that cannot be read is named first", async () => {
  await h.applyPipeline("cli", {timescaledb: {enabled: false}}, "plain");
  const err =
    "error: spec.timescaledb.enabled is false, and master data is kept in TimescaleDB: set it to true, or leave it out\n";
  for (const words of [["list"], ["export"], ["import", "-"]])
    expect(await cli(["vehicles", "plain", ...words, "-n", "cli"])).toEqual({code: 2, out: "", err});
  expect(await cli(["vehicles", "plain", "import", "/nowhere.csv", "-n", "cli"])).toMatchObject({
    code: 2,
    err: "error: /nowhere.csv cannot be read (ENOENT)\n",
  });
});

test("names of pipelines and namespaces are completed from the cluster", async () => {
  expect((await cli(["__complete", "status", "-n", "cli", "fl"])).out).toBe("fleet\n:4\n");
  expect((await cli(["__complete", "status", "-n", "cl"])).out).toBe("cli\n:4\n");
});

test("doctor names what is missing and how to get it", async () => {
  const {code, out} = await cli(["doctor"]);
  expect(code).toBe(1);
  expect(out).toMatch(/ok +kind kafka\.strimzi\.io\/v1\/Kafka +served/);
  expect(out).toMatch(/ok +volumes of class standard +can grow/);
  expect(out).toMatch(/FAIL +operator +not installed/);
  // A control plane alone.
  expect(out).toMatch(/FAIL +memory of all nodes +0\.0 GiB: the Dev profile needs about 6/);
  expect(out).toMatch(/ok +API server +v1\.34/);
});

test("a kubeconfig that cannot be read, and a server that does not answer, are one clear line", async () => {
  expect((await cli(["doctor", "--kubeconfig", "/nowhere"])).err).toMatch(
    /^error: kubeconfig \/nowhere cannot be read: .*\n$/,
  );
  const away = join(tmpdir(), `away-${process.pid}`);
  const context = {name: "away", context: {cluster: "away", user: "away"}};
  const clusters = [{name: "away", cluster: {server: "http://127.0.0.1:1"}}];
  writeFileSync(away, JSON.stringify({"current-context": "away", contexts: [context], clusters, users: []}));
  for (const command of ["doctor", "status", "diff"]) {
    expect((await cli([command, "--kubeconfig", away])).err).toMatch(
      /^error: the API server http:\/\/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED.*\n$/,
    );
  }
  rmSync(away);
  expect(await cli(["plan", "-f", "/nowhere.yaml"])).toMatchObject({
    err: expect.stringMatching(/^error: \/nowhere\.yaml cannot be read: /),
  });
  expect((await cli(["doctor", "--context", "nowhere"])).err).toMatch(/has no context "nowhere"\n$/);
});
