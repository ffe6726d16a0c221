import {type ModelName, RULE} from "../../api/models.ts";
import {FEATURES, LEAST_HISTORY, ruleScore} from "./breach/features.ts";
import {createSummary, newestOf, summarize} from "./breach/state.ts";
import type {BreachTarget} from "./breach/target.ts";
import type {Model} from "./model.ts";
import {type Counts, createVehicles, judge, type Last, leftOut, type Scored, type Vehicle} from "./vehicles.ts";

/** As it is stored. */
export interface Prediction {
  vehicle: string;
  /** Time of the event, ms since the epoch. */
  ms: number;
  model: ModelName;
  version: number;
  /** Seconds. */
  horizon: number;
  score: number;
  label: string;
}

/** What an event says of a vehicle that has, or lately had, a label to be acted on. */
export interface Judgement {
  vehicle: string;
  ms: number;
  model: ModelName;
  label: string;
  score: number;
}

interface Outcome {
  predictions: Prediction[];
  judgements: Judgement[];
  leftOut: Counts;
}

/** The vehicles of a partition. */
export interface Part {
  /** Takes in events that were scored before, as far as the next ones need them. */
  replay(events: Scored[], times: number[]): void;
  /** After the last of them. */
  replayed(model: BreachModel | undefined): Promise<void>;
  /** @param times when each event came into Kafka, ms since the epoch */
  take(events: Scored[], times: number[], model: BreachModel | undefined): Promise<Outcome>;
}

/** A model that may fail, and then has no scores. */
export interface BreachModel extends Pick<Model, "version" | "threshold"> {
  score(features: Float32Array, rows: number): Promise<Float32Array | undefined>;
}

const SLOT_MS = 30_000;
/** After a label that was acted on, the vehicle is heard of for so long. */
const HEARD_MS = 120_000;
/** An event that is to have a score, or cannot (row -2); row -1: by the rule alone. */
interface Pending {
  vehicle: Vehicle;
  id: string;
  ms: number;
  rule: number;
  row: number;
}

const WIDTH = FEATURES.length;
const UNSCORED = -2;
const BY_RULE = -1;
/** Scores the events of a partition; what it says depends on them and on nothing else, so that a run that is repeated says the same. */
export function createPart(target: BreachTarget): Part {
  const vehicles = createVehicles();
  const summary = createSummary();
  let features = new Float32Array(0);
  /** Of them in use. */
  let rows = 0;

  return {
    replay(events, times) {
      const counts: Counts = {};
      for (const [at, event] of events.entries()) {
        const vehicle = vehicles.place(event, times[at]!, counts);
        if (vehicle) setLabel(vehicle.fault, event.ts.getTime(), judge(vehicle, event).label);
      }
    },
    async replayed(model) {
      const outcome = emptyOutcome();
      begin(vehicles.all.size);
      const pending = [...vehicles.all].map(([id, vehicle]) =>
        pend(vehicle, id, newestOf(vehicle.readings), outcome.leftOut),
      );
      await settle(pending, model, outcome);
    },
    async take(events, times, model) {
      const outcome = emptyOutcome();
      const pending: Pending[] = [];
      begin(events.length);
      for (const [at, event] of events.entries()) {
        const vehicle = vehicles.place(event, times[at]!, outcome.leftOut);
        if (!vehicle) continue;
        const id = event.vehicle_id;
        const ms = event.ts.getTime();
        const {label, score} = judge(vehicle, event);
        say(vehicle.fault, {vehicle: id, ms, model: "sensor-fault", version: RULE, horizon: 0, score, label}, outcome);
        if (newestOf(vehicle.readings) === ms) pending.push(pend(vehicle, id, ms, outcome.leftOut));
      }
      await settle(pending, model, outcome);
      return outcome;
    },
  };

  function begin(most: number) {
    rows = 0;
    if (features.length < most * WIDTH) features = new Float32Array(most * WIDTH);
  }

  function pend(vehicle: Vehicle, id: string, ms: number, counts: Counts): Pending {
    summarize(vehicle.readings, summary);
    const pending = {vehicle, id, ms, rule: ruleScore(summary, target), row: BY_RULE};
    const left = summary.history < LEAST_HISTORY ? "short-history" : summary.temperature > target.max ? "warm" : "";
    if (left) {
      leftOut(counts, left);
      return {...pending, row: UNSCORED};
    }
    for (let at = 0; at < WIDTH; at++) {
      const value = FEATURES[at]!.value(summary, target);
      if (!Number.isFinite(value)) {
        leftOut(counts, "not-finite");
        return pending;
      }
      features[rows * WIDTH + at] = value;
    }
    pending.row = rows++;
    return pending;
  }

  async function settle(pending: Pending[], model: BreachModel | undefined, outcome: Outcome) {
    const scores = rows > 0 ? await model?.score(features.subarray(0, rows * WIDTH), rows) : undefined;
    for (const {vehicle, id, ms, rule, row} of pending) {
      const said = {vehicle: id, ms, model: "cold-chain-breach", horizon: target.horizon} as const;
      const isModel = scores !== undefined && row >= 0;
      const score = isModel ? scores[row]! : rule;
      const label = score >= (isModel ? model!.threshold : 0.5) ? "breach" : "none";
      if (row !== UNSCORED)
        say(vehicle.breach, {...said, version: isModel ? model!.version : RULE, score, label}, outcome);
      else {
        // Too warm already: there is nothing to predict, and no warning any more.
        if (ms <= vehicle.breach.heardUntil) outcome.judgements.push({...said, label: "none", score: 0});
        vehicle.breach.label = undefined;
      }
    }
  }
}

/** Stores the first prediction of each 30 s, and each that says another thing than the one before. */
function say(last: Last, prediction: Prediction, {predictions, judgements}: Outcome): void {
  const {vehicle, ms, model, label, score} = prediction;
  const isStored = label !== last.label || Math.floor(ms / SLOT_MS) !== last.slot;
  setLabel(last, ms, label);
  if (isStored) predictions.push(prediction);
  if (ms <= last.heardUntil) judgements.push({vehicle, ms, model, label, score});
}

function setLabel(last: Last, ms: number, label: string) {
  last.label = label;
  last.slot = Math.floor(ms / SLOT_MS);
  if (label !== "none") last.heardUntil = ms + HEARD_MS;
}

const emptyOutcome = (): Outcome => ({predictions: [], judgements: [], leftOut: {}});
