import {expect, test} from "vitest";
import {random} from "../simulator/random.ts";
import {scenarios} from "../simulator/scenarios.ts";
import {createVehicle} from "../simulator/vehicle.ts";
import {type BreachModel, createPart, type Prediction} from "./scorer.ts";
import type {Scored} from "./vehicles.ts";

const target = {max: -12, horizon: 120};
const START = Date.UTC(2026, 10, 3, 7);

/** A fleet's drive of some minutes, at an event each five seconds, in the order of time. */
function drive(vehicles: number, minutes: number): Scored[] {
  const all = Array.from({length: vehicles}, (_, index) => createVehicle(5, index, scenarios["cold-chain"]));
  const next = random(9);
  return Array.from({length: minutes * 12}, (_, at) =>
    all.map(({step}, index) => {
      const ts = new Date(START + at * 5_000 + Math.floor(next() * 1_000));
      return {vehicle_id: `v${index}`, ts, ...step(5, ts.getTime())};
    }),
  ).flat();
}

const timesOf = (events: Scored[]) => events.map(({ts}) => ts.getTime());

/** By batches of so many events. */
async function scored(part: ReturnType<typeof createPart>, events: Scored[], size: number, model?: BreachModel) {
  const found: Prediction[] = [];
  for (let at = 0; at < events.length; at += size) {
    const some = events.slice(at, at + size);
    found.push(...(await part.take(some, timesOf(some), model)).predictions);
  }
  return found;
}

const sorted = (predictions: Prediction[]) =>
  predictions.toSorted(
    (one, other) =>
      one.ms - other.ms || one.vehicle.localeCompare(other.vehicle) || one.model.localeCompare(other.model),
  );
const ofBreach = (predictions: Prediction[]) => predictions.filter(({model}) => model === "cold-chain-breach");

/** A hold that warms by a degree in ten seconds from its third minute on. */
const warming = (seconds = 300): Scored[] =>
  Array.from({length: seconds / 5}, (_, at) => ({
    vehicle_id: "v",
    ts: new Date(START + at * 5_000),
    temperature: -25 + Math.max(0, at * 5 - 120) * 0.1,
    speed: 10,
    humidity: 50,
    latitude: 48,
    longitude: 11 + at / 1_000,
  }));

test("says the same of the same events, however they are cut into batches", async () => {
  const events = drive(6, 40);
  const one = await scored(createPart(target), events, 1_000_000);
  expect(new Set(ofBreach(one).map(({label}) => label))).toEqual(new Set(["breach", "none"]));
  for (const size of [1, 7, 100]) expect(sorted(await scored(createPart(target), events, size))).toEqual(sorted(one));
});

test("goes on after a restart as if there had been none", async () => {
  const events = drive(6, 40);
  const whole = await scored(createPart(target), events, 50);
  for (const cut of [1_300, 2_000, 2_777]) {
    const after = createPart(target);
    const since = events[cut]!.ts.getTime();
    const before = events.slice(0, cut).filter(({ts}) => ts.getTime() >= since - 600_000);
    after.replay(before, timesOf(before));
    await after.replayed(undefined);
    const wanted = whole.filter(({ms, vehicle}) =>
      events.slice(cut).some(({vehicle_id, ts}) => vehicle_id === vehicle && ts.getTime() === ms),
    );
    expect(sorted(ofBreach(await scored(after, events.slice(cut), 50)))).toEqual(sorted(ofBreach(wanted)));
  }
});

test("the rule warns when the line of the last minute reaches the limit within the horizon, and has nothing to say of a hold that is too warm", async () => {
  const said = ofBreach(await scored(createPart(target), warming(), 10));
  const first = said.find(({label}) => label === "breach")!;
  expect(first).toMatchObject({version: 0, horizon: 120, vehicle: "v"});
  expect([first.score >= 0.5, first.ms > START + 120_000, first.ms < START + 170_000]).toEqual([true, true, true]);
  expect(said.at(-1)!.ms).toBeLessThanOrEqual(START + 250_000);
});

test("nothing is said before there is a minute of history", async () => {
  const said = ofBreach(await scored(createPart(target), warming(), 10));
  expect(said[0]!.ms).toBe(START + 60_000);
});

test("one prediction is stored for each half minute, and each change", async () => {
  const said = ofBreach(await scored(createPart(target), warming(), 10));
  const cold = said.filter(({ms}) => ms < START + 120_000).map(({ms}) => (ms - START) / 1_000);
  expect(cold).toEqual([60, 90]);
});

/** Warns of everything. */
const always = (scores?: (rows: number) => Float32Array | undefined): BreachModel => ({
  version: 4,
  threshold: 0.9,
  score: async (_, rows) => (scores ? scores(rows) : new Float32Array(rows).fill(0.95)),
});

test("a model's score and its threshold decide where one predicts", async () => {
  const said = ofBreach(await scored(createPart(target), warming(120), 10, always()));
  expect(said).toMatchObject([
    {version: 4, label: "breach", ms: START + 60_000},
    {version: 4, label: "breach", ms: START + 90_000},
  ]);
  expect(said[0]!.score).toBeCloseTo(0.95, 5);
});

test("an event without a speed is scored by the rule, and counted", async () => {
  const events = warming(120).map((event) => ({...event, speed: null}));
  const {predictions, leftOut} = await createPart(target).take(events, timesOf(events), always());
  expect(new Set(ofBreach(predictions).map(({version}) => version))).toEqual(new Set([0]));
  expect(leftOut["not-finite"]).toBe(12);
});

test("a model that fails leaves the rule", async () => {
  const said = ofBreach(
    await scored(
      createPart(target),
      warming(120),
      10,
      always(() => undefined),
    ),
  );
  expect(new Set(said.map(({version}) => version))).toEqual(new Set([0]));
});

test("events that come late, twice, from the future or without a temperature have no score, and are counted", async () => {
  const events = warming(120);
  const [late, twice] = [{...events[3]!, ts: new Date(START + 16_000)}, events[5]!];
  const ahead = {...events[0]!, ts: new Date(START + 3_600_000)};
  const mute = {...events[0]!, ts: new Date(START + 121_000), temperature: null};
  const all = [...events, late, twice, ahead, mute];
  const times = all.map(() => START + 121_000);
  const {predictions, leftOut} = await createPart(target).take(all, times, undefined);
  expect(leftOut).toMatchObject({late: 1, repeated: 1, ahead: 1, "no-temperature": 1});
  expect(predictions.every(({ms}) => ms < START + 120_000)).toBe(true);
});

test("of a vehicle that is warned of the end is heard too, and of others nothing", async () => {
  const part = createPart(target);
  const calm = warming(100);
  expect((await part.take(calm, timesOf(calm), undefined)).judgements).toEqual([]);
  const rest = warming(400).slice(calm.length);
  const labels = (await part.take(rest, timesOf(rest), undefined)).judgements.map(({label}) => label);
  expect([labels[0], labels.at(-1)]).toEqual(["breach", "none"]);
});

test("of a vehicle's events in five seconds the first is scored, the sensor is judged by all, and none is left out for that", async () => {
  const {judgements: _, ...slow} = await createPart(target).take(warming(300), timesOf(warming(300)), undefined);
  const events = warming(300).flatMap((event) =>
    [0, 1, 2, 3, 4].map((second) => ({
      ...event,
      ts: new Date(event.ts.getTime() + second * 1_000),
      // Between the samples the hold seems to be as cold as ever.
      temperature: event.temperature! - second / 100,
    })),
  );
  events[203] = {...events[203]!, temperature: 20};
  const fast = await createPart(target).take(events, timesOf(events), undefined);
  expect(ofBreach(fast.predictions)).toEqual(ofBreach(slow.predictions));
  expect(fast.leftOut).toEqual(slow.leftOut);
  expect(fast.predictions.filter(({label}) => label === "spike").map(({ms}) => ms)).toEqual([
    events[203]!.ts.getTime(),
  ]);
});
