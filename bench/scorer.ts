import {createReader} from "../api/event/read.ts";
import {onnxOf} from "../test/onnx.ts";
import {FEATURE_NAMES} from "../workloads/predictions/breach/features.ts";
import {loadModel} from "../workloads/predictions/model.ts";
import {type Card, sha256} from "../workloads/predictions/registry.ts";
import {type BreachModel, createPart} from "../workloads/predictions/scorer.ts";
import {random} from "../workloads/simulator/random.ts";

/** A fleet at an event a second each, ten minutes: all windows are full for half of them. */
const [VEHICLES, SECONDS, BATCH] = [500, 600, 5_000];
const [TREES, DEPTH] = [150, 6];
const START = Date.UTC(2026, 10, 24);
const target = {max: -12, horizon: 120};

/** Events a second of CPU, from a message's bytes to the predictions that are stored: neighbours on the machine cost little of these. */
export async function scorer(): Promise<void> {
  const messages = Array.from({length: VEHICLES * SECONDS}, (_, at) => ({
    key: null,
    value: eventOf(at),
    timestamp: "0",
  }));
  console.log(`\nscorer, ${messages.length} events of ${VEHICLES} vehicles at one a second, on one core`);
  const model = await modelOf();
  await measure("read alone", messages, undefined);
  await measure(
    "read, features, rule",
    messages,
    async (part, rows, times) => void (await part.take(rows, times, undefined)),
  );
  await measure(
    `with ${TREES} trees of depth ${DEPTH}`,
    messages,
    async (part, rows, times) => void (await part.take(rows, times, model)),
  );
  await measure("read again, for the state", messages, async (part, rows, times) => part.replay(rows, times));
}

type Take = (
  part: ReturnType<typeof createPart>,
  rows: ReturnType<ReturnType<typeof createReader>>["rows"],
  times: number[],
) => Promise<void>;

async function measure(
  name: string,
  messages: {key: null; value: Buffer; timestamp: string}[],
  take: Take | undefined,
) {
  const read = createReader();
  const part = createPart(target);
  const half = messages.length / 2;
  let began = process.cpuUsage();
  for (let at = 0; at < messages.length; at += BATCH) {
    if (at === half) began = process.cpuUsage();
    const rows = messages.slice(at, at + BATCH).flatMap((message) => read(message).rows);
    await take?.(
      part,
      rows,
      rows.map(({ts}) => ts.getTime()),
    );
  }
  const {user, system} = process.cpuUsage(began);
  const us = (user + system) / (messages.length - half);
  console.log(`${name.padEnd(28)} ${us.toFixed(2)} µs an event, ${Math.round(1e6 / us)} events/s`);
}

/** Trees that ask something at each level, as large as what the training makes. */
async function modelOf(): Promise<BreachModel> {
  const next = random(1);
  const tree = (depth: number): Parameters<typeof onnxOf>[0][number] =>
    depth === 0
      ? next() - 0.5
      : {
          feature: Math.floor(next() * FEATURE_NAMES.length),
          value: next() * 10 - 2,
          low: tree(depth - 1),
          high: tree(depth - 1),
        };
  const onnx = onnxOf(
    Array.from({length: TREES}, () => tree(DEPTH)),
    FEATURE_NAMES.length,
  );
  const card = {threshold: 0.9, features: FEATURE_NAMES.map((name) => ({name, deciles: []}))} as unknown as Card;
  const version = {name: "cold-chain-breach", version: 1, madeAt: new Date(), stage: "production", card} as const;
  return loadModel({...version, onnx, sha256: sha256(onnx)}, {names: FEATURE_NAMES, target: {}});
}

const eventOf = (at: number) => {
  const [vehicle, second] = [at % VEHICLES, Math.floor(at / VEHICLES)];
  return Buffer.from(
    JSON.stringify({
      vehicle_id: `vehicle-${String(vehicle).padStart(5, "0")}`,
      timestamp: new Date(START + second * 1_000 + vehicle).toISOString(),
      latitude: 48 + (at % 997) / 1e5,
      longitude: 11 + (at % 991) / 1e5,
      speed: (at % 1_300) / 10,
      temperature: -20 + Math.sin(second / 60 + vehicle) * 4 + (at % 7) / 10,
      humidity: (at % 1_000) / 10,
    }),
  );
};
