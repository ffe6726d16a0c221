import {type ChildProcess, spawn} from "node:child_process";
import {once} from "node:events";
import {createInterface} from "node:readline";
import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {builtin, type ResourceType} from "../../operator/runtime/types.ts";
import {kubeconfig} from "./cluster.ts";
import * as h from "./harness.ts";

/** Operators that meet, as processes with Leases of their own: by whatever they were installed, a pipeline has one. */
const PATIENCE_MS = 240_000;
const event: ResourceType = builtin.event;

interface Operator {
  child: ChildProcess;
  /** Namespace and name of its Lease. */
  id: string;
  /** What it said of a pipeline. */
  said(key: string): string[];
}

const running: Operator[] = [];

function start(podNamespace: string, watchNamespace = ""): Operator {
  const environment = {POD_NAMESPACE: podNamespace, WATCH_NAMESPACE: watchNamespace, LEASE_NAME: "telemetry-operator"};
  const child = spawn("node", ["operator/main.ts"], {
    env: {...process.env, ...environment, KUBECONFIG: kubeconfig, HTTP_PORT: "0", LOG_LEVEL: "info"},
    stdio: ["ignore", "pipe", 2],
  });
  const lines: {pipeline?: string; msg: string}[] = [];
  createInterface(child.stdout!).on("line", (line) => lines.push(JSON.parse(line)));
  const said = (key: string) => lines.filter(({pipeline}) => pipeline === key).map(({msg}) => msg);
  const operator = {child, id: `${podNamespace}/telemetry-operator`, said};
  running.push(operator);
  return operator;
}

async function end({child}: Operator, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

beforeAll(async () => {
  await h.applyUpstreamCrds();
  await h.operatorToken();
  await Promise.all(["own", "other", "third", "narrow", "wide", "second", "late"].map(h.namespace));
}, 600_000);
afterAll(async () => {
  for (const operator of running) await end(operator, "SIGKILL");
  await h.removeAllPipelines();
}, 600_000);

const ownerOf = async (namespace: string) =>
  (await h.getPipeline(namespace))?.metadata.annotations?.["telemetry.dev/operator"];
const until = (namespace: string, {id}: {id: string}) =>
  waitFor(`${namespace} to belong to ${id}`, PATIENCE_MS, async () => (await ownerOf(namespace)) === id);
const carriedOut = (namespace: string, vehicles: number) =>
  waitFor(`${vehicles} vehicles`, PATIENCE_MS, async () => {
    const {status} = (await h.getPipeline(namespace))!;
    return status?.vehicles === vehicles;
  });
const LEFT_ALONE = /^belongs to the operator with Lease \S+\/telemetry-operator; .*leaves it alone.*watchNamespace/;
const leavesAlone = ({said}: Operator, key: string) =>
  waitFor(`${key} to be left alone`, PATIENCE_MS, async () => said(key).some((line) => LEFT_ALONE.test(line)));

let narrow: Operator;
let wide: Operator;
let second: Operator;

test("an operator for the whole cluster leaves the pipeline of one for a namespace alone, and says so", async () => {
  narrow = start("narrow", "own");
  await h.applyPipeline("own");
  await until("own", narrow);
  wide = start("wide");
  await h.applyPipeline("other");
  await until("other", wide);
  await leavesAlone(wide, "own/fleet");
  await h.applyPipeline("own", {simulator: {vehicles: 7}});
  await carriedOut("own", 7);
  expect(wide.said("own/fleet")).toEqual([expect.stringMatching(LEFT_ALONE)]);
  expect(await ownerOf("own")).toBe(narrow.id);
  await waitFor("an Event", PATIENCE_MS, async () => {
    const {items} = await h.admin.list(event, {namespace: "own"});
    return items.some((one: any) => one.reason === "OperatedByAnother" && LEFT_ALONE.test(one.message));
  });
}, 600_000);

test("a pipeline that is replaced as a whole, its annotation with it, changes no hands", async () => {
  const {metadata} = (await h.getPipeline("own"))!;
  await h.admin.patch(telemetryPipeline, metadata, {metadata: {annotations: {"telemetry.dev/operator": null}}});
  await until("own", narrow);
  expect(wide.said("own/fleet")).toHaveLength(1);
}, 600_000);

test("of two for the whole cluster each pipeline has one", async () => {
  second = start("second");
  await leavesAlone(second, "other/fleet");
  await h.applyPipeline("third");
  const owner = await waitFor("an operator", PATIENCE_MS, () => ownerOf("third"));
  const [mine, others] = owner === wide.id ? [wide, second] : [second, wide];
  await leavesAlone(others, "third/fleet");
  expect(others.said("third/fleet")).toHaveLength(1);
  expect(owner).toBe(mine.id);
  await end(second, "SIGTERM");
  await until("third", wide);
}, 600_000);

test("an operator that stops leaves its pipelines to the other, and takes none back", async () => {
  await end(narrow, "SIGTERM");
  await until("own", wide);
  narrow = start("narrow", "own");
  await leavesAlone(narrow, "own/fleet");
  await h.applyPipeline("own", {simulator: {vehicles: 8}});
  await carriedOut("own", 8);
  expect(await ownerOf("own")).toBe(wide.id);
  expect(narrow.said("own/fleet")).toHaveLength(1);
  await end(narrow, "SIGTERM");
}, 600_000);

test("one that was not scheduled for long finds its pipelines taken over, and ends without a write", async () => {
  wide.child.kill("SIGSTOP");
  const token = await h.operatorToken();
  // With the rights of an installation: they have to do for a takeover.
  const late = await h.startOperator({token, operator: "late/telemetry-operator"});
  try {
    for (const namespace of ["own", "other", "third"]) await until(namespace, {id: "late/telemetry-operator"});
    const said = wide.said("other/fleet").length;
    const exited = once(wide.child, "exit");
    wide.child.kill("SIGCONT");
    expect(await exited).toEqual([1, null]);
    for (const line of wide.said("other/fleet").slice(said)) expect(line).toMatch(LEFT_ALONE);
    for (const namespace of ["own", "other", "third"]) expect(await ownerOf(namespace)).toBe("late/telemetry-operator");
    expect(late.forbidden).toEqual([]);
  } finally {
    await late.stop();
  }
}, 600_000);
