import {sleep} from "../../api/backoff.ts";
import {MODELS, type ModelName, RULE} from "../../api/models.ts";
import {problemOf} from "../ingester/again.ts";
import {runGroup} from "../ingester/group.ts";
import {openKafka} from "../ingester/kafkajs.ts";
import {troubleOf} from "../ingester/postgres-errors.ts";
import {celsius, number, text} from "../lib/environment.ts";
import {connectKafka} from "../lib/kafka.ts";
import {openPool} from "../lib/postgres.ts";
import {logger, untilDone} from "../lib/process.ts";
import {readBack} from "../lib/read-back.ts";
import {eventReader} from "../lib/reader.ts";
import {stopSignal} from "../lib/stop.ts";
import {eventTopics} from "../lib/topics.ts";
import {fillActuals, showQuality} from "./actuals.ts";
import {createDecisions} from "./decisions.ts";
import {storePredictions} from "./predictions-store.ts";
import {createProduction} from "./production.ts";
import {createPump} from "./pump.ts";
import {standingOf} from "./registry.ts";

/**
 * Kafka → predictions: each event of a vehicle is scored by what its vehicle did in the last five minutes; TimescaleDB has what was predicted and
 * Alertmanager the warnings. Serves /status with the models and, if one has it, its problem, beside what every group serves.
 */
const NAME = "scorer";
/** Each batch ends in a commit of its own: while that is waited for, other partitions go on. */
const FETCH = {bytes: 2_097_152, leastBytes: 1, batches: 4};
const [CONNECTIONS, STATEMENT_MS] = [6, 20_000];
/** A try to read back ends after these, two or three seconds. */
const RETRIES = 3;
/** The window, and as long again: within it the label of each vehicle that goes on is settled. */
const BACK_MS = 600_000;
const REGISTRY_MS = number("REGISTRY_MS", 15_000);
const ACTUALS_MS = 60_000;

const signal = stopSignal();
const log = logger(NAME);
const topics = eventTopics();
const groupId = text("KAFKA_GROUP");
const target = {max: celsius("COLD_CHAIN_MAX"), horizon: number("BREACH_HORIZON_SECONDS", 120)};
const pool = openPool(CONNECTIONS, STATEMENT_MS);
const kafka = connectKafka(NAME, log, RETRIES);
const broker = openKafka(NAME, topics, groupId, FETCH, log, signal);
const {read, prepare} = await eventReader();
const threshold = process.env.BREACH_THRESHOLD ? number("BREACH_THRESHOLD") : undefined;
const production = createProduction(pool, target, threshold, log);
const decisions = createDecisions({
  url: process.env.ALERTMANAGER_URL || undefined,
  about: {target, namespace: text("NAMESPACE"), pipeline: text("PIPELINE"), site: process.env.CONSOLE_URL || undefined},
  log,
});
let standing: Awaited<ReturnType<typeof standingOf>> = {};
const pump = createPump({
  name: NAME,
  read,
  prepare,
  nameOf: topics.nameOf,
  target,
  model: () => production.model,
  readBack: ({topic, partition, messages: [first]}, each) =>
    readBack(
      kafka,
      {topic, partition, since: Math.max(0, Number(first!.timestamp) - BACK_MS), until: Number(first!.offset)},
      each,
    ),
  store: (predictions) => storePredictions(pool, predictions),
  observe: decisions.observe,
  isOurs: (place) => broker.inHand().has(place),
  forget: decisions.forget,
  broker,
  log,
  signal,
});

/** Why no event is scored before the models have been read once, for people. */
let unread: string | undefined;
const loops = [
  every(REGISTRY_MS, readRegistry),
  every(ACTUALS_MS, async () => {
    await fillActuals(pool, target);
    await showQuality(pool);
  }),
  decisions.run(signal),
];
log.info({topic: topics.main, target}, "scoring");
await runGroup({
  name: NAME,
  broker: {
    ...broker,
    async consume(consumer) {
      // A restart goes on with the version that there was.
      await untilDone("reading the models", log, signal, firstLook);
      await broker.consume(consumer);
    },
  },
  pump,
  unmatched: read.unmatched,
  newest: async () => {
    await pool.query("SELECT FROM prediction LIMIT 0");
    return null;
  },
  forget: pump.regroup,
  more: () => unread,
  routes: {"/status": async () => statusOf()},
  async close() {
    await Promise.all(loops);
    await pool.end();
  },
  log,
  signal,
});
process.exit(0);

async function readRegistry() {
  await production.refresh();
  standing = await standingOf(pool);
}

async function firstLook() {
  try {
    await readRegistry();
    unread = undefined;
  } catch (error) {
    unread = problemOf(troubleOf(error), error as Error);
    throw error;
  }
}

/** Which version of each model predicts and why no newer one does, for people. */
function statusOf() {
  const models = (Object.keys(MODELS) as ModelName[]).map((name) => {
    const {version, refused} = standing[name] ?? {};
    const own = name === "cold-chain-breach" ? {version: production.version, problem: production.problem} : {};
    return {name, version: version ?? RULE, refused: refused ?? undefined, ...own};
  });
  return {models, problem: unread ?? pump.problem ?? decisions.problem ?? null};
}

async function every(ms: number, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await sleep(ms, signal);
    if (!signal.aborted) await work().catch((error) => log.warn({err: error}, "not done; trying again"));
  }
}
