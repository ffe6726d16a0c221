import {expect} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {canonical, expectEach, expectedOf, linesOf} from "./canonical.ts";
import {test} from "./lanes.ts";
import type {Trial} from "./trial.ts";

/** The canonical topic where one of the two topics was made anew: no event is left out, and none is there twice. */

async function remake({admin}: Trial, topic: string, numPartitions: number) {
  await admin.deleteTopics({topics: [topic]});
  await waitFor("the topic to go", 240_000, async () => !(await admin.listTopics()).includes(topic));
  await waitFor("the topic", 240_000, () =>
    admin.createTopics({topics: [{topic, numPartitions}], waitForLeaders: false}).then(
      () => true,
      () => false,
    ),
  );
  await waitFor("its partitions", 240_000, () => admin.fetchTopicOffsets(topic).catch(() => undefined));
}

test("where the topic of the events was made anew, the next events follow those of before, whether the writer runs or not", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 2});
  const {start, all} = await canonical(trial, 2);
  const sent: string[] = [];
  // The group that reads it is a new one each time, whose coordinator may still be loading.
  const written = async () =>
    linesOf(await waitFor("what is written", 240_000, () => all().catch(() => undefined))).sort();
  const arrive = async (seconds: number) => {
    await trial.send(seconds);
    sent.push(...(await expectedOf(trial)));
    await waitFor("the events", 240_000, async () => (await written()).length >= sent.length);
    expect(await written()).toEqual(sent.sort());
  };
  const first = await start();
  await arrive(5);
  await remake(trial, trial.topic, 2);
  await arrive(2);
  await first.drain();
  await remake(trial, trial.topic, 2);
  await trial.send(1);
  const second = await start();
  await arrive(1);
  await second.drain();
});

test("a canonical topic that is new has all events that Kafka has, in whichever order its writers come and go", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 2});
  const {topic, start, all} = await canonical(trial, 2);
  const first = await start();
  await trial.send(5);
  await trial.caughtUp();
  await first.drain();
  await trial.send(2);
  await remake(trial, topic, 2);
  await Promise.all([start(), start()]);
  await waitFor("all events", 240_000, async () => (await all()).length >= 140);
  for (const program of trial.ingesters.slice(1)) await program.drain();
  await start();
  await trial.send(1);
  await trial.caughtUp();
  await expectEach(trial, all);
});
