import {randomUUID} from "node:crypto";
import type {KafkaMessage} from "kafkajs";
import {TAKEN} from "../../api/event/identity.ts";
import {AHEAD} from "../../api/event/time.ts";
import {text} from "../lib/environment.ts";
import {connectKafka, createProducer} from "../lib/kafka.ts";
import {eventOf} from "../lib/letter.ts";
import {exitFlushed} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import {readToEnd} from "../lib/read.ts";
import {eventReader} from "../lib/reader.ts";
import {isOlder, retentionOf} from "../lib/retention.ts";
import {stopSignal} from "../lib/stop.ts";
import {eventTopics} from "../lib/topics.ts";

/**
 * `deadletters list` prints every dead letter as a JSON line. `deadletters replay` sends those that are events back to the
 * telemetry topic, with their own headers and time, once, and counts those that are not, or that are past the retention of the store that
 * refused them, and those whose time another event of the vehicle has: nothing would become of them but another dead letter. One that is early, since its time is too far ahead, is kept for a later
 * replay.
 */
const signal = stopSignal();
const log = logger("deadletters", "stderr");
const topics = eventTopics();
const dlqTopic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");
const kafka = connectKafka("deadletters", log);
const {read, prepare} = await eventReader();
const SHOWN = 200;

const tasks: Record<string, () => Promise<void>> = {list, replay};
const task = tasks[process.argv[2] ?? ""];
if (!task) throw new Error(`"${process.argv[2]}" is no task: name list or replay`);
await task();
await exitFlushed(0);

async function list() {
  const shown = new Set<string>();
  await readToEnd(kafka, {topic: dlqTopic, groupId: `deadletters-${randomUUID()}`, commit: false}, (message) => {
    const {reason, store, ...source} = headersOf(message);
    // A replay puts one that is early at the end again.
    const id = `${store} ${source["source-topic"]} ${source["source-partition"]} ${source["source-offset"]} ${source["source-event"]}`;
    if (shown.has(id)) return;
    shown.add(id);
    console.log(
      JSON.stringify({
        time: new Date(Number(message.timestamp)).toISOString(),
        store,
        reason,
        topic: source["source-topic"],
        partition: Number(source["source-partition"]),
        offset: Number(source["source-offset"]),
        event: source["source-event"] ? Number(source["source-event"]) : undefined,
        key: message.key?.toString() ?? null,
        value: message.value?.toString().slice(0, SHOWN) ?? null,
      }),
    );
  });
}

async function replay() {
  const counts = {replayed: 0, invalid: 0, early: 0, older: 0, taken: 0};
  const groupId = `${topics.main}-deadletters-replay`;
  await refuseIfRead(groupId);
  const producer = createProducer(kafka, log, signal);
  await readToEnd(kafka, {topic: dlqTopic, groupId, commit: true}, async ({key, value, headers}) => {
    // With the event's own headers, which a mapping may read.
    const event = eventOf({key, value, headers});
    // One of a topic that is read no more goes to the first.
    const from = `${headers?.["source-topic"]}`;
    const topic = topics.has(from) ? from : topics.main;
    await prepare([event]);
    const {rows, problems} = read(event, topic);
    const retention = retentionOf(`${headers?.store}`);
    if (rows.length > 0 && rows.every(({ts}) => isOlder(ts, retention))) counts.older++;
    else if (String(headers?.reason) === TAKEN) counts.taken++;
    else if (rows.length > 0) {
      await producer.send(topic, [event]);
      counts.replayed++;
    } else if (problems.some(({reason}) => reason.endsWith(AHEAD))) {
      await producer.send(dlqTopic, [{key, value, headers}]);
      counts.early++;
    } else counts.invalid++;
  });
  await producer.close();
  console.log(JSON.stringify(counts));
}

/** Of two that replay at once one would wait for letters that the other has. */
async function refuseIfRead(groupId: string) {
  const admin = kafka.admin();
  await admin.connect();
  const {groups} = await admin.describeGroups([groupId]);
  await admin.disconnect();
  if (groups[0]?.members.length)
    throw new Error("a replay of these dead letters is under way: try again when it has ended");
}

function headersOf({headers = {}}: KafkaMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, String(value)]));
}
