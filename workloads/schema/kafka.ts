import kafkajs, {type Admin} from "kafkajs";
import {number, text} from "../lib/environment.ts";
import {connectKafka} from "../lib/kafka.ts";
import {logger} from "../lib/process.ts";
import type {MoreTopics} from "../lib/topics.ts";
import {SchemaProblem} from "./migrations.ts";

const log = logger("topics");

const TIMESTAMP_TYPE = "message.timestamp.type";
const BY_BROKER = "LogAppendTime";
const BY_PRODUCER = "CreateTime";

/**
 * The stream job takes Kafka's time of an event for when it came: by a producer's own, nothing would be late, and one clock that is ahead would
 * close the windows of all. The canonical topic keeps the time that its events have in the other.
 *
 * @throws SchemaProblem if a topic has another time
 */
export async function requireArrivalTime(): Promise<void> {
  const canonical = process.env.KAFKA_CANONICAL_TOPIC;
  const wanted = new Map([[text("KAFKA_TOPIC"), BY_BROKER], ...(canonical ? [[canonical, BY_PRODUCER] as const] : [])]);
  const admin = connectKafka("topics", log).admin();
  await admin.connect();
  try {
    const {resources} = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [...wanted.keys()].map((name) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: [TIMESTAMP_TYPE],
      })),
    });
    for (const [topic, type] of wanted) {
      const {configEntries = []} = resources.find(({resourceName}) => resourceName === topic) ?? {};
      const is = configEntries.find(({configName}) => configName === TIMESTAMP_TYPE)?.configValue;
      if (is !== type)
        throw new SchemaProblem(
          `topic ${topic} has ${TIMESTAMP_TYPE}=${is}, and spec.flink tells by the broker's time what came late: set it with kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${TIMESTAMP_TYPE}=${type}, or set spec.flink.enabled to false`,
        );
    }
  } finally {
    await admin.disconnect();
  }
}

/** Of the topic of the events, be it that it is yet to be made. */
async function partitionsOf(admin: Admin, existing: Set<string>): Promise<number> {
  const topic = text("KAFKA_TOPIC");
  return existing.has(topic) ? (await admin.fetchTopicOffsets(topic)).length : number("PARTITIONS");
}

/** Makes the topics that are missing, with the broker's default of replicas. Those that exist are left as they are. */
export async function setUpKafka(): Promise<void> {
  const admin = connectKafka("topics", log).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const canonical = process.env.KAFKA_CANONICAL_TOPIC;
    const retention = {name: "retention.ms", value: String(number("RETENTION_SECONDS") * 1_000)};
    // The broker's time says what came late.
    const arrival = {name: TIMESTAMP_TYPE, value: BY_BROKER};
    // The largest event that Kafka takes, and the headers that say why it is here.
    const large = {name: "max.message.bytes", value: "2097152"};
    const {names = []}: MoreTopics = JSON.parse(process.env.KAFKA_MORE_TOPICS || "{}");
    const only = process.env.ONLY_FURTHER_TOPICS === "true";
    const events = only ? names : [text("KAFKA_TOPIC"), ...names];
    const topics = [
      ...events.map((topic) => ({topic, numPartitions: number("PARTITIONS"), configEntries: [retention, arrival]})),
      ...(only ? [] : [{topic: text("KAFKA_DLQ_TOPIC"), numPartitions: 1, configEntries: [retention, large]}]),
      ...(process.env.KAFKA_ALERTS_TOPIC
        ? [{topic: process.env.KAFKA_ALERTS_TOPIC, numPartitions: 1, configEntries: [retention]}]
        : []),
      // Each event keeps its partition, and the time at which the topic of the events got it.
      ...(canonical
        ? [
            {
              topic: canonical,
              numPartitions: await partitionsOf(admin, existing),
              configEntries: [retention, large, {name: TIMESTAMP_TYPE, value: BY_PRODUCER}],
            },
          ]
        : []),
    ].filter(({topic}) => !existing.has(topic));
    if (topics.length > 0) await admin.createTopics({topics, waitForLeaders: true});
    log.info({made: topics.map(({topic}) => topic)}, "topics are there");
  } finally {
    await admin.disconnect();
  }
}
