import {type Admin, ConfigResourceTypes, type KafkaMessage} from "kafkajs";
import {describe, expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {eventText} from "../../workloads/telemetry.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {stack} from "./shared.ts";
import {kafkaOf} from "./stack.ts";
import {LONG_SESSION} from "./trial.ts";

const WAIT_MS = 240_000;

async function create(admin: Admin, topic: string, config: Record<string, string> = {}) {
  const configEntries = Object.entries(config).map(([name, value]) => ({name, value}));
  await admin.createTopics({topics: [{topic, numPartitions: 1, configEntries}], waitForLeaders: false});
  await waitFor("the topic", WAIT_MS, async () => {
    await admin.fetchTopicOffsets(topic);
    return true;
  });
}

const alter = (admin: Admin, topic: string, name: string, value: string) =>
  admin.alterConfigs({
    validateOnly: false,
    resources: [{type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{name, value}]}],
  });

interface Case {
  before(admin: Admin, topic: string): Promise<unknown>;
  mend(admin: Admin, topic: string): Promise<unknown>;
  words: RegExp;
}

const CASES: Record<string, Case> = {
  "that is not there": {
    before: async () => {},
    mend: (admin, topic) => create(admin, topic),
    words: /does not exist: make it/,
  },
  "that is compacted, of a letter without a key": {
    before: (admin, topic) => create(admin, topic, {"cleanup.policy": "compact"}),
    mend: (admin, topic) => alter(admin, topic, "cleanup.policy", "delete"),
    words: /compacted/,
  },
  "that takes nothing of this size": {
    before: (admin, topic) => create(admin, topic, {"max.message.bytes": "100"}),
    mend: (admin, topic) => alter(admin, topic, "max.message.bytes", "2097152"),
    words: /max\.message\.bytes/,
  },
};

async function lettersOf(topic: string, count: number): Promise<KafkaMessage[]> {
  const consumer = kafkaOf(stack).consumer({groupId: `letters-${topic}-${performance.now()}`});
  await consumer.connect();
  await consumer.subscribe({topic, fromBeginning: true});
  const found: KafkaMessage[] = [];
  const done = Promise.withResolvers<void>();
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({message}) => {
      found.push(message);
      if (found.length === count) done.resolve();
    },
  });
  await done.promise;
  await consumer.disconnect();
  return found;
}

describe.each(DATABASES)("%s: a dead-letter topic", (store) => {
  test.for(Object.entries(CASES))(
    "%s is named, waited for, and costs no row",
    async ([, {before, mend, words}], {open}) => {
      const trial = await open(store, {partitions: 1});
      const topic = `${trial.topic}.blocked`;
      await before(trial.admin, topic);
      const ingester = await trial.start({...LONG_SESSION, KAFKA_DLQ_TOPIC: topic});
      await waitFor("the ingester", WAIT_MS, () => ingester.ready());
      await trial.send(1);
      await trial.sendRaw(null, "nonsense");
      await trial.send(1);
      const problem = async () => (await ingester.freshness()).problem ?? "";
      await waitFor("the problem", WAIT_MS, async () => words.test(await problem()));
      expect(await problem()).toMatch(/^dead-letters: topic .* cannot be written/);
      expect(await ingester.ready()).toBe(false);
      expect(await ingester.metrics()).toContain(`telemetry_ingester_dead_letters_blocked{store="${store}"} 1`);
      await mend(trial.admin, topic);
      await trial.caughtUp();
      expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0});
      expect((await lettersOf(topic, 1)).map(({value}) => String(value))).toEqual(["nonsense"]);
      await waitFor("the ingester to be ready again", WAIT_MS, () => ingester.ready());
      expect(await ingester.metrics()).toContain(`telemetry_ingester_dead_letters_blocked{store="${store}"} 0`);
      await trial.admin.deleteTopics({topics: [topic]});
    },
  );
});

test("a dead letter has the event's own headers and time, and a replay gives them back", async ({open}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const topic = `${trial.topic}.dlq`;
  await trial.start(LONG_SESSION);
  const timestamp = String(Date.now() - 3_600_000);
  const own = {traceparent: "00-ab-cd-01", reason: "the event's own", twice: ["a", "b"]};
  await trial.producer.send(trial.topic, [{key: "k", value: "nonsense", headers: own, timestamp}]);
  await trial.caughtUp();
  const [letter] = await lettersOf(topic, 1);
  const texts = Object.fromEntries(Object.entries(letter!.headers!).map(([name, value]) => [name, String(value)]));
  expect(texts).toMatchObject({traceparent: "00-ab-cd-01", twice: "a,b", reason: "not JSON", "source-offset": "0"});
  expect(letter!.timestamp).toBe(timestamp);
  // The same letter, of an event that is valid by now.
  const value = eventText({
    vehicle_id: `replayed-${process.pid}`,
    ts: new Date(Date.UTC(2026, 10, 5)),
    latitude: 48,
    longitude: 11,
    speed: 50,
    temperature: 20,
    humidity: 50,
  });
  await trial.producer.send(topic, [{...letter!, key: "k", value, headers: letter!.headers!}]);
  const counts = await runProgram("workloads/deadletters/main.ts", ["replay"], trial.environment);
  expect(JSON.parse(counts)).toMatchObject({replayed: 1, invalid: 1, early: 0});
  const [, again] = await lettersOf(trial.topic, 2);
  expect(again!.timestamp).toBe(timestamp);
  const back = Object.fromEntries(
    Object.entries(again!.headers!).map(([name, content]) => [name, [content].flat().map(String)]),
  );
  expect(back).toEqual({traceparent: ["00-ab-cd-01"], reason: ["the event's own"], twice: ["a", "b"]});
});
