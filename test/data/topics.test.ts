import {describe, expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {eventText} from "../../workloads/telemetry.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {LONG_SESSION, type Trial} from "./trial.ts";

const WAIT_MS = 240_000;
const START = Date.UTC(2026, 10, 24);

const event = (vehicle_id: string, index: number) =>
  eventText({
    vehicle_id,
    ts: new Date(START + index * 1_000),
    latitude: 48,
    longitude: 11,
    speed: index,
    temperature: 20,
    humidity: 50,
  });

async function create({admin}: Trial, topic: string) {
  await admin.createTopics({topics: [{topic, numPartitions: 2}], waitForLeaders: false});
  await waitFor("the topic", WAIT_MS, async () => (await admin.fetchTopicOffsets(topic)).length === 2);
}

/** Sends events whose vehicle is in the topic's name alone, to both partitions. */
async function send(trial: Trial, topic: string, from: number, count: number) {
  const vehicle = topic.split(".").at(-1)!;
  for (let index = from; index < from + count; index++) {
    const text = event(vehicle, index);
    const {vehicle_id: _, ...value} = JSON.parse(text);
    await trial.producer.send(topic, [{key: String(index), value: JSON.stringify(value)}]);
    trial.acknowledge(vehicle, text);
  }
}

const rowsAre = (trial: Trial, rows: number) =>
  waitFor(`${rows} rows`, WAIT_MS, async () => (await trial.verdict()).rows >= rows);

describe.each(DATABASES)("%s: several topics", (store) => {
  test("events of each are written, also of a topic that appears later, and what is none says from which it came", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 2});
    const [one, two, late] = ["a", "b", "late"].map((name) => `${trial.topic}.v.${name}${process.pid}-${store}`) as [
      string,
      string,
      string,
    ];
    const more = JSON.stringify({
      names: [one, late],
      pattern: `${trial.topic}\\.v\\..*`,
      except: [`${trial.topic}.dlq`],
    });
    const env = {
      ...LONG_SESSION,
      KAFKA_MORE_TOPICS: more,
      KAFKA_TOPICS_MS: "1000",
      EVENT_MAPPING: JSON.stringify({vehicle: {path: "vehicle_id | @topic", separator: ".", part: -1}}),
    };
    await create(trial, one);
    await create(trial, two);
    // Each finds a new topic at a time of its own.
    const [ingester] = [await trial.start(env), await trial.start(env)];
    await trial.send(1);
    await send(trial, one, 0, 10);
    await send(trial, two, 0, 10);
    await trial.producer.send(two, [{key: null, value: "nonsense"}]);
    await rowsAre(trial, 40);
    const problem = async () => (await ingester.freshness()).problem;
    expect(await problem()).toBe(
      `unreadable: topic ${late} does not exist, or the user may not describe it: create it, or give the user the rights Describe and Read`,
    );
    await create(trial, late);
    await send(trial, late, 0, 10);
    await send(trial, one, 10, 5);
    await rowsAre(trial, 55);
    await waitFor("the dead letter", WAIT_MS, async () => (await trial.deadLetters()).length === 1);
    await waitFor("the topic to be found", WAIT_MS, async () => (await problem()) === undefined);
    const verdict = await trial.verdict();
    expect(verdict).toMatchObject({lost: 0, extra: 0, altered: 0});
    expect((await trial.deadLetters())[0]!.headers).toMatchObject({"source-topic": two, store});
    await waitFor("all to be committed", WAIT_MS, async () => (await ingester.freshness()).lag === 0);
    const audited = await runProgram("workloads/audit/main.ts", [], {...trial.environment, ...env});
    expect(JSON.parse(audited.trim())).toMatchObject({missing: 0, extra: 0, altered: 0, events: verdict.rows});
    const id = `${two.split(".").at(-1)}@${new Date(START).toISOString()}`;
    const traced = await runProgram("workloads/query/main.ts", ["trace", id, "--topic", "--since", "1h"], {
      ...trial.environment,
      ...env,
    });
    expect(JSON.parse(traced)).toMatchObject({topic: [{topic: two}], row: {speed: 0}});
    await trial.admin.deleteTopics({topics: [one, two, late]});
  });
});
