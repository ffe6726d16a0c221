import {loadavg} from "node:os";
import {join} from "node:path";
import kafkajs from "kafkajs";
import pg from "pg";
import {SEMI_SPACE} from "../cdk8s/components/ingester/manifests.ts";
import {repository} from "../cluster/instance.ts";
import {waitFor} from "../cluster/shell.ts";
import {inTransaction} from "../workloads/lib/postgres.ts";
import {enterVersion} from "../workloads/predictions/registry.ts";
import type {Bar} from "./peers/bars.ts";
import {ingester} from "./peers/contenders.ts";
import {runDir} from "./peers/install.ts";
import {withKafka} from "./peers/main.ts";
import {cpuSeconds, type Program, start} from "./peers/process.ts";
import {markdown, quantile} from "./peers/report.ts";
import {environment, PARTITIONS, postgres, startTimescaleDB} from "./peers/servers.ts";
import {setUp} from "./peers/stores.ts";
import {eventsIn, simulate} from "./peers/topic.ts";
import {breachModel, target} from "./trees.ts";

const TOPIC = "predicted";
const FLEET = {vehicles: 1_000, rate: 1, scenario: "cold-chain", seed: 5};
/** Vehicles are scored after a minute of history; from then on predictions count. */
const [WARM_SECONDS, SECONDS] = [75, 60];
const LIMIT_MS = 120_000;

/** How long a row was under way, by its event and by Kafka's time of it, ms. */
interface Delays {
  event: number[];
  kafka: number[];
}

/**
 * From an event to its prediction in TimescaleDB, at 1,000 events/s of 1,000 vehicles, with a model in production: the real scorer, and beside it the
 * ingester with the events themselves. PostgreSQL says when each row was committed.
 */
export async function predicted(): Promise<Bar> {
  let bar: Bar | undefined;
  await withKafka(["kafka", "timescaledb"], async () => {
    const server = await startTimescaleDB(["-c", "track_commit_timestamp=on"]);
    const client = new pg.Client(postgres);
    try {
      await setUp("timescaledb");
      await client.connect();
      bar = await measure(client);
    } finally {
      await client.end();
      await server.stop("SIGKILL");
    }
  });
  return bar!;
}

async function measure(client: pg.Client): Promise<Bar> {
  await inTransaction(client, () =>
    enterVersion(client, {name: "cold-chain-breach", stage: "production", ...breachModel()}),
  );
  await makeTopic();
  const [scoring, ...ingesting] = [scorer(), ...ingester("timescaledb").programs(TOPIC, "ingester")].map(start);
  const began = Date.now();
  const programs = [scoring!, ...ingesting];
  let [cpu, load]: [number, number] = [0, 0];
  try {
    const sent = simulate(TOPIC, {...FLEET, seconds: WARM_SECONDS + SECONDS});
    await Promise.race([sent, ...programs.map(({ended}) => ended)]);
    for (const program of programs) program.check();
    [cpu, load] = [cpuSeconds(scoring!.pid), loadavg()[0]!];
    const events = await eventsIn(TOPIC);
    await waitFor(`${events} rows`, LIMIT_MS, async () => {
      const {rows} = await client.query("SELECT count(*)::int AS count FROM telemetry");
      return rows[0].count === events;
    });
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
  }
  const arrivals = await arrivalsOf();
  const since = new Date(began + WARM_SECONDS * 1_000);
  const models = await client.query(
    "SELECT DISTINCT version FROM prediction WHERE model = 'cold-chain-breach' AND ts > $1",
    [since],
  );
  if (models.rows.some(({version}) => version !== 1)) throw new Error("the rule predicted, and not the model");
  const told = await delaysOf(client, "prediction", since, arrivals);
  const stored = await delaysOf(client, "telemetry", since, arrivals);
  const figures = ({event, kafka}: Delays) =>
    [event, kafka].flatMap((all) => [0.5, 0.99, 1].map((share) => String(Math.round(quantile(all, share)))));
  const head = ["ms", "rows", "p50", "p99", "max", "from Kafka's time: p50", "p99", "max"];
  console.log(
    `\nevent to prediction, ${FLEET.vehicles} events/s, ${cpu.toFixed(1)} s of CPU in ${WARM_SECONDS + SECONDS} s, load ${load.toFixed(1)}\n\n${markdown(
      head,
      [
        ["prediction (scorer)", String(told.event.length), ...figures(told)],
        ["event (ingester)", String(stored.event.length), ...figures(stored)],
      ],
    )}`,
  );
  return {what: "Event to prediction, p99", figure: quantile(told.event, 0.99), unit: "ms", atMost: 300};
}

const scorer = (): Program => ({
  command: process.execPath,
  args: [SEMI_SPACE, "workloads/predictions/main.ts"],
  cwd: repository,
  env: {
    ...environment,
    NODE_ENV: "production",
    KAFKA_TOPIC: TOPIC,
    KAFKA_GROUP: "scorer",
    HTTP_PORT: "0",
    COLD_CHAIN_MAX: String(target.max),
    BREACH_HORIZON_SECONDS: String(target.horizon),
    NAMESPACE: "fleets",
    PIPELINE: "fleet",
  },
  log: join(runDir, "scorer.log"),
});

const kafka = () => new kafkajs.Kafka({brokers: [environment.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING});

/** With the broker's time, as the pipeline's topic has it. */
async function makeTopic(): Promise<void> {
  const admin = kafka().admin();
  await admin.connect();
  const configEntries = [{name: "message.timestamp.type", value: "LogAppendTime"}];
  await admin.createTopics({
    topics: [{topic: TOPIC, numPartitions: PARTITIONS, configEntries}],
    waitForLeaders: true,
  });
  await admin.disconnect();
}

const keyOf = (vehicle: string, ms: number) => `${vehicle} ${ms}`;

/** When each event came into Kafka, ms since the epoch. */
async function arrivalsOf(): Promise<Map<string, number>> {
  const arrivals = new Map<string, number>();
  const consumer = kafka().consumer({groupId: "arrivals"});
  await consumer.connect();
  await consumer.subscribe({topic: TOPIC, fromBeginning: true});
  const wanted = await eventsIn(TOPIC);
  const done = Promise.withResolvers<void>();
  let read = 0;
  await consumer.run({
    async eachMessage({message}) {
      const {vehicle_id, timestamp} = JSON.parse(message.value!.toString());
      arrivals.set(keyOf(vehicle_id, Date.parse(timestamp)), Number(message.timestamp));
      if (++read === wanted) done.resolve();
    },
  });
  await done.promise;
  await consumer.disconnect();
  return arrivals;
}

async function delaysOf(client: pg.Client, table: string, since: Date, arrivals: Map<string, number>): Promise<Delays> {
  const {rows} = await client.query(
    `SELECT vehicle_id, ts, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS ms FROM ${table} WHERE ts > $1`,
    [since],
  );
  if (rows.length === 0) throw new Error(`no row of ${table} is from after ${since.toISOString()}`);
  const delays: Delays = {event: [], kafka: []};
  for (const {vehicle_id, ts, ms} of rows) {
    delays.event.push(ms - ts.getTime());
    delays.kafka.push(ms - arrivals.get(keyOf(vehicle_id, ts.getTime()))!);
  }
  return delays;
}
