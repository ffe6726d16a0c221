import {setTimeout as sleep} from "node:timers/promises";
import {expect} from "vitest";
import {TAKEN} from "../../api/event/identity.ts";
import {waitFor} from "../../cluster/shell.ts";
import {OFFSETS} from "../../workloads/ingester/lake-positions.ts";
import {headOf} from "../../workloads/lake/iceberg/types.ts";
import {lakeAt, lakeRows} from "./lake-rows.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";
import {stack} from "./shared.ts";
import {LONG_SESSION, type Trial, type Verdict} from "./trial.ts";

const {address} = stack.servers.lake;
const namespaceOf = ({environment}: Trial) => environment.LAKE_NAMESPACE!;

test("events are in the lake once, and the table says up to where it has each partition", async ({open}) => {
  const trial = await open("lake");
  await trial.start();
  await trial.send(20);
  await expectExact(trial);
  await trial.send(20);
  await expectExact(trial);
  const lake = lakeAt(address);
  const {metadata} = await lake.table(namespaceOf(trial)).load();
  await lake.close();
  const offsets = JSON.parse(headOf(metadata)!.summary[OFFSETS]!);
  for (const {partition, high} of await trial.admin.fetchTopicOffsets(trial.topic))
    if (Number(high) > 0) expect(offsets[`${trial.topic}-${partition}`][0]).toBe(high);
});

test("SIGKILL at any moment loses and doubles nothing", async ({open}) => {
  const trial = await open("lake");
  await underLoad(trial, async () => {
    for (let kills = 0; kills < 6; kills++) {
      const ingester = await trial.start();
      await waitFor("its first words", 240_000, async () => ingester.log.length > 0);
      await sleep(400 + kills * 300);
      ingester.signal("SIGKILL");
      await ingester.ended;
    }
  });
  await trial.start();
  await expectExact(trial);
});

test("a lake that is away is named, holds no more than it may, and takes what waited when it is back", async ({
  open,
}) => {
  const trial = await open("lake");
  const ingester = await trial.start();
  await trial.send(5);
  await expectExact(trial);
  await trial.store.set({kind: "down"});
  await trial.send(5);
  const problem = async () => (await ingester.freshness()).problem ?? "";
  await waitFor("the problem", 240_000, async () => (await problem()) !== "");
  expect(await problem()).toMatch(/^unreachable: .*ECONNREFUSED/);
  expect(await ingester.ready()).toBe(false);
  expect(await ingester.metrics()).toMatch(
    /telemetry_ingester_store_errors_total\{store="lake",reason="unreachable"\} [1-9]/,
  );
  await trial.store.set();
  await expectExact(trial);
  await waitFor("readiness", 240_000, () => ingester.ready());
});

/** Waits until each event is in the ingester, of which the lake has none yet. */
async function untilTaken(trial: Trial, ingester: Trial["ingesters"][number]): Promise<Verdict> {
  const verdict = await trial.verdict();
  await waitFor("the events to be taken", 240_000, async () => {
    const [, rows] = /rows_total\{store="lake"\} (\d+)/.exec(await ingester.metrics()) ?? [];
    return Number(rows) >= verdict.acknowledged;
  });
  return verdict;
}

test("SIGTERM writes what waits, and the next member has nothing to read again", async ({open}) => {
  const trial = await open("lake");
  const ingester = await trial.start({...LONG_SESSION, LAKE_COMMIT_INTERVAL_SECONDS: "3600"});
  await trial.send(20);
  const {acknowledged} = await untilTaken(trial, ingester);
  expect(await lakeRows(address, namespaceOf(trial))).toEqual([]);
  expect((await ingester.drain()).code).toBe(0);
  expect((await lakeRows(address, namespaceOf(trial))).length).toBe(acknowledged);
  const next = await trial.start();
  await expectExact(trial);
  expect((await next.freshness()).flagged).toEqual({});
});

test("two processes for one partition, of which one was thought dead, write nothing twice", async ({open}) => {
  const trial = await open("lake", {partitions: 1});
  const first = await trial.start({LAKE_COMMIT_INTERVAL_SECONDS: "20"});
  await trial.send(20);
  await untilTaken(trial, first);
  first.signal("SIGSTOP");
  const second = await trial.start();
  await trial.caughtUp();
  await trial.send(5);
  first.signal("SIGCONT");
  await trial.send(5);
  await expectExact(trial);
  await Promise.all([first.drain(), second.drain()]);
  await expectExact(trial);
});

const TIME = "2026-11-07T00:00:00.000Z";
const event = (vehicle_id: string, more: object, timestamp = TIME) =>
  JSON.stringify({vehicle_id, timestamp, latitude: 48, longitude: 11, ...more});

test("of events with one key the first stays, whether it waits still, is in a file of this process or of another", async ({
  open,
}) => {
  const trial = await open("lake", {partitions: 1});
  const vehicle = `twin-${process.pid}`;
  const first = event(vehicle, {speed: 1, temperature: 20, note: "first"});
  const others = [{speed: 2, humidity: 50}, {speed: 3, temperature: 20, other: true}, {speed: 4}].map((more) =>
    event(vehicle, more),
  );
  const kept = async () => {
    const rows = (await lakeRows(address, namespaceOf(trial))).filter(({vehicle_id}) => vehicle_id === vehicle);
    expect(rows).toMatchObject([{speed: 1, temperature: 20, humidity: null, extra: '{"note":"first"}'}]);
  };
  for (const value of [first, others[0]!, first]) await trial.sendRaw(vehicle, value);
  const before = await trial.start(LONG_SESSION);
  await trial.caughtUp();
  await kept();
  for (const value of [first, others[1]!]) await trial.sendRaw(vehicle, value);
  await trial.caughtUp();
  expect((await before.freshness()).flagged).toEqual({SameTime: 2, Repeated: 2});
  await before.drain();
  const after = await trial.start(LONG_SESSION);
  for (const value of [first, others[2]!]) await trial.sendRaw(vehicle, value);
  await trial.caughtUp();
  await kept();
  expect((await after.freshness()).flagged).toEqual({SameTime: 1, Repeated: 1});
  const letters = (await trial.deadLetters()).map(({reason, value}) => [reason, value]);
  expect(letters).toEqual(others.map((value) => [TAKEN, value]));
});

test("a topic that is read from its beginning again, and events out of order, add no row", async ({open}) => {
  const trial = await open("lake", {faults: {duplicatePerMillion: 50_000, outOfOrderPerMillion: 50_000}});
  const ingester = await trial.start();
  for (let parts = 0; parts < 4; parts++) {
    await trial.send(40);
    await trial.caughtUp();
  }
  await expectExact(trial);
  await ingester.drain();
  await trial.admin.resetOffsets({groupId: trial.environment.KAFKA_GROUP!, topic: trial.topic, earliest: true});
  await trial.start();
  await expectExact(trial);
});

test("a table that somebody drops is named; once it is there again events are written", async ({open}) => {
  const trial = await open("lake");
  const ingester = await trial.start();
  await trial.send(5);
  await expectExact(trial);
  const lake = lakeAt(address);
  await lake.catalogue.dropTable({namespace: namespaceOf(trial), name: "events"});
  await trial.send(5);
  const problem = async () => (await ingester.freshness()).problem ?? "";
  await waitFor("the problem", 240_000, async () => (await problem()).startsWith("schema: "));
  expect(await problem()).toMatch(/404 .*events/);
  await lake.close();
});
