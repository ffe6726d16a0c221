import {spawn} from "node:child_process";
import {join} from "node:path";
import kafkajs from "kafkajs";
import {repository} from "../../cluster/instance.ts";
import {vehicleId} from "../../workloads/simulator/vehicle.ts";
import {environment, PARTITIONS} from "./servers.ts";

/** Noon: all events are of one day. */
const FROM = Date.UTC(2026, 0, 1, 12);
const SAMPLES = 64;

/** What a topic was filled with: an event of each vehicle, a second after a second. */
export interface Filling {
  topic: string;
  vehicles: number;
  seconds: number;
  /** As Kafka counts them. */
  events: number;
}

const admin = () =>
  new kafkajs.Kafka({brokers: [environment.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING}).admin();

export async function makeTopics(topics: string[]): Promise<void> {
  const client = admin();
  await client.connect();
  const wanted = topics.map((topic) => ({topic, numPartitions: PARTITIONS}));
  await client.createTopics({topics: wanted, waitForLeaders: true});
  await client.disconnect();
}

/** Runs the simulator: the same seed and times make the same events. */
export function simulate(topic: string, options: Record<string, string | number>): Promise<void> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [join(repository, "workloads/simulator/main.ts"), ...args], {
    env: {...process.env, ...environment, KAFKA_TOPIC: topic, HTTP_PORT: "0", LOG_LEVEL: "warn", VEHICLES_PER_POD: "0"},
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the simulator ended with ${code}`))));
  });
}

export async function fill(topic: string, vehicles: number, seconds: number): Promise<Filling> {
  await makeTopics([topic]);
  await simulate(topic, {vehicles, seconds, seed: 77, from: new Date(FROM).toISOString()});
  const client = admin();
  await client.connect();
  const offsets = await client.fetchTopicOffsets(topic);
  await client.disconnect();
  return {topic, vehicles, seconds, events: offsets.reduce((sum, {high}) => sum + Number(high), 0)};
}

/** Some vehicles, and the span of their event number `second`: it has about as many before it in each partition. */
export function sample({vehicles}: Pick<Filling, "vehicles">, second: number): {ids: string[]; from: Date; to: Date} {
  const ids = Array.from({length: SAMPLES}, (_, at) => vehicleId(Math.floor(((at + 0.5) * vehicles) / SAMPLES)));
  return {ids, from: new Date(FROM + second * 1_000), to: new Date(FROM + (second + 1) * 1_000)};
}
