import {number, text} from "../lib/environment.ts";
import {connectKafka} from "../lib/kafka.ts";
import {logger} from "../lib/process.ts";

const log = logger("topics");

/** Makes the topics that are missing, with the broker's default of replicas. Those that exist are left as they are. */
export async function setUpKafka(): Promise<void> {
  const admin = connectKafka("topics", log).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const retention = {name: "retention.ms", value: String(number("RETENTION_SECONDS") * 1_000)};
    // The broker's time says what came late.
    const arrival = {name: "message.timestamp.type", value: "LogAppendTime"};
    // The largest event that Kafka takes, and the headers that say why it is here.
    const large = {name: "max.message.bytes", value: "2097152"};
    const topics = [
      {topic: text("KAFKA_TOPIC"), numPartitions: number("PARTITIONS"), configEntries: [retention, arrival]},
      {topic: text("KAFKA_DLQ_TOPIC"), numPartitions: 1, configEntries: [retention, large]},
      ...(process.env.KAFKA_ALERTS_TOPIC
        ? [{topic: process.env.KAFKA_ALERTS_TOPIC, numPartitions: 1, configEntries: [retention]}]
        : []),
    ].filter(({topic}) => !existing.has(topic));
    if (topics.length > 0) await admin.createTopics({topics, waitForLeaders: true});
    log.info({made: topics.map(({topic}) => topic)}, "topics are there");
  } finally {
    await admin.disconnect();
  }
}
