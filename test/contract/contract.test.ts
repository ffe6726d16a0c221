import {isDeepStrictEqual} from "node:util";
import {afterAll, beforeAll, expect, test} from "vitest";
import {versions} from "../../api/versions.ts";
import {waitFor} from "../../cluster/shell.ts";
import {begin, cluster, components, has, own, providers, removeNamespace, spec, stores} from "./cluster.ts";

/** What the product promises on any cluster, by nothing but kubectl and the command line. Each test goes on from the one before. */
const {k, apply, patch, pipeline, untilReady, audit} = own;
const MINUTES = 60_000;
const exact = {missing: 0, extra: 0, altered: 0};

async function expectExact(name: string): Promise<void> {
  for (const store of stores) expect(await audit(name, store), store).toMatchObject(exact);
}

const audits = (name: string) => Promise.all(stores.map((store) => audit(name, store)));

/** What the stores hold once nobody sends any more: a simulator that goes on reads its new settings up to a minute later. */
async function untilSilent(name: string) {
  let last: unknown;
  return waitFor("the vehicles to be silent", 5 * MINUTES, async () => {
    const [before, now] = [last, await audits(name)];
    last = now;
    return isDeepStrictEqual(now, before) ? now : undefined;
  });
}

/** When the newest event of the first vehicle happened, as the store has it: the status is not written anew while all is well. */
function newestOf(name: string, store: string): number {
  const options = ["--store", store, "--vehicle", "vehicle-00001", "--limit", "1", "-o", "json"];
  return Date.parse(JSON.parse(own.cli("query", name, ...options)).timestamp);
}

/** Pods by name, with their uids: whoever is not restarted keeps his. */
async function pods(...selector: string[]): Promise<Record<string, string>> {
  const {items} = JSON.parse(await k("get", "pods", ...selector, "-o", "json"));
  return Object.fromEntries(items.map(({metadata}: any) => [metadata.name, metadata.uid]));
}

const podsOf: Record<string, string> = {
  kafka: "strimzi.io/name=first-kafka",
  cassandra: "cassandra.datastax.com/cluster=first",
};

/** The versions of a pipeline's servers, oldest first. */
const ofVersion = (at: 0 | 1) => ({
  kafka: {version: versions.kafka[at]},
  ...(has("cassandra") ? {cassandra: {version: versions.cassandra[at]}} : {}),
});

beforeAll(async () => {
  await begin();
  const upstream = await providers();
  for (const component of components) console.log(`${component}: ${upstream[component]}`);
  await own.makeNamespace();
}, 40 * MINUTES);
afterAll(removeNamespace, 10 * MINUTES);

test(
  "a pipeline becomes Ready in a namespace that enforces restricted Pod Security",
  async () => {
    await apply("first", spec(ofVersion(0)));
    await untilReady("first", 15 * MINUTES);
    await expectExact("first");
  },
  20 * MINUTES,
);

test(
  "Kafka and Cassandra go up by one version, and every event is there",
  async () => {
    await patch("first", ofVersion(1));
    await waitFor("Kafka's new version", 10 * MINUTES, async () => {
      const {status} = JSON.parse(await k("get", "kafka", "first", "-o", "json"));
      return status.kafkaVersion === versions.kafka[1];
    });
    await untilReady("first", 20 * MINUTES);
    await expectExact("first");
  },
  40 * MINUTES,
);

test(
  "a second pipeline of the namespace comes up, and its deletion touches nothing of the first",
  async () => {
    const before = await pods();
    await apply("second", spec({deletionPolicy: "Delete", flink: {enabled: false}}));
    await untilReady("second", 15 * MINUTES);
    await k("delete", "tp", "second", "--timeout=300s");
    await waitFor("nothing of the second to be left", 5 * MINUTES, async () =>
      Object.keys(await pods()).every((name) => !name.startsWith("second-")),
    );
    expect(await pods()).toMatchObject(before);
    await untilReady("first");
    await expectExact("first");
  },
  30 * MINUTES,
);

test(
  "a password that is made anew is used by all within a minute",
  async () => {
    const secrets = [
      "first-ingester",
      "first-simulator",
      "first-timescaledb",
      ...(has("cassandra") ? ["first-cassandra"] : []),
    ];
    const began = Date.now();
    await k("delete", "secret", ...secrets);
    await waitFor("rows that are younger", 10 * MINUTES, async () => {
      const newest = stores.map((store) => newestOf("first", store));
      return newest.every((time) => time > began + MINUTES);
    });
    await untilReady("first");
    await expectExact("first");
  },
  15 * MINUTES,
);

test.each(components.filter((component) => podsOf[component]))(
  "%s: a node that dies is seen in the status, and comes back by itself",
  async (component) => {
    const before = await pods("-l", podsOf[component]!);
    await k("delete", "pod", ...Object.keys(before), "--grace-period=0", "--force");
    await waitFor("the status to say so", 2 * MINUTES, async () => {
      const {status} = await pipeline("first");
      return status.components.some(({name, ready}: any) => name === component && !ready);
    });
    await untilReady("first", 15 * MINUTES);
    expect(Object.values(await pods("-l", podsOf[component]!))).not.toEqual(Object.values(before));
    await expectExact("first");
  },
  20 * MINUTES,
);

test(
  "a broker is added",
  async () => {
    await patch("first", {kafka: {replicas: 2}});
    await untilReady("first", 15 * MINUTES);
    expect(Object.keys(await pods("-l", podsOf.kafka!))).toHaveLength(2);
    await expectExact("first");
  },
  20 * MINUTES,
);

test(
  "Stopped, then Running: all goes on where it was",
  async () => {
    await patch("first", {state: "Stopped"});
    await waitFor("the phase", 5 * MINUTES, async () => (await pipeline("first")).status.phase === "Stopped");
    await patch("first", {state: "Running"});
    await untilReady("first", 20 * MINUTES);
    await expectExact("first");
  },
  30 * MINUTES,
);

test(
  "Retain, deleted in the foreground, made anew by the same name: every event is there without a hand",
  async () => {
    // Vehicles that are silent: what is counted before is what has to be there afterwards.
    await patch("first", {simulator: {vehicles: 0}});
    await untilReady("first");
    const before = await untilSilent("first");
    await k("delete", "tp", "first", "--cascade=foreground", "--timeout=400s");
    await waitFor("its pods to go", 5 * MINUTES, async () => Object.keys(await pods()).length === 0);
    await apply("first", spec({kafka: {replicas: 2}, simulator: {vehicles: 0}}));
    await untilReady("first", 20 * MINUTES);
    expect(await audits("first")).toEqual(before);
    await patch("first", {simulator: {vehicles: 5}});
    await untilReady("first", 15 * MINUTES);
    await expectExact("first");
  },
  45 * MINUTES,
);

test(
  "Delete leaves nothing",
  async () => {
    await patch("first", {deletionPolicy: "Delete"});
    await untilReady("first");
    await k("delete", "tp", "first", "--timeout=400s");
    const kinds = "pod,pvc,secret,configmap,service,sts,deploy,job,cronjob,networkpolicy,serviceaccount";
    await waitFor("everything to go", 10 * MINUTES, async () => {
      const left = (await cluster.kubectl(["-n", "contract", "get", kinds, "-o", "name"])).trim().split("\n");
      return left.every((name) => /^(configmap\/kube-root-ca.crt|serviceaccount\/default|)$/.test(name));
    });
  },
  20 * MINUTES,
);
