import pg from "pg";
import {expect} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {fillActuals} from "../../workloads/predictions/actuals.ts";
import {FEATURE_NAMES, SAMPLING} from "../../workloads/predictions/breach/features.ts";
import {type Card, enterVersion, promote, rollBack, type Stage} from "../../workloads/predictions/registry.ts";
import {createPart, type Prediction} from "../../workloads/predictions/scorer.ts";
import type {Scored} from "../../workloads/predictions/vehicles.ts";
import {scenarios} from "../../workloads/simulator/scenarios.ts";
import {createVehicle} from "../../workloads/simulator/vehicle.ts";
import {onnxOf} from "../onnx.ts";
import {hear} from "./alertmanager.ts";
import {startProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {makeDatabase} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";
import type {Trial} from "./trial.ts";

/** The scorer as a process, with real Kafka and TimescaleDB: it dies, moves and waits, and says what an unbroken run says. */
const target = {max: -12, horizon: 120};
const PATIENCE = 240_000;
let databases = 0;

/** A scorer on the trial's topic, with a database of the test's own. */
async function scorerOf(trial: Trial, more: Record<string, string> = {}) {
  const name = `predictions_${process.pid}_${databases++}`;
  const database = await makeDatabase(stack, name);
  const login = postgresOf(stack.servers.timescaledb.address, name);
  const env = {
    ...trial.environment,
    ...database,
    COLD_CHAIN_MAX: String(target.max),
    BREACH_HORIZON_SECONDS: String(target.horizon),
    NAMESPACE: "fleets",
    PIPELINE: "cold",
    REGISTRY_MS: "300",
    ...more,
  };
  const sql = (statement: string, values?: unknown[]) => sqlAs(login, statement, values);
  return {
    login,
    sql,
    async start() {
      const program = await startProgram("workloads/predictions/main.ts", env);
      trial.ingesters.push(program);
      const status = async () => (await fetch(`http://127.0.0.1:${program.port}/status`)).json() as Promise<any>;
      return {...program, status};
    },
    rows: () =>
      sql(
        "SELECT vehicle_id AS vehicle, (extract(epoch FROM ts) * 1000)::float8 AS ms, model, version, extract(epoch FROM horizon)::float8 AS horizon, score, label FROM prediction",
      ) as Promise<Prediction[]>,
    /** By a connection of its own, in a transaction. */
    async change<T>(work: (client: pg.Client) => Promise<T>) {
      const client = new pg.Client(login);
      await client.connect();
      await client.query("BEGIN");
      const done = await work(client);
      await client.query("COMMIT");
      await client.end();
      return done;
    },
  };
}

/** A fleet's drive, at an event each five seconds. */
function drive(vehicles: number, minutes: number, start: number): Scored[] {
  const all = Array.from({length: vehicles}, (_, index) => createVehicle(5, index, scenarios["cold-chain"]));
  return Array.from({length: minutes * 12}, (_, at) =>
    all.map(({step}, index) => {
      const ts = new Date(start + at * 5_000);
      return {vehicle_id: `v${index}`, ts, ...step(5, ts.getTime())};
    }),
  ).flat();
}

const START = Date.UTC(2026, 10, 3, 7);

/** With Kafka's time of each as if it had come at once, unless others are given. */
const send = (trial: Trial, events: Scored[], time?: number) =>
  trial.producer.send(
    trial.topic,
    events.map(({vehicle_id, ts, ...figures}) => ({
      key: vehicle_id,
      value: JSON.stringify({vehicle_id, timestamp: ts.toISOString(), ...figures}),
      timestamp: String(time ?? ts.getTime()),
    })),
  );

/** Sensors remember for longer than is read back: their score may differ in its last digit. */
const lines = (predictions: Prediction[]) =>
  predictions
    .map(({vehicle, ms, model, version, horizon, score, label}) =>
      [vehicle, ms, model, version, horizon, label, model === "sensor-fault" ? "" : score].join(" "),
    )
    .sort();

async function unbroken(events: Scored[]): Promise<string[]> {
  const times = events.map(({ts}) => ts.getTime());
  return lines((await createPart(target).take(events, times, undefined)).predictions);
}

test("what dies, moves, and waits for its database says what an unbroken run says, once", async ({open}) => {
  const trial = await open("timescaledb", {partitions: 2});
  const scorer = await scorerOf(trial);
  const events = drive(8, 60, START);
  const part = events.length / 6;
  let at = 0;
  const more = () => send(trial, events.slice(at * part, ++at * part));
  await more();
  const first = await scorer.start();
  await trial.caughtUp(PATIENCE);
  await more();
  first.signal("SIGKILL");
  const second = await scorer.start();
  await more();
  await trial.store.set({kind: "down"});
  await more();
  await waitFor("the problem", PATIENCE, async () => (await second.freshness()).problem);
  await trial.store.set();
  const third = await scorer.start();
  await more();
  await trial.caughtUp(PATIENCE);
  expect(await third.drain()).toMatchObject({code: 0});
  await more();
  await trial.caughtUp(PATIENCE);
  const wanted = await unbroken(events);
  expect(wanted.filter((line) => line.includes(" breach ")).length).toBeGreaterThan(20);
  expect(lines(await scorer.rows())).toEqual(wanted);
});

const card = {
  target,
  sampling: SAMPLING,
  threshold: 0.5,
  features: FEATURE_NAMES.map((name) => ({name, deciles: [0, 1]})),
} as unknown as Card;
/** Warns of everything. */
const eager = onnxOf([3], FEATURE_NAMES.length);
const enter = (client: pg.Client, stage: Stage, onnx: Buffer) =>
  enterVersion(client, {name: "cold-chain-breach", stage, onnx, card});

test("a model is promoted and rolled back while events come, and one that cannot be loaded leaves the one before", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const scorer = await scorerOf(trial);
  const program = await scorer.start();
  const events = drive(4, 50, START);
  const part = events.length / 5;
  let at = 0;
  const more = async () => {
    await send(trial, events.slice(at * part, ++at * part));
    await trial.caughtUp(PATIENCE);
  };
  const predicts = (version: number, hasProblem: boolean) =>
    waitFor(`version ${version}`, PATIENCE, async () => {
      const [model] = (await program.status()).models;
      return model.version === version && (model.problem !== undefined) === hasProblem && model;
    });
  await more();
  const [good, bad] = await scorer.change(async (client) => [
    await enter(client, "production", eager),
    await enter(client, "candidate", Buffer.from("nonsense")),
  ]);
  await predicts(good, false);
  await more();
  await scorer.change((client) => promote(client, "cold-chain-breach", bad));
  const {name, problem} = await predicts(good, true);
  expect(name).toBe("cold-chain-breach");
  expect(problem).toContain(`version ${bad} of cold-chain-breach cannot be loaded`);
  await more();
  await scorer.change((client) => rollBack(client, "cold-chain-breach"));
  await predicts(good, false);
  await more();
  await scorer.change((client) => rollBack(client, "cold-chain-breach"));
  await predicts(0, false);
  await more();
  const rows = (await scorer.rows()).filter(({model}) => model === "cold-chain-breach");
  const versions = [0, 1, 2, 3, 4].map((turn) => [
    ...new Set(
      rows
        .filter(({ms}) => Math.floor((ms - START) / 600_000) === turn)
        .map(({version, label}) => `${version} ${version ? label : ""}`),
    ),
  ]);
  expect(versions).toEqual([["0 "], ["1 breach"], ["1 breach"], ["1 breach"], ["0 "]]);
});

/** A hold that warms by a degree in ten seconds between two times of its own, in seconds, and is cold again after them. */
const hold = (
  vehicle_id: string,
  start: number,
  [from, to]: [number, number],
  [warms, cools]: [number, number],
): Scored[] =>
  Array.from({length: (to - from) / 5}, (_, at) => from + at * 5).map((second) => ({
    vehicle_id,
    ts: new Date(start + second * 1_000),
    temperature: -25 + (second < cools ? Math.max(0, second - warms) * 0.1 : 0) + (second % 7) / 100,
    speed: 10,
    humidity: 50,
    latitude: 48,
    longitude: 11 + second / 1_000,
  }));

test("Alertmanager hears of a hold that warms when it is back, and of its end, and never of events that come late", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const away = await hear();
  const {port} = away;
  await new Promise((resolve) => away.server.close(resolve));
  const scorer = await scorerOf(trial, {
    ALERTMANAGER_URL: `http://127.0.0.1:${port}/`,
    CONSOLE_URL: "https://console.example",
  });
  const program = await scorer.start();
  const start = Date.now() - 100_000;
  const late = hold("late", start - 600_000, [0, 200], [100, 400]);
  await send(trial, [...late, ...hold("v 1", start, [0, 170], [100, 200])], Date.now());
  await waitFor("a request that failed", PATIENCE, async () =>
    /^telemetry_decisions_failed_total [1-9]/m.test(await program.metrics()),
  );
  expect((await program.status()).problem).toMatch(/^Alertmanager does not take warnings: /);
  expect(await program.ready()).toBe(true);
  const {told, server} = await hear(port);
  await waitFor("the warning", PATIENCE, async () => told.length > 0);
  expect(told[0]).toMatchObject({
    labels: {
      alertname: "TelemetryColdChainBreachPredicted",
      namespace: "fleets",
      pipeline: "cold",
      vehicle_id: "v 1",
      model: "cold-chain-breach",
      severity: "warning",
    },
    generatorURL: "https://console.example/?vehicle=v+1",
  });
  expect(Date.parse(told[0]!.endsAt)).toBeGreaterThan(Date.now());
  await send(trial, hold("v 1", start, [170, 300], [100, 170]), Date.now());
  const ended = () => told.filter(({endsAt}) => Date.parse(endsAt) <= Date.now());
  await waitFor("its end", PATIENCE, async () => ended().length > 0);
  expect(new Set(told.map(({labels}) => labels.vehicle_id))).toEqual(new Set(["v 1"]));
  expect((await scorer.rows()).some(({vehicle, label}) => vehicle === "late" && label === "breach")).toBe(true);
  expect((await program.status()).problem).toBe(null);
  server.close();
});

test("what happened within the horizon is filled in once it is over, and is unknown an hour after the last event", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const {sql, login} = await scorerOf(trial);
  await sql(`INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, speed, temperature, humidity)
    SELECT vehicle, now() - ago, 48, 11, 50, temperature, 50 FROM (VALUES
      ('warm', interval '9 minutes', -5), ('later', interval '7 minutes', -5), ('cold', interval '5 minutes', -20))
      AS event(vehicle, ago, temperature)`);
  await sql(`INSERT INTO prediction SELECT vehicle, now() - ago, 'cold-chain-breach', 1, interval '2 minutes', 0.5, 'none'
    FROM (VALUES ('warm', interval '10 minutes'), ('later', interval '10 minutes'), ('cold', interval '10 minutes'),
      ('silent', interval '10 minutes'), ('gone', interval '2 hours'), ('cold', interval '150 seconds')) AS said(vehicle, ago)`);
  const pool = new pg.Pool({...login, max: 1});
  expect(await fillActuals(pool, target)).toBe(4);
  expect(await fillActuals(pool, target)).toBe(0);
  await pool.end();
  const actuals = await sql("SELECT vehicle_id, actual FROM prediction ORDER BY vehicle_id, ts");
  expect(actuals.map(({vehicle_id, actual}) => `${vehicle_id} ${actual}`)).toEqual([
    "cold none",
    "cold null",
    "gone unknown",
    "later none",
    "silent null",
    "warm breach",
  ]);
});
