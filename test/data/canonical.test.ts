import {setTimeout as sleep} from "node:timers/promises";
import {expect} from "vitest";
import type {PipelineSpec} from "../../api/pipeline.ts";
import {waitFor} from "../../cluster/shell.ts";
import {allOf, canonical, expectEach} from "./canonical.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {stack} from "./shared.ts";
import {kafkaOf} from "./stack.ts";

/** The canonical topic by real Kafka: what vehicles send in any dialect, once each, whatever becomes of the programs that write it. */
const MAPPING: NonNullable<NonNullable<PipelineSpec["event"]>["mapping"]> = {
  vehicle: {path: "imei | data.vin | vehicle_id"},
  time: {path: "ts | data.at | timestamp"},
  events: "batch",
  fields: [
    {name: "latitude", path: "gps.lat | data.lat | latitude"},
    {name: "longitude", path: "gps.lon | data.lon | longitude"},
    {name: "speed", path: "gps.kn", unit: "Knots"},
  ],
};
const SECOND = Date.UTC(2026, 10, 4);
const tracker = (id: number, seconds: number) => ({
  imei: id,
  ts: SECOND / 1_000 + seconds,
  gps: {lat: 48, lon: 11, kn: 10},
});
const place = {latitude: 48, longitude: 11};
const read = (vehicle_id: string, seconds: number, more: object = {}) => ({
  vehicle_id,
  timestamp: new Date(SECOND + seconds * 1_000).toISOString(),
  ...place,
  ...more,
});
const knots = {speed: 18.52};
const ALL = {speed: 50, temperature: 20, humidity: 50};

/** Messages as they are sent, each with the events that are to be in the topic. */
const DIALECTS: [string, ...object[]][] = [
  [JSON.stringify(tracker(1, 0)), read("1", 0, knots)],
  [JSON.stringify(read("v2", 1, ALL)), read("v2", 1, ALL)],
  [
    JSON.stringify({specversion: "1.0", id: "a", data: {vin: "v3", at: "2026-11-04T01:00:02+01:00", lat: 48, lon: 11}}),
    read("v3", 2, {specversion: "1.0", id: "a"}),
  ],
  [`${JSON.stringify(tracker(4, 3))}\n${JSON.stringify(tracker(5, 3))}\n`, read("4", 3, knots), read("5", 3, knots)],
  [JSON.stringify({batch: [tracker(6, 4), {imei: 7}, tracker(8, 4)]}), read("6", 4, knots), read("8", 4, knots)],
  ["nonsense"],
];

test("messages of five dialects are events in the default format, with the vehicle as key, and dead letters are left to others", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const {start, all} = await canonical(trial, 1, MAPPING);
  const program = await start();
  for (const [message] of DIALECTS) await trial.sendRaw("gateway", message);
  await trial.caughtUp();
  const found = await all();
  const wanted = DIALECTS.flatMap(([, ...events]) => events);
  expect(found.map(({value}) => JSON.parse(value))).toEqual(wanted);
  expect(found.map(({key}) => key)).toEqual(wanted.map((event) => (event as {vehicle_id: string}).vehicle_id));
  expect(found.map(({source}) => source)).toEqual("0 undefined,1 undefined,2 undefined,3 1,3 2,4 1,4 3".split(","));
  const raw = new Map((await allOf(trial.topic)).map(({offset, timestamp}) => [String(offset), timestamp]));
  for (const {source, timestamp} of found) expect(timestamp).toBe(raw.get(source.split(" ")[0]!));
  expect(await trial.deadLetters()).toEqual([]);
  expect(await program.metrics()).toContain('telemetry_ingester_skipped_total{store="canonical"} 2');
  expect(await program.freshness()).toMatchObject({store: "canonical", lag: 0});
});

test("a member that dies within a transaction leaves nothing of it, and the next one writes each event once", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const {topic, start, all} = await canonical(trial, 1, {});
  await trial.send(3);
  // As a member that got as far as this: its events and its offsets are with Kafka, and it is gone.
  const groupId = trial.environment.KAFKA_GROUP!;
  await waitFor("the group's coordinator", 240_000, () =>
    trial.admin.fetchOffsets({groupId, topics: [trial.topic]}).catch(() => undefined),
  );
  const dead = kafkaOf(stack).producer({transactionalId: `${groupId}-0`, maxInFlightRequests: 1});
  await dead.connect();
  const transaction = await dead.transaction();
  await transaction.send({topic, messages: [{key: "dead", value: "{}", partition: 0}]});
  await transaction.sendOffsets({
    consumerGroupId: groupId,
    topics: [{topic: trial.topic, partitions: [{partition: 0, offset: "40"}]}],
  });
  await start();
  await trial.caughtUp();
  await expectEach(trial, all);
  await expect(transaction.commit()).rejects.toThrow();
  await dead.disconnect();
});

test("each event is there once, in order, through kills, pauses, rebalances and cut connections", async ({open}) => {
  const faults = {malformedPerMillion: 20_000, duplicatePerMillion: 20_000};
  const trial = await open("timescaledb", {partitions: 4, faults});
  const {start, all} = await canonical(trial, 4, {});
  let done = false;
  const load = (async () => {
    while (!done) {
      await trial.send(2);
      await sleep(20);
    }
  })();
  const last = () => trial.ingesters.at(-1)!;
  await start();
  for (let round = 0; round < 4; round++) {
    await start();
    await sleep(700 + 150 * round);
    last().signal("SIGKILL");
    await start();
    // For longer than its session: others have its partitions when it goes on with what it held.
    trial.ingesters[round * 2]!.signal("SIGSTOP");
    await trial.kafka.set(round % 2 ? {kind: "flapping", ms: 150} : {kind: "half-open"});
    await sleep(round % 2 ? 1_500 : 3_000);
    await trial.kafka.set();
    await sleep(2_500);
    for (const program of trial.ingesters) program.signal("SIGCONT");
    await trial.ingesters[round]!.drain();
  }
  done = true;
  await load;
  await trial.caughtUp();
  await expectEach(trial, all);
  const {metrics} = last();
  expect(await metrics()).toContain('telemetry_ingester_lag_events{store="canonical"} 0');
}, 300_000);

test("a topic that has fewer partitions is named with the fix, and nothing is written to it until it has as many", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 2});
  const {topic, start, all} = await canonical(trial, 1, {});
  const program = await start();
  await trial.send(2);
  await waitFor("the problem", 240_000, async () =>
    (await program.freshness()).problem?.includes(`it has 1 partitions, and ${trial.topic} has 2`),
  );
  expect(await program.ready()).toBe(false);
  expect(await all()).toEqual([]);
  await trial.admin.createPartitions({topicPartitions: [{topic, count: 2}]});
  await trial.caughtUp();
  await expectEach(trial, all);
});

test("partitions without events are told the time, and none while it has events that are not written yet", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 3});
  const {start, all, beats} = await canonical(trial, 3, {});
  const began = Date.now();
  await start();
  await trial.producer.send(trial.topic, [{key: "v", value: JSON.stringify(read("v", 1)), partition: 1}]);
  await trial.caughtUp();
  await waitFor(
    "the time in each partition",
    240_000,
    async () => new Set((await beats()).map((beat) => beat.partition)).size === 3,
  );
  expect((await all()).map(({partition}) => partition)).toEqual([1]);
  for (const {timestamp} of await beats()) expect(timestamp).toBeGreaterThan(began - 10_000);
});

test("on a Kafka of one's own it is made with as many partitions as the topic of the events has, and the times of both are checked", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 3});
  const other = `${trial.topic}.canonical`;
  const env = {...trial.environment, KAFKA_CANONICAL_TOPIC: other, PARTITIONS: "7", RETENTION_SECONDS: "3600"};
  await runProgram("workloads/schema/main.ts", ["kafka"], env);
  const made = await waitFor("the topic", 240_000, () => trial.admin.fetchTopicOffsets(other));
  expect(made).toHaveLength(3);
  const swapped = {...env, KAFKA_TOPIC: other, KAFKA_CANONICAL_TOPIC: trial.topic};
  await expect(runProgram("workloads/schema/main.ts", ["kafka-arrival-time"], swapped)).rejects.toThrow(
    `topic ${other} has message.timestamp.type=CreateTime`,
  );
  const byBroker = [{name: "message.timestamp.type", value: "LogAppendTime"}];
  await trial.admin.alterConfigs({
    validateOnly: false,
    resources: [{type: 2, name: trial.topic, configEntries: byBroker}],
  });
  const check = () => runProgram("workloads/schema/main.ts", ["kafka-arrival-time"], env);
  await waitFor("both times to be right", 240_000, () => check().then(() => true));
  await trial.admin.alterConfigs({validateOnly: false, resources: [{type: 2, name: other, configEntries: byBroker}]});
  await waitFor("the time of the canonical topic to be refused", 240_000, () =>
    check().then(
      () => false,
      (error) => String(error).includes(`topic ${other} has message.timestamp.type=LogAppendTime`),
    ),
  );
});
