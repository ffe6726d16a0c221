import {type ChildProcess, spawn} from "node:child_process";
import {join} from "node:path";
import {createInterface} from "node:readline";
import kafkajs from "kafkajs";
import {repository} from "../../cluster/instance.ts";
import {vehicleId} from "../../workloads/simulator/vehicle.ts";
import {environment, PARTITIONS} from "./servers.ts";

/** Noon: all events are of one day. */
export const FROM = Date.UTC(2026, 0, 1, 12);
const SAMPLES = 64;

export const VEHICLES = 5_000;
const SECONDS = 160;

/** What a topic was filled with: an event of each vehicle, a second after a second. */
export interface Filling {
  topic: string;
  vehicles: number;
  seconds: number;
  /** As Kafka counts them. */
  events: number;
  /** The events without those that came a second time. */
  rows: number;
}

interface Content {
  seconds?: number;
  /** Of the messages, how many percent are the second time of an event, three seconds after the first. */
  duplicatePercent?: number;
  /** How many events there are without these, if it is known from a topic of the same time. */
  rows?: number;
  /** Makes another text of each event. */
  rewrite?: (text: string) => string | Buffer;
  /** For the simulator. */
  env?: Record<string, string>;
}

const kafka = () => new kafkajs.Kafka({brokers: [environment.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING});

async function asked<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

export async function makeTopics(topics: string[]): Promise<void> {
  const wanted = topics.map((topic) => ({topic, numPartitions: PARTITIONS}));
  await asked((admin) => admin.createTopics({topics: wanted, waitForLeaders: true}));
}

const simulator = (options: Record<string, string | number>, env: Record<string, string>, stdout: "inherit" | "pipe") =>
  spawn(
    process.execPath,
    [
      join(repository, "workloads/simulator/main.ts"),
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...(stdout === "pipe" ? ["--stdout"] : []),
    ],
    {
      env: {...process.env, ...environment, HTTP_PORT: "0", LOG_LEVEL: "warn", VEHICLES_PER_POD: "0", ...env},
      stdio: ["ignore", stdout, "inherit"],
    },
  );

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the simulator ended with ${code}`))));
  });
}

/** Runs the simulator: the same seed and times make the same events. */
export const simulate = (topic: string, options: Record<string, string | number>, env: Record<string, string> = {}) =>
  ended(simulator(options, {KAFKA_TOPIC: topic, ...env}, "inherit"));

/** Fills a topic of this name, unless it is full already. */
export async function fill(topic: string, content: Content = {}): Promise<Filling> {
  const {seconds = SECONDS, duplicatePercent = 0, rows, rewrite, env = {}} = content;
  if (!(await asked((admin) => admin.listTopics())).includes(topic)) {
    await makeTopics([topic]);
    // A fault is drawn for each event: at 50 percent of the messages all events come twice.
    const faults = `duplicate=${Math.round((duplicatePercent / (100 - duplicatePercent)) * 1_000_000)}`;
    const options = {vehicles: VEHICLES, seconds, seed: 77, from: new Date(FROM).toISOString(), faults};
    await (rewrite ? rewritten(topic, options, rewrite) : simulate(topic, options, env));
  }
  const events = await eventsIn(topic);
  return {topic, vehicles: VEHICLES, seconds, events, rows: rows ?? events};
}

/** As Kafka counts them. */
export async function eventsIn(topic: string): Promise<number> {
  const offsets = await asked((admin) => admin.fetchTopicOffsets(topic));
  return offsets.reduce((sum, {high}) => sum + Number(high), 0);
}

const PORTION = 5_000;

/** The simulator's events as another text each, with the same keys. */
async function rewritten(
  topic: string,
  options: Record<string, string | number>,
  rewrite: NonNullable<Content["rewrite"]>,
) {
  const child = simulator(options, {}, "pipe");
  const end = ended(child);
  const producer = kafka().producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner});
  await producer.connect();
  const messages: {key: string; value: string | Buffer}[] = [];
  const flush = () => producer.send({topic, messages: messages.splice(0)});
  for await (const line of createInterface({input: child.stdout!})) {
    messages.push({key: JSON.parse(line).vehicle_id, value: rewrite(line)});
    if (messages.length === PORTION) await flush();
  }
  if (messages.length > 0) await flush();
  await end;
  await producer.disconnect();
}

/** Some vehicles, and the span of their event number `second`: it has about as many before it in each partition. */
export function sample({vehicles}: Pick<Filling, "vehicles">, second: number): {ids: string[]; from: Date; to: Date} {
  const ids = Array.from({length: SAMPLES}, (_, at) => vehicleId(Math.floor(((at + 0.5) * vehicles) / SAMPLES)));
  return {ids, from: new Date(FROM + second * 1_000), to: new Date(FROM + (second + 1) * 1_000)};
}
