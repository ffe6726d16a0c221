import kafkajs from "kafkajs";
import {parseFleet} from "../../workloads/simulator/config.ts";
import {Fleet} from "../../workloads/simulator/fleet.ts";
import {vehicleId} from "../../workloads/simulator/vehicle.ts";
import {environment} from "../peers/servers.ts";
import {eventsIn, makeTopics} from "../peers/topic.ts";

const WANTED = Number(process.env.EVENTS ?? 2_000_000);
const FLEET = 200;
const DAYS = 3;
const PORTION = 5_000;
const SECONDS = DAYS * 86_400;
/** Days that are over, and old enough for the lake's maintenance to merge their files. */
const TO_MS = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;

/** The events that every store takes in: so many days of a fleet whose vehicles send in turns. */
export const events = {
  topic: "telemetry",
  count: Math.round(WANTED / FLEET) * FLEET,
  days: DAYS,
  from: new Date(TO_MS - SECONDS * 1_000),
  to: new Date(TO_MS),
  vehicles: Array.from({length: FLEET}, (_, index) => vehicleId(index)),
};

/** The lake's writer reads it as well; nothing comes in it. */
const DEAD_LETTERS = "telemetry.dlq";

/** Between two events of a vehicle. */
const PERIOD_MS = (SECONDS * 1_000 * FLEET) / events.count;

/** The span with the last event of each vehicle. */
export const last = {from: new Date(events.to.getTime() - PERIOD_MS), to: events.to};

/** The last hour of one vehicle, which people look at. */
export const track = {
  vehicle: events.vehicles[FLEET / 2]!,
  from: new Date(events.to.getTime() - 3_600_000),
  to: events.to,
};

/** Fills the topic with the simulator's events, once for all stores. A vehicle that is held up for longer than its period would go on from now. */
export async function fillTopic(): Promise<void> {
  await makeTopics([events.topic, DEAD_LETTERS]);
  const settings = parseFleet({vehicles: FLEET, ratePerVehicle: 1_000 / PERIOD_MS, seed: 27});
  const fleet = new Fleet(settings, {from: 0, to: FLEET}, events.from.getTime());
  const kafka = new kafkajs.Kafka({brokers: [environment.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING});
  const producer = kafka.producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner});
  await producer.connect();
  const waiting: {key: string; value: string}[] = [];
  const send = () => producer.send({topic: events.topic, messages: waiting.splice(0)});
  const end = events.to.getTime() - 1;
  for (let now = events.from.getTime(); ; now = Math.min(now + PERIOD_MS / 2, end)) {
    for (const some of fleet.due(now)) waiting.push(...some);
    if (waiting.length >= PORTION || now === end) await send();
    if (now === end) break;
  }
  await producer.disconnect();
  const count = await eventsIn(events.topic);
  if (count !== events.count) throw new Error(`the topic has ${count} events, not ${events.count}`);
}
