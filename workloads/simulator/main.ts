import {collectDefaultMetrics} from "prom-client";
import {number, text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {connectKafka, createProducer} from "../lib/kafka.ts";
import {logger, sleep, stopSignal} from "../lib/process.ts";
import {acknowledged, simulated} from "./metrics.ts";
import {random} from "./random.ts";
import {createVehicle, vehicleId} from "./vehicle.ts";

/** Publishes the events of VEHICLES vehicles, RATE_PER_VEHICLE a second each, and counts what Kafka acknowledged. */
const signal = stopSignal();
const log = logger("simulator");
const count = number("VEHICLES", 4);
const seed = number("SEED", 1);
const periodMs = 1_000 / number("RATE_PER_VEHICLE", 1);
const malformedPerMillion = number("MALFORMED_PER_MILLION", 0);
const topic = text("KAFKA_TOPIC", "telemetry");
/** One send at most this often: batches, at no visible delay. */
const TICK_MS = 100;
const PORTION = 5_000;
const MAX_BEHIND_MS = 2_000;

collectDefaultMetrics();
simulated.set(count);

const fault = random(seed + 99);
const start = Date.now();
const vehicles = Array.from({length: count}, (_, index) => ({
  id: vehicleId(index),
  car: createVehicle(seed, index),
  // Spread over the period, so that load is even.
  due: start + (periodMs * index) / Math.max(1, count),
}));
const ledger: Record<string, number> = {};

let ready = false;
const producer = createProducer(connectKafka("simulator", log), log, signal);
// Ready once Kafka has acknowledged; without vehicles there is nothing to wait for.
const server = serve(number("HTTP_PORT", 8080), () => ready || count === 0, {
  "/ledger": async () => ({acknowledged: Object.values(ledger).reduce((sum, n) => sum + n, 0), vehicles: ledger}),
});
log.info({vehicles: count, periodMs}, "publishing");

while (!signal.aborted) {
  const now = Date.now();
  for (const events of dueEvents(now)) {
    try {
      await producer.send(topic, events);
    } catch {
      // Told to stop before Kafka answered: what was not acknowledged is not counted.
      break;
    }
    ready = true;
    for (const {key, malformed} of events) {
      if (!malformed) ledger[key] = (ledger[key] ?? 0) + 1;
      acknowledged.inc({kind: malformed ? "malformed" : "valid"});
    }
  }
  await sleep(Math.max(0, TICK_MS - (Date.now() - now)), signal);
}
await producer.close();
server.close();
log.info("stopped");
process.exit(0);

/** What the vehicles have to send by now, in portions: Kafka's answer to one is waited for before the next is made. */
function* dueEvents(now: number): Iterable<{key: string; value: string; malformed: boolean}[]> {
  let events: {key: string; value: string; malformed: boolean}[] = [];
  for (const vehicle of vehicles) {
    // A vehicle that was held up for long goes on from now: it does not send its past.
    if (now - vehicle.due > MAX_BEHIND_MS) vehicle.due = now;
    for (; vehicle.due <= now; vehicle.due += periodMs) {
      const time = Math.floor(vehicle.due);
      const reading = vehicle.car.step(periodMs / 1_000, time);
      const value = JSON.stringify({vehicle_id: vehicle.id, timestamp: new Date(time).toISOString(), ...reading});
      const malformed = malformedPerMillion > 0 && fault() * 1_000_000 < malformedPerMillion;
      events.push({key: vehicle.id, value: malformed ? value.slice(0, -10) : value, malformed});
      if (events.length < PORTION) continue;
      yield events;
      events = [];
    }
  }
  if (events.length > 0) yield events;
}
