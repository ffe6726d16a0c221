import {readFileSync, rmSync, writeFileSync} from "node:fs";
import cassandra from "cassandra-driver";
import type {Admin} from "kafkajs";
import {pino} from "pino";
import type {StoreName} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {createProducer, type ReliableProducer} from "../../workloads/lib/kafka.ts";
import {type FleetConfig, parseFleet} from "../../workloads/simulator/config.ts";
import {Fleet} from "../../workloads/simulator/fleet.ts";
import {enter, type LedgerEntry} from "../../workloads/simulator/ledger.ts";
import {eventText, type Row} from "../../workloads/telemetry.ts";
import {type Ingester, startIngester} from "./ingester.ts";
import {lakeRows, prepareLake} from "./lake-rows.ts";
import {CATALOGUE_PORT, lakeEnvironment, S3_PORT} from "./lake-server.ts";
import {type Link, openLink} from "./proxy.ts";
import {cassandraOf, kafkaOf, postgresOf, type ServerName, type Stack, sqlAs} from "./stack.ts";

const PORTS = {timescaledb: 5_432, cassandra: 9_042, lake: S3_PORT};
const VEHICLES = 20;
const SESSION_MS = 4_000;
/** For tests that count dead letters: a session that a busy machine lets expire brings them again. */
export const LONG_SESSION = {KAFKA_SESSION_TIMEOUT_MS: "60000"};
let made = 0;

/** What a store holds of a trial's vehicles, against what Kafka acknowledged. */
export interface Verdict {
  acknowledged: number;
  rows: number;
  lost: number;
  extra: number;
  altered: number;
  rejected: number;
  deadLetters: number;
}

/** One topic, its vehicles and ledger, ingesters of one store, and links that can fail. */
export interface Trial {
  topic: string;
  /** What an ingester's pod has in its environment. */
  environment: Record<string, string>;
  ingesters: Ingester[];
  kafka: Link;
  store: Link;
  admin: Admin;
  producer: ReliableProducer;
  start(env?: Record<string, string>): Promise<Ingester>;
  /** Sends the fleet's next simulated seconds: VEHICLES events each. */
  send(seconds: number): Promise<void>;
  /** Sends a value as it is. */
  sendRaw(key: string | null, value: Buffer | string | null): Promise<void>;
  /** Counts an event among those that the store must have, for a test that sends by a way of its own. */
  acknowledge(key: string, value: string): void;
  /** Waits until the group has committed everything. */
  caughtUp(timeoutMs?: number): Promise<void>;
  verdict(): Promise<Verdict>;
  deadLetters(): Promise<{reason: string; value: string; headers: Record<string, string>}[]>;
  close(): Promise<void>;
}

export interface TrialOptions {
  /** A way to Kafka and one to the store; no two trials may use one lane at the same time. */
  lane: number;
  seed?: number;
  partitions?: number;
  faults?: Partial<FleetConfig["faults"]>;
  /** With what the broker compresses the topic; by default it leaves batches as they come. */
  compression?: string;
}

export async function openTrial(
  stack: Stack,
  storeName: StoreName,
  {lane, seed = 1, partitions = 4, faults = {}, compression = "producer"}: TrialOptions,
): Promise<Trial> {
  const number = made++;
  const id = `${process.pid}-${number}`;
  const [topic, dlq] = [`t-${id}`, `t-${id}.dlq`];
  const direct = kafkaOf(stack);
  const admin = direct.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      {
        topic,
        numPartitions: partitions,
        configEntries: [
          {name: "max.message.bytes", value: "2097152"},
          {name: "compression.type", value: compression},
          // Events of weeks ago, with Kafka's time of then, would be dropped at the broker's next look.
          {name: "retention.ms", value: "-1"},
        ],
      },
      {topic: dlq, numPartitions: 1, configEntries: [{name: "max.message.bytes", value: "4194304"}]},
    ],
    waitForLeaders: false,
  });
  await waitFor("the topics", 240_000, async () => {
    await Promise.all([topic, dlq].map((name) => admin.fetchTopicOffsets(name)));
    return true;
  });
  const {kafkaPort, kafkaProxyPort, storeProxyPort, catalogueProxyPort} = stack.lanes[lane]!;
  const [kafkaAddress, storeAddress] = [stack.servers.kafka.address, stack.servers[storeName].address];
  const [kafka, storeLink, catalogue] = await Promise.all([
    openLink(kafkaAddress, kafkaPort, kafkaProxyPort),
    openLink(storeAddress, PORTS[storeName], storeProxyPort),
    storeName === "lake" ? openLink(storeAddress, CATALOGUE_PORT, catalogueProxyPort) : undefined,
  ]);
  const store = catalogue ? both(storeLink, catalogue) : storeLink;
  const namespace = `t_${id.replace("-", "_")}`;
  if (storeName === "lake") await prepareLake(storeAddress, namespace);
  const stop = new AbortController();
  const producer = createProducer(direct, pino({level: "silent"}), stop.signal);
  // Vehicles that no other trial has, also not one of an earlier process on the same servers.
  const first = (process.pid % 40_000) * 20_000 + number * VEHICLES;
  const from = Date.UTC(2026, 10, 1) + (seed % 86_400) * 1_000;
  const settings = parseFleet({vehicles: Number.MAX_SAFE_INTEGER, seed, faults});
  const fleet = new Fleet(settings, {from: first, to: first + VEHICLES}, from);
  const ledger = new Map<string, LedgerEntry>();
  let now = from;
  let rejected = 0;
  const ingesters: Ingester[] = [];
  const environment = {
    STORE: storeName,
    KAFKA_BROKERS: `${kafkaAddress}:${kafka.port}`,
    KAFKA_GROUP: `g-${id}`,
    KAFKA_TOPIC: topic,
    KAFKA_DLQ_TOPIC: dlq,
    KAFKA_SESSION_TIMEOUT_MS: String(SESSION_MS),
    // The fleet drives weeks ago.
    EVENT_QUALITY: JSON.stringify({clockBehind: "3650d"}),
    PGHOST: storeAddress,
    PGPORT: String(store.port),
    PGUSER: "telemetry",
    PGPASSWORD: stack.password,
    PGDATABASE: "telemetry",
    CASSANDRA_CONTACT_POINTS: storeAddress,
    CASSANDRA_PORT: String(store.port),
    CASSANDRA_USERNAME: "cassandra",
    CASSANDRA_PASSWORD: "cassandra",
    ...(catalogue ? lakeEnvironment(storeAddress, storeLink.port, catalogue.port, namespace) : {}),
  };

  async function lag(): Promise<number> {
    const [ends, [group]] = await Promise.all([
      admin.fetchTopicOffsets(topic),
      admin.fetchOffsets({groupId: `g-${id}`, topics: [topic]}),
    ]);
    const committed = new Map(group!.partitions.map(({partition, offset}) => [partition, Math.max(0, Number(offset))]));
    return ends.reduce((sum, {partition, high}) => sum + Number(high) - (committed.get(partition) ?? 0), 0);
  }

  async function readDead() {
    const found = new Map<string, {reason: string; value: string; headers: Record<string, string>}>();
    const [end] = await admin.fetchTopicOffsets(dlq);
    if (Number(end!.high) === 0) return found;
    const consumer = direct.consumer({groupId: `dead-${id}-${performance.now()}`});
    await consumer.connect();
    await consumer.subscribe({topic: dlq, fromBeginning: true});
    const done = Promise.withResolvers<void>();
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({message}) => {
        const headers = Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([key, value]) => [key, String(value)]),
        );
        // A replay may bring one again: it is known by where it came from.
        const from = `${headers["source-partition"]} ${headers["source-offset"]}`;
        found.set(from, {reason: headers.reason!, value: message.value?.toString() ?? "", headers});
        if (Number(message.offset) + 1 >= Number(end!.high)) done.resolve();
      },
    });
    await done.promise;
    await consumer.disconnect();
    return found;
  }

  return {
    topic,
    environment,
    ingesters,
    kafka,
    store,
    admin,
    producer,
    async start(env = {}) {
      const ingester = await startIngester({...environment, ...env});
      ingesters.push(ingester);
      return ingester;
    },
    async send(seconds) {
      const until = now + seconds * 1_000;
      for (now += 1_000; now <= until; now += 1_000) {
        for (const events of fleet.due(now)) {
          await producer.send(topic, events);
          for (const {key, value, text = value, kind, time} of events) {
            if (kind === "valid") enter(ledger, key, time, text);
            if (kind === "malformed") rejected++;
          }
        }
      }
      now = until;
    },
    async sendRaw(key, value) {
      await producer.send(topic, [{key, value}]);
    },
    acknowledge: (key, value) => enter(ledger, key, Date.parse(JSON.parse(value).timestamp), value),
    async caughtUp(timeoutMs = 240_000) {
      await waitFor(`${topic} to be written`, timeoutMs, async () => (await lag()) === 0).catch((error) => {
        throw new Error(`${error.message}; ${ingesters.map(lastWords).join("; ")}`);
      });
    },
    async verdict() {
      const rows =
        storeName === "lake"
          ? (await lakeRows(storeAddress, namespace)).filter(({vehicle_id}) => ledger.has(vehicle_id))
          : storeName === "timescaledb"
            ? await timescaledbRows(stack, ledger)
            : await cassandraRows(stack, ledger);
      const found = new Map<string, LedgerEntry>();
      for (const row of rows) enter(found, row.vehicle_id, row.ts.getTime(), eventText(row));
      const verdict: Verdict = {
        acknowledged: 0,
        rows: rows.length,
        lost: 0,
        extra: 0,
        altered: 0,
        rejected,
        deadLetters: (await readDead()).size,
      };
      for (const [vehicle, {events, hash}] of ledger) {
        const entry = found.get(vehicle) ?? {events: 0, hash: 0};
        verdict.acknowledged += events;
        verdict.lost += Math.max(0, events - entry.events);
        verdict.extra += Math.max(0, entry.events - events);
        if (events === entry.events && hash !== entry.hash) verdict.altered++;
      }
      return verdict;
    },
    deadLetters: async () => [...(await readDead()).values()],
    async close() {
      stop.abort();
      for (const ingester of ingesters) {
        ingester.signal("SIGKILL");
        await ingester.ended;
      }
      // First of all, so that the lane is free whatever becomes of the rest.
      await Promise.all([kafka.close(), store.close()]);
      await producer.close();
      await admin.deleteTopics({topics: [topic, dlq]}).catch(() => {});
      await admin.disconnect();
    },
  };
}

/** Two ways to one store, of which each has its port: they fail together. */
const both = (first: Link, second: Link): Link => ({
  port: first.port,
  async set(fault) {
    await Promise.all([first.set(fault), second.set(fault)]);
  },
  open: () => first.open() + second.open(),
  async close() {
    await Promise.all([first.close(), second.close()]);
  },
});

/** A CI's log keeps the beginning of an error: what its ingester said last, newest first. */
const lastWords = ({log, pid}: Ingester): string => `${pid} said last: ${log.slice(-5).reverse().join(" | ")}`;

const timescaledbRows = ({servers}: Stack, ledger: Map<string, LedgerEntry>): Promise<Row[]> =>
  sqlAs(postgresOf(servers.timescaledb.address), "SELECT * FROM telemetry WHERE vehicle_id = ANY($1)", [
    [...ledger.keys()],
  ]);

const DAY_MS = 86_400_000;

async function cassandraRows({servers}: Stack, ledger: Map<string, LedgerEntry>): Promise<Row[]> {
  const client = cassandraOf(servers.cassandra.address);
  await client.connect();
  const rows: Row[] = [];
  for (const [vehicle, {from, to}] of ledger) {
    for (let day = Math.floor(from / DAY_MS); day <= Math.floor(to / DAY_MS); day++) {
      const local = cassandra.types.LocalDate.fromDate(new Date(day * DAY_MS));
      const query = "SELECT * FROM telemetry.telemetry WHERE vehicle_id = ? AND day = ?";
      const result = await client.execute(query, [vehicle, local], {prepare: true, fetchSize: 10_000});
      rows.push(...(result.rows as unknown as Row[]));
    }
  }
  await client.shutdown();
  return rows;
}

/** Ends a server by SIGKILL; it is started again after `ms`. */
export async function bounce(stack: Stack, name: ServerName, ms: number): Promise<void> {
  const {pidFile, holdFile} = stack.servers[name];
  writeFileSync(holdFile, "");
  try {
    process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, ms));
  } finally {
    rmSync(holdFile);
  }
}
