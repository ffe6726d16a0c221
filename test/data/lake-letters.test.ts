import {setTimeout as sleep} from "node:timers/promises";
import {expect} from "vitest";
import {duckdbFolder} from "../../cluster/images/duckdb.ts";
import {waitFor} from "../../cluster/shell.ts";
import {DEAD_LETTERS} from "../../workloads/lake/tables.ts";
import {runProgram} from "./ingester.ts";
import {tableRows} from "./lake-rows.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";
import {stack} from "./shared.ts";
import {LONG_SESSION, type Trial} from "./trial.ts";

const {address} = stack.servers.lake;
const DUCKDB_EXTENSIONS = await duckdbFolder();
const rowsOf = ({environment}: Trial) => tableRows(address, environment.LAKE_NAMESPACE!, DEAD_LETTERS);

/** How many letters the topic has. */
async function sent({admin, environment}: Trial): Promise<number> {
  const [end] = await admin.fetchTopicOffsets(environment.KAFKA_DLQ_TOPIC!);
  return Number(end!.high);
}

/** Waits until the lake has each letter of the topic, and looks whether it has one twice. */
async function expectEachOnce(trial: Trial) {
  const offsets = async () => (await rowsOf(trial)).map(({kafka_offset}) => Number(kafka_offset)).sort((a, b) => a - b);
  const letters = await sent(trial);
  await waitFor("the letters", 240_000, async () => new Set(await offsets()).size >= letters);
  expect(await offsets()).toEqual(Array.from({length: letters}, (_, at) => at));
}

test("what no store took is in the lake as it came, with the reason and where it was", async ({open}) => {
  const trial = await open("lake", {partitions: 1});
  const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x0a]);
  await trial.sendRaw("vehicle-1", bytes);
  await trial.sendRaw(null, '{"vehicle_id":');
  await trial.start(LONG_SESSION);
  await waitFor("two letters", 240_000, async () => (await rowsOf(trial)).length === 2);
  const [first, second] = await rowsOf(trial);
  expect(first).toMatchObject({
    store: "lake",
    source_topic: trial.topic,
    source_partition: 0,
    source_offset: 0n,
    kafka_topic: trial.environment.KAFKA_DLQ_TOPIC,
    kafka_partition: 0,
    kafka_offset: 0n,
  });
  expect([Buffer.from(first!.key).toString(), Buffer.from(first!.value)]).toEqual(["vehicle-1", bytes]);
  const [name, value] = JSON.parse(first!.headers)[0];
  expect([name, Number(Buffer.from(value, "base64").toString())]).toEqual(["source-timestamp", expect.any(Number)]);
  expect(second!.key ?? null).toBeNull();
  const statement = "SELECT decode(value), reason FROM dead_letters WHERE source_offset = 1";
  const text = await runProgram("workloads/lake/sql.ts", ["--", statement], {...trial.environment, DUCKDB_EXTENSIONS});
  expect(JSON.parse(text.trim().split("\n")[1]!)).toEqual(['{"vehicle_id":', second!.reason]);
});

test("SIGKILL at any moment, and a topic that is read again, cost no letter and double none", async ({open}) => {
  const trial = await open("lake", {faults: {malformedPerMillion: 200_000}});
  await underLoad(trial, async () => {
    for (let kills = 0; kills < 4; kills++) {
      const ingester = await trial.start();
      await waitFor("its first words", 240_000, async () => ingester.log.length > 0);
      await sleep(700 + kills * 400);
      ingester.signal("SIGKILL");
      await ingester.ended;
    }
  });
  const last = await trial.start();
  await expectExact(trial);
  await expectEachOnce(trial);
  expect(await sent(trial)).toBeGreaterThan(0);
  expect((await last.drain()).code).toBe(0);
  const groupId = `${trial.environment.KAFKA_GROUP}-dead-letters`;
  await trial.admin.resetOffsets({groupId, topic: trial.environment.KAFKA_DLQ_TOPIC!, earliest: true});
  await trial.start();
  await trial.sendRaw("vehicle-1", "one more");
  await trial.caughtUp();
  await expectEachOnce(trial);
});
