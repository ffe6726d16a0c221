import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {isConflict, isNotFound} from "../../operator/runtime/api-error.ts";
import {startElection} from "../../operator/runtime/election.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin, type KubeObject, type ResourceType} from "../../operator/runtime/types.ts";
import {random} from "../../workloads/simulator/random.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";
import {type Door, openDoor} from "./proxy.ts";

/** The operator behind a door that is cut and shut, beside a second operator, and under a seeded storm of changes. */
const {admin} = h;
const log = createLogger("test");
log.level = "silent";
let token: string;
let door: Door;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

const startBehindDoor = () => h.startOperator({token, server: `https://127.0.0.1:${door.port}`});

beforeAll(async () => {
  token = await h.operatorToken();
  await h.applyUpstreamCrds();
  stopFakes = startFakes(admin);
  door = await openDoor(h.config.server);
  operator = await startBehindDoor();
  await Promise.all(["faults", "storm", "gone", "elect"].map(h.namespace));
});
afterAll(async () => {
  await operator.stop();
  await h.removeAllPipelines();
  await door.close();
  await stopFakes();
});

const simulator = {name: "fleet-simulator", namespace: "faults"};
const replicas = async () => (await admin.get(builtin.statefulSet, simulator))?.spec.replicas;

test("cut watches are resumed: a change right after a cut is seen", async () => {
  await h.applyPipeline("faults");
  await h.untilReady("faults");
  for (let round = 0; round < 5; round++) {
    door.cut();
    await admin.patch(builtin.statefulSet, simulator, {spec: {replicas: 0}});
    await waitFor("the revert", 240_000, async () => (await replicas()) === 1);
  }
});

test("an API server that is away is waited for, and what changed meanwhile is caught up with", async () => {
  door.shut(true);
  await admin.patch(builtin.statefulSet, simulator, {spec: {replicas: 0}});
  await admin.delete(builtin.service, simulator);
  await h.applyPipeline("faults", {}, "second");
  await new Promise((next) => setTimeout(next, 3_000));
  expect(await replicas()).toBe(0);
  door.shut(false);
  await waitFor(
    "the revert",
    240_000,
    async () => (await replicas()) === 1 && (await admin.get(builtin.service, simulator)),
  );
  await h.untilReady("faults", "second");
  await h.removePipeline("faults", "second");
});

test("a namespace that is deleted with its pipeline goes", async () => {
  await h.applyPipeline("gone");
  await h.untilReady("gone");
  await admin.delete(builtin.namespace, {name: "gone"});
  await waitFor("the namespace to go", 240_000, async () => !(await admin.get(builtin.namespace, {name: "gone"})));
});

test("of two operators one leads; the other takes over when the first hands over, and when it falls silent", async () => {
  const timing = {leaseMs: 4_000, renewDeadlineMs: 3_000, retryMs: 200, giveUpMs: 300_000};
  const candidate = (identity: string, client = admin) => {
    const signal = new AbortController();
    const options = {client, log, namespace: "elect", name: "lease", identity, signal: signal.signal, timing};
    return {election: startElection(options), signal};
  };
  const holder = async () => (await admin.get(builtin.lease, {name: "lease", namespace: "elect"}))?.spec.holderIdentity;
  const first = candidate("first");
  await first.election.elected;
  const second = candidate("second");
  let secondLeads = false;
  void second.election.elected.then(() => {
    secondLeads = true;
  });
  await new Promise((next) => setTimeout(next, 3 * timing.leaseMs));
  expect(secondLeads).toBe(false);
  expect(await holder()).toBe("first");
  await first.election.release();
  await second.election.elected;
  expect(await holder()).toBe("second");

  // From now on the second one cannot renew: it has to stop by itself before the third may lead, and to end when it sees that it does.
  const third = candidate("third");
  const patch = admin.patch;
  admin.patch = (type, ref, body, subresource) =>
    (body as any).spec?.holderIdentity === "second"
      ? Promise.reject(new Error("cut off"))
      : patch(type, ref, body, subresource);
  try {
    const order: string[] = [];
    const term = await second.election.term();
    term.addEventListener("abort", () => order.push("second stopped"));
    await Promise.all([
      second.election.lost.then(() => order.push("second lost")),
      third.election.elected.then(() => order.push("third leads")),
    ]);
    expect(order[0]).toBe("second stopped");
    await expect(second.election.term()).rejects.toThrow("another process holds the lease");
  } finally {
    admin.patch = patch;
  }
  second.signal.abort();
  await third.election.release();
  expect(await holder()).toBe("");
});

test("a standby fills its caches and changes nothing until it leads, then it acts", async () => {
  const gate = Promise.withResolvers<void>();
  const standby = await h.startOperator({token, elected: gate.promise});
  await h.applyPipeline("faults", {simulator: {vehicles: 3}});
  await h.untilReady("faults");
  expect([standby.reconciles(), standby.writes()]).toEqual([0, 0]);
  await operator.stop();
  gate.resolve();
  await h.applyPipeline("faults", {simulator: {vehicles: 4}});
  await h.untilReady("faults");
  expect(standby.writes()).toBeGreaterThan(0);
  expect([...operator.forbidden, ...standby.forbidden]).toEqual([]);
  await standby.stop();
  operator = await startBehindDoor();
});

/** Whether a step had its effect: what it is about may have gone, or changed, just before. */
const had = (step: Promise<unknown>): Promise<boolean> =>
  step.then(
    () => true,
    (error) => {
      if (isNotFound(error) || isConflict(error)) return false;
      throw error;
    },
  );

/** Sends a Service's connections to other pods. */
const misdirect = ({metadata}: KubeObject) =>
  admin.patch(builtin.service, metadata, {spec: {selector: {"app.kubernetes.io/name": "other"}}});

test("a thousand random steps end converged, with nothing orphaned", async () => {
  const next = random(20_261_124);
  const pick = <T>(list: T[]): T => list[Math.floor(next() * list.length)]!;
  const names = ["p0", "p1", "p2", "p3"];
  const specs = [{}, {simulator: {vehicles: 8}}, {cassandra: {enabled: false}}, {state: "Stopped"}, {paused: true}];
  const effects = {applied: 0, deleted: 0, edited: 0};
  const made = (type: ResourceType) =>
    waitFor(`a ${type.kind} to be made`, 240_000, async () => {
      await had(h.applyPipeline("storm", {}, "p0"));
      const {items} = await admin.list(type, {namespace: "storm"});
      return items.length > 0 && items;
    });
  for (let step = 0; step < 1_000; step++) {
    // Steps are quicker than a bring-up on a busy machine: now and then there is something to delete and to edit.
    if (step % 100 === 99) {
      if (await had(misdirect(pick(await made(builtin.service))))) effects.edited++;
      if (await had(admin.delete(builtin.deployment, pick(await made(builtin.deployment)).metadata))) effects.deleted++;
    }
    const name = pick(names);
    const dice = next();
    if (dice < 0.35) {
      if (await had(h.applyPipeline("storm", pick(specs), name))) effects.applied++;
    } else if (dice < 0.5) await had(admin.delete(telemetryPipeline, {name, namespace: "storm"}));
    else if (dice < 0.7) {
      const {items} = await admin.list(builtin.deployment, {namespace: "storm"});
      if (items.length > 0 && (await had(admin.delete(builtin.deployment, pick(items).metadata)))) effects.deleted++;
    } else if (dice < 0.9) {
      const {items} = await admin.list(builtin.service, {namespace: "storm"});
      if (items.length > 0 && (await had(misdirect(pick(items))))) effects.edited++;
    } else if (dice < 0.97) door.cut();
    else {
      door.shut(true);
      await new Promise((done) => setTimeout(done, 50));
      door.shut(false);
    }
  }
  for (const [effect, times] of Object.entries(effects)) expect(times, effect).toBeGreaterThan(5);
  // Half of them go, half of them stay.
  for (const name of names.slice(0, 2)) await h.removePipeline("storm", name);
  for (const name of names.slice(2)) {
    await waitFor(
      "an earlier delete to end",
      240_000,
      async () => !(await h.getPipeline("storm", name))?.metadata.deletionTimestamp,
    );
    await h.applyPipeline("storm", {}, name);
  }
  for (const name of names.slice(2)) await h.untilReady("storm", name);
  await h.untilObjects("storm", "the rest of the deleted ones to go", (left) =>
    left.every((object) => h.isKept(object) || /\/p[23](-|$)/.test(object)),
  );
  await waitFor("those that stay to be whole, alike and as planned", 240_000, async () => {
    const objects = await h.objectsIn("storm");
    const of = (name: string) =>
      [...objects.keys()]
        .filter((object) => object.includes(`/${name}`))
        .map((object) => object.replace(name, "p").replace(/-[0-9a-f]{8}$/, ""));
    expect(of("p2").length).toBeGreaterThan(40);
    expect(of("p2")).toEqual(of("p3"));
    const services = [...objects.values()].filter(({kind}) => kind === "Service");
    expect(services.map(({spec}) => spec.selector["app.kubernetes.io/name"])).not.toContain("other");
    return true;
  });
}, 600_000);

test("through all of that nothing was asked that the Role does not give", () => {
  expect(operator.forbidden).toEqual([]);
});
