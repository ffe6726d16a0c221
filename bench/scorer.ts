import {loadavg} from "node:os";
import {createReader} from "../api/event/read.ts";
import {FEATURE_NAMES, SAMPLING} from "../workloads/predictions/breach/features.ts";
import {loadModel} from "../workloads/predictions/model.ts";
import {sha256} from "../workloads/predictions/registry.ts";
import {type BreachModel, createPart} from "../workloads/predictions/scorer.ts";
import {type Bar, barsTable} from "./peers/bars.ts";
import {markdown} from "./peers/report.ts";
import {predicted} from "./predicted.ts";
import {breachModel, DEPTH, TREES, target} from "./trees.ts";

/** Ten minutes: all windows are full for half of them. */
const [SECONDS, BATCH] = [600, 5_000];
const EVENTS = 300_000;
const START = Date.UTC(2026, 10, 24);
/** Events a second of each vehicle. */
const RATES = [1, 0.2];

/** What a scorer takes in, and how soon its predictions are stored. */
export async function scorer(): Promise<void> {
  const bars = await capacity();
  bars.push(await predicted());
  console.log(`\n${barsTable(bars)}\n`);
}

/** Events a second of CPU, from a message's bytes to the predictions that are stored: neighbours on the machine cost little of these. */
async function capacity(): Promise<Bar[]> {
  const model = await modelOf();
  const bars: Bar[] = [];
  for (const rate of RATES) {
    const messages = messagesOf(rate);
    const rows: string[][] = [];
    let byRule = 0;
    for (const [name, take] of waysOf(model)) {
      const perSecond = await measure(messages, take);
      if (name === BY_RULE) byRule = perSecond;
      rows.push([
        name,
        Math.round(perSecond).toLocaleString("en-US"),
        (1e6 / perSecond).toFixed(2),
        byRule > 0 ? (perSecond / byRule).toFixed(2) : "",
      ]);
      if (name === BY_MODEL)
        bars.push({what: `Scorer: ${rate} events/s a vehicle`, figure: perSecond, unit: "events/s", atLeast: 100_000});
    }
    const title = `${EVENTS} events of ${vehiclesOf(rate)} vehicles at ${rate} events/s each, one core, load ${loadavg()[0]!.toFixed(1)}`;
    console.log(`\nscorer, ${title}\n\n${markdown(["", "events/s", "µs an event", "of the rule's rate"], rows)}`);
  }
  return bars;
}

const vehiclesOf = (rate: number) => EVENTS / SECONDS / rate;

type Take = (
  part: ReturnType<typeof createPart>,
  rows: ReturnType<ReturnType<typeof createReader>>["rows"],
  times: number[],
) => Promise<void>;

const BY_RULE = "read, features, rule";
const BY_MODEL = `with ${TREES} trees of depth ${DEPTH}`;

const waysOf = (model: BreachModel): [string, Take | undefined][] => [
  ["read alone", undefined],
  [BY_RULE, async (part, rows, times) => void (await part.take(rows, times, undefined))],
  [BY_MODEL, async (part, rows, times) => void (await part.take(rows, times, model))],
  ["read again, for the state", async (part, rows, times) => part.replay(rows, times)],
];

/** Events a second of CPU. */
async function measure(messages: {key: null; value: Buffer; timestamp: string}[], take: Take | undefined) {
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
  return (1e6 * (messages.length - half)) / (user + system);
}

async function modelOf(): Promise<BreachModel> {
  const {onnx, card} = breachModel();
  const version = {name: "cold-chain-breach", version: 1, madeAt: new Date(), stage: "production", card} as const;
  const wanted = {names: FEATURE_NAMES, target, sampling: SAMPLING};
  return loadModel({...version, onnx, sha256: sha256(onnx)}, wanted);
}

function messagesOf(rate: number) {
  const vehicles = vehiclesOf(rate);
  return Array.from({length: EVENTS}, (_, at) => {
    const [vehicle, second] = [at % vehicles, Math.floor(at / vehicles) / rate];
    const event = {
      vehicle_id: `vehicle-${String(vehicle).padStart(5, "0")}`,
      timestamp: new Date(START + second * 1_000 + (vehicle % 1_000)).toISOString(),
      latitude: 48 + (at % 997) / 1e5,
      longitude: 11 + (at % 991) / 1e5,
      speed: (at % 1_300) / 10,
      temperature: -20 + Math.sin(second / 60 + vehicle) * 4 + (at % 7) / 10,
      humidity: (at % 1_000) / 10,
    };
    return {key: null, value: Buffer.from(JSON.stringify(event)), timestamp: "0"};
  });
}
