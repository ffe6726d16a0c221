import type {Producer} from "kafkajs";
import {describe, expect, onTestFinished} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import type {Ingester} from "./ingester.ts";
import {test} from "./lanes.ts";
import {stack} from "./shared.ts";
import {kafkaOf} from "./stack.ts";
import {LONG_SESSION, type Trial} from "./trial.ts";

const WAIT_MS = 240_000;
let vehicles = 0;

const eventAt = (ms: number) =>
  JSON.stringify({
    vehicle_id: `standing-${process.pid}-${vehicles++}`,
    timestamp: new Date(ms).toISOString(),
    latitude: 48,
    longitude: 11,
    speed: 50,
    temperature: 20,
    humidity: 50,
  });
const eventsNow = (count: number) => Array.from({length: count}, () => ({key: "k", value: eventAt(Date.now())}));

/** The figure of each series of a metric, by its labels but the store. */
async function series(ingester: Ingester, name: string): Promise<Record<string, number>> {
  const lines = (await ingester.metrics()).split("\n").filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => [line.match(/partition="(\d+)"/)?.[1] ?? "", Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}
const figure = async (ingester: Ingester, name: string): Promise<number | undefined> =>
  (await series(ingester, name))[""];

async function transactional(trial: Trial): Promise<Producer> {
  const producer = kafkaOf(stack).producer({
    transactionalId: `${trial.topic}-sender`,
    transactionTimeout: 600_000,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}

describe.each(DATABASES)("%s: standing", (store) => {
  test("events behind an open transaction are lag, and after a minute the reason is said", async ({open}) => {
    const trial = await open(store, {partitions: 2});
    const ingester = await trial.start(LONG_SESSION);
    await trial.send(2);
    await trial.caughtUp();
    const producer = await transactional(trial);
    const transaction = await producer.transaction();
    await transaction.send({topic: trial.topic, messages: eventsNow(1_000).map((event) => ({...event, partition: 1}))});
    await waitFor("the lag", WAIT_MS, async () => (await figure(ingester, "telemetry_ingester_lag_events")) === 1_000);
    expect(await series(ingester, "telemetry_ingester_partition_lag")).toEqual({0: 0, 1: 1_000});
    expect(await figure(ingester, "telemetry_ingester_held_back")).toBe(1_000);
    await waitFor("the reason", WAIT_MS, async () =>
      /^held back by an open transaction: partition 1 at offset \d+$/.test((await ingester.freshness()).held ?? ""),
    );
    expect(await series(ingester, "telemetry_ingester_partition_held_back")).toEqual({0: 0, 1: 1_000});
    // A member that starts now knows as much.
    const another = await trial.start(LONG_SESSION);
    await waitFor("the other's word", WAIT_MS, async () => (await another.freshness()).held !== undefined);
    await transaction.commit();
    await waitFor("the end", WAIT_MS, async () => (await figure(ingester, "telemetry_ingester_lag_events")) === 0);
    expect(await ingester.freshness()).toMatchObject({lag: 0, heldBack: 0, behind: 0});
    expect((await ingester.freshness()).held).toBeUndefined();
  });

  test("events that expire unread are counted once, whoever restarts or joins", async ({open}) => {
    const trial = await open(store, {partitions: 2});
    const topic = trial.topic;
    const expire = (partition: number, offset: number) =>
      trial.admin.deleteTopicRecords({topic, partitions: [{partition, offset: String(offset)}]});
    const committed = async () => {
      const [group] = await trial.admin.fetchOffsets({groupId: trial.environment.KAFKA_GROUP!, topics: [topic]});
      return new Map(group!.partitions.map(({partition, offset}) => [partition, Number(offset)]));
    };
    const said = async (ingester: Ingester, count: Record<number, number>) => {
      await waitFor(`${JSON.stringify(count)} expired`, WAIT_MS, async () => {
        const found = await series(ingester, "telemetry_ingester_expired_total");
        return JSON.stringify(found) === JSON.stringify(count);
      });
    };
    const first = await trial.start();
    await trial.send(20);
    await trial.caughtUp();
    await said(first, {0: 0, 1: 0});
    first.signal("SIGKILL");
    await first.ended;
    const before = await committed();
    await trial.producer.send(topic, eventsNow(500));
    const [filled] = (await trial.admin.fetchTopicOffsets(topic)).filter(
      ({partition, high}) => Number(high) > before.get(partition)!,
    );
    const {partition} = filled!;
    await expire(partition, before.get(partition)! + 390);
    const second = await trial.start();
    const lost = {0: 0, 1: 0, [partition]: 390};
    await said(second, lost);
    await trial.caughtUp();
    await said(second, lost);
    expect(await second.freshness()).toMatchObject({expired: 390});
    expect((await second.freshness()).lost).toBe(
      `390 events expired in Kafka before they were read: 390 of partition ${partition}`,
    );
    // One more joins, the other goes by force: the count is Kafka's.
    const third = await trial.start();
    await said(third, lost);
    second.signal("SIGKILL");
    await second.ended;
    await trial.send(20);
    await trial.caughtUp();
    await said(third, lost);
    expect((await third.drain()).code).toBe(0);
    const fourth = await trial.start();
    await said(fourth, lost);

    // While the store is away it is said at once. What is in hand is no loss.
    await trial.store.set({kind: "down"});
    await trial.producer.send(topic, eventsNow(1));
    await waitFor("the store's absence", WAIT_MS, async () => (await fourth.freshness()).problem !== undefined);
    await trial.producer.send(topic, eventsNow(100));
    const position = (await committed()).get(partition)!;
    await expire(partition, position + 1 + 60);
    await said(fourth, {...lost, [partition]: 450});
    await trial.store.set();
    await trial.caughtUp();
    await said(fourth, {...lost, [partition]: 450});
  });

  test("freshness is by arrival: a clock that is 23 hours ahead hides no silence, and is a figure of its own", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1});
    const ingester = await trial.start();
    const sent = Date.now();
    await trial.sendRaw("k", eventAt(sent + 23 * 3_600_000));
    const arrived = Date.now();
    await trial.caughtUp();
    // The first scrape of this process shows what is so at that scrape.
    await waitFor("five seconds of silence", WAIT_MS, async () => Date.now() - arrived > 5_000);
    const fresh = await figure(ingester, "telemetry_ingester_freshness_seconds");
    expect(fresh).toBeGreaterThan(4.9);
    expect(fresh).toBeLessThanOrEqual((Date.now() - sent) / 1_000);
    expect(await figure(ingester, "telemetry_ingester_clock_ahead_seconds")).toBeGreaterThan(82_000);
    expect(Date.parse((await ingester.freshness()).newest!)).toBeLessThanOrEqual(Date.now());
    // A new process knows when the last event came, before it has written any.
    await ingester.drain();
    const another = await trial.start();
    await waitFor("its figure", WAIT_MS, async () => {
      const again = await figure(another, "telemetry_ingester_freshness_seconds");
      return again !== undefined && again > 4.9;
    });
  });
});
