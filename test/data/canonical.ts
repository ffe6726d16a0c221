import {expect} from "vitest";
import {createReader} from "../../api/event/read.ts";
import {waitFor} from "../../cluster/shell.ts";
import {readToEnd} from "../../workloads/lib/read.ts";
import {startProgram} from "./ingester.ts";
import {stack} from "./shared.ts";
import {kafkaOf} from "./stack.ts";
import type {Trial} from "./trial.ts";

/** A topic beside the trial's, as the pipeline makes it, and programs that fill it. */
export async function canonical(trial: Trial, partitions: number, mapping: object = {}) {
  const topic = `${trial.topic}.canonical`;
  await trial.admin.createTopics({topics: [{topic, numPartitions: partitions}], waitForLeaders: false});
  await waitFor("the topic", 240_000, () => trial.admin.fetchTopicOffsets(topic));
  const env = {...trial.environment, KAFKA_CANONICAL_TOPIC: topic, EVENT_MAPPING: JSON.stringify(mapping)};
  return {
    topic,
    async start() {
      const program = await startProgram("workloads/canonical/main.ts", env);
      trial.ingesters.push(program);
      return program;
    },
    all: async () => (await allOf(topic)).filter((record) => !isBeat(record)),
    beats: async () => (await allOf(topic)).filter(isBeat),
  };
}

interface Found {
  partition: number;
  offset: number;
  key: string;
  value: string;
  timestamp: number;
  source: string;
}

/** What a silent partition is told the time by. */
const isBeat = ({key, value}: Found) => key === "null" && value === "{}";

/** What committed transactions have left in a topic, in the order of each partition. */
export async function allOf(topic: string): Promise<Found[]> {
  const found: Found[] = [];
  const wanted = {topic, groupId: `all-${topic}-${performance.now()}`, commit: false};
  await readToEnd(kafkaOf(stack), wanted, ({key, value, offset, timestamp, headers = {}}, partition) => {
    const source = [headers["source-offset"], headers["source-event"]].map(String).join(" ");
    found.push({
      partition,
      offset: Number(offset),
      key: String(key),
      value: String(value),
      timestamp: Number(timestamp),
      source,
    });
  });
  return found.sort((one, other) => one.partition - other.partition || one.offset - other.offset);
}

/** Each valid event of the raw topic, by its partition and offset, and what is to be read of it. */
export async function expectedOf(trial: Trial): Promise<string[]> {
  const reader = createReader();
  return (await allOf(trial.topic)).flatMap(({partition, offset, value, timestamp}) =>
    reader({key: null, value: Buffer.from(value), timestamp: "0"}).rows.map(
      (row) => `${partition} ${offset} ${timestamp} ${row.vehicle_id} ${row.ts.toISOString()} ${row.speed}`,
    ),
  );
}
export const linesOf = (found: Found[]) =>
  found.map(({partition, source, timestamp, key, value}) => {
    const {timestamp: time, speed = null} = JSON.parse(value);
    return `${partition} ${source.split(" ")[0]} ${timestamp} ${key} ${time} ${speed}`;
  });

/** Expects each event once, in order. A group's offsets are there a moment before what else was committed with them. */
export async function expectEach(trial: Trial, all: () => Promise<Found[]>): Promise<void> {
  const wanted = await expectedOf(trial);
  await waitFor("all events", 240_000, async () => (await all().catch(() => [])).length >= wanted.length);
  expect(linesOf(await all())).toEqual(wanted);
}
