import {openSync, readFileSync, writeFileSync} from "node:fs";
import {collectDefaultMetrics} from "prom-client";
import {sleep} from "../../api/backoff.ts";
import {number, text} from "../lib/environment.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {serve} from "../lib/http.ts";
import {connectKafka, createProducer, portions} from "../lib/kafka.ts";
import {exitFlushed, write} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import {endInTime, stopSignal} from "../lib/stop.ts";
import {type Arguments, HELP, readArguments, shardOf} from "./arguments.ts";
import {type FleetConfig, parseFleet} from "./config.ts";
import {Fleet, type SimulatedEvent} from "./fleet.ts";
import {enter, type Ledger, type LedgerEntry} from "./ledger.ts";
import {acknowledged, simulated} from "./metrics.ts";
import {replay} from "./replay.ts";
import {MAX_TRUTH, Truth} from "./truth.ts";

/** Sends events; resolves when they are safe, and rejects only when the program stops. */
interface Sink {
  send(events: SimulatedEvent[]): Promise<void>;
  close(): Promise<void>;
}

const signal = stopSignal();
const log = logger("simulator");
/** One send at most this often: batches, at no visible delay. */
const TICK_MS = 100;
const SIMULATED_STEP_MS = 1_000;
const CONFIG_EVERY_MS = 1_000;

try {
  const options = readArguments(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await run(options);
  await exitFlushed(0);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  await exitFlushed(1);
}

async function run(options: Arguments) {
  const watched = fleetOf(options);
  if (options.truth !== undefined) writeAtExit(watched.fleet.truth, options.truth);
  const sink = options.stdout ? toStdout() : toKafka(watched.fleet, () => !options.replay && watched.fleet.size === 0);
  try {
    if (options.replay) {
      for await (const events of replay(options.replay, options.speed, signal)) await sink.send(events);
    } else if (options.from !== undefined) await simulate(watched.fleet, sink, options.from, options.seconds);
    else await publish(watched, sink, options.seconds);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await sink.close();
}

/** However the program ends; a file that cannot be written is said at once. */
function writeAtExit(truth: Truth, path: string) {
  const file = openSync(path, "w");
  const lines = () => truth.entries().map((entry) => `${JSON.stringify(entry)}\n`);
  process.on("exit", () => writeFileSync(file, lines().join("")));
}

/** In simulated time, as fast as the sink takes it. */
async function simulate(fleet: Fleet, sink: Sink, from: number, seconds: number) {
  const last = from + seconds * 1_000 - 1;
  for (let now = from; !signal.aborted; now = Math.min(now + SIMULATED_STEP_MS, last)) {
    for (const events of fleet.due(now)) await sink.send(events);
    if (now >= last) return;
  }
}

/** In real time: Kafka's answer to one portion is waited for before the next is made. */
async function publish({fleet, refresh}: ReturnType<typeof fleetOf>, sink: Sink, seconds: number) {
  const end = Date.now() + seconds * 1_000;
  while (!signal.aborted && Date.now() < end) {
    const now = Date.now();
    refresh(now);
    for (const events of fleet.due(now)) await sink.send(events);
    await sleep(Math.max(0, TICK_MS - (Date.now() - now)), signal);
  }
}

/** The fleet, which follows its configuration file. */
function fleetOf({config, fleet: options, from, truth: file}: Arguments) {
  let content = config ? readFileSync(config, "utf8") : "";
  let settings: FleetConfig = config ? parseFleet(JSON.parse(content)) : options;
  // A file has all of it, memory the newest.
  const truth = new Truth(file === undefined ? MAX_TRUTH : Number.POSITIVE_INFINITY);
  const fleet = new Fleet(settings, shardOf(), from ?? Date.now(), eventColumns(), truth);
  let read = 0;
  const report = () => {
    simulated.set(fleet.size);
    log.info({...settings, here: fleet.size}, "fleet");
  };
  if (config) report();
  return {
    fleet,
    refresh(now: number) {
      if (!config || now - read < CONFIG_EVERY_MS) return;
      read = now;
      try {
        const latest = readFileSync(config, "utf8");
        if (latest === content) return;
        content = latest;
        settings = parseFleet(JSON.parse(latest));
      } catch (error) {
        log.warn({err: error}, "the configuration cannot be used; going on as before");
        return;
      }
      fleet.configure(settings, now);
      report();
    },
  };
}

function toStdout(): Sink {
  // A reader that has enough, such as head, ends the program.
  process.stdout.on("error", () => process.exit(0));
  return {
    async send(events) {
      await write(events.map(({value}) => `${value}\n`).join(""));
    },
    async close() {},
  };
}

/** Kafka, with a ledger of what it acknowledged. Ready once it has; a fleet at rest has nothing to wait for. */
function toKafka({truth}: Fleet, atRest: () => boolean): Sink {
  collectDefaultMetrics();
  const topic = text("KAFKA_TOPIC", "telemetry");
  const ledger = new Map<string, LedgerEntry>();
  let sent = false;
  /** Events that are under way: in Kafka or not, nobody has said yet. */
  let inDoubt = 0;
  const total = () => [...ledger.values()].reduce((sum, {events}) => sum + events, 0);
  endInTime(signal, () => log.warn({acknowledged: total(), inDoubt}, "stopped without an answer"));
  const producer = createProducer(connectKafka("simulator", log), log, signal);
  const server = serve(number("HTTP_PORT", 8080), () => sent || atRest(), {
    "/ledger": async (): Promise<Ledger> => ({
      acknowledged: total(),
      vehicles: Object.fromEntries(ledger),
      truth: truth.entries(),
    }),
  });
  return {
    async send(events) {
      // Each portion is entered once it is acknowledged: one that fails leaves the ledger of the others true.
      for (const portion of portions(events)) {
        inDoubt = portion.length;
        await producer.send(topic, portion);
        inDoubt = 0;
        sent = true;
        for (const {key, value, text = value, kind, time} of portion) {
          if (kind === "valid") enter(ledger, key, time, text);
          acknowledged.inc({kind});
        }
      }
    },
    async close() {
      await producer.close();
      server.close();
      log.info({acknowledged: total(), inDoubt}, "stopped");
    },
  };
}
