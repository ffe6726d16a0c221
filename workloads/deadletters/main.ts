import {randomUUID} from "node:crypto";
import type {KafkaMessage} from "kafkajs";
import {text} from "../lib/environment.ts";
import {connectKafka, createProducer} from "../lib/kafka.ts";
import {logger} from "../lib/process.ts";
import {readToEnd} from "../lib/read.ts";
import {stopSignal} from "../lib/stop.ts";
import {parseEvent} from "../telemetry.ts";

/**
 * `deadletters list` prints every dead letter as a JSON line. `deadletters replay` sends those that are events back to the
 * telemetry topic, once, and counts those that are not: nothing would become of them but another dead letter.
 */
const signal = stopSignal();
const log = logger("deadletters", "stderr");
const topic = text("KAFKA_TOPIC", "telemetry");
const dlqTopic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");
const kafka = connectKafka("deadletters", log);
const SHOWN = 200;

const tasks: Record<string, () => Promise<void>> = {list, replay};
const task = tasks[process.argv[2] ?? ""];
if (!task) throw new Error(`"${process.argv[2]}" is no task: name list or replay`);
await task();
process.exit(0);

async function list() {
  await readToEnd(kafka, {topic: dlqTopic, groupId: `deadletters-${randomUUID()}`, commit: false}, (message) => {
    const {reason, store, ...source} = headersOf(message);
    console.log(
      JSON.stringify({
        time: new Date(Number(message.timestamp)).toISOString(),
        store,
        reason,
        partition: Number(source["source-partition"]),
        offset: Number(source["source-offset"]),
        key: message.key?.toString() ?? null,
        value: message.value?.toString().slice(0, SHOWN) ?? null,
      }),
    );
  });
}

async function replay() {
  const counts = {replayed: 0, invalid: 0};
  const producer = createProducer(kafka, log, signal);
  await readToEnd(kafka, {topic: dlqTopic, groupId: `${topic}-deadletters-replay`, commit: true}, async (message) => {
    if ("reason" in parseEvent(message.value)) {
      counts.invalid++;
      return;
    }
    await producer.send(topic, [{key: message.key, value: message.value}]);
    counts.replayed++;
  });
  await producer.close();
  console.log(JSON.stringify(counts));
}

function headersOf({headers = {}}: KafkaMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, String(value)]));
}
