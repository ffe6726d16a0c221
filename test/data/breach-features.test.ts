import {DuckDBInstance} from "@duckdb/node-api";
import {beforeAll, expect, test} from "vitest";
import {breachSql, FEATURES, LEAST_HISTORY, ruleScore} from "../../workloads/predictions/breach/features.ts";
import {
  addReading,
  createReadings,
  createSummary,
  newestOf,
  summarize,
} from "../../workloads/predictions/breach/state.ts";
import {random} from "../../workloads/simulator/random.ts";
import {scenarios} from "../../workloads/simulator/scenarios.ts";
import {createVehicle} from "../../workloads/simulator/vehicle.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** Features of training (SQL, in PostgreSQL and in DuckDB) and of the scorer's state, of the same readings. */
const [HOURS, STEP] = [5, 10];
/** Of each vehicle, whether it sends something in a second: each second, each five, by chance, each four, each second with readings that come late by seconds. */
const SENDS: ((second: number, chance: number) => boolean)[] = [
  () => true,
  (second) => second % 5 === 0,
  (_, chance) => chance < 0.15,
  (second) => second % 4 === 0,
  () => true,
];
const target = {max: -8, horizon: 120};
const START = Date.UTC(2026, 10, 3, 7);
const since = new Date(START + 600_000);
const until = new Date(START + (HOURS * 60 - 10) * 60_000);

interface Reading {
  vehicle: string;
  ms: number;
  temperature: number | null;
  speed: number | null;
}

/** In the order in which they come: some late, some twice, with gaps, and sensors that say nothing at times. */
function readingsOf(vehicle: number): Reading[] {
  const next = random(vehicle + 1);
  const {step} = createVehicle(vehicle, vehicle, scenarios["cold-chain"]);
  const found: (Reading & {comes: number})[] = [];
  for (let second = 0, gap = 0; second < HOURS * 3_600; second++) {
    const ms = START + second * 1_000 + Math.floor(next() * 900);
    const {temperature, speed} = step(1, ms);
    gap = next() < 0.0005 ? Math.floor(next() * 400) : gap - 1;
    if (gap > 0 || !SENDS[vehicle]!(second, next())) continue;
    const reading = {
      vehicle: `v${vehicle}`,
      ms,
      temperature: next() < 0.02 ? null : temperature,
      speed: vehicle === 3 || next() < 0.02 ? null : speed,
      comes: ms + (vehicle === 4 && next() < 0.2 ? next() * 5_000 : next() < 0.01 ? next() * 30_000 : 0),
    };
    found.push(reading);
    if (next() < 0.01) found.push({...reading, comes: reading.comes + 5_000});
  }
  return found.sort((one, other) => one.comes - other.comes);
}

const readings = SENDS.flatMap((_, vehicle) => readingsOf(vehicle));
const LITERALS = (rows: Reading[]) =>
  rows
    .map(
      ({vehicle, ms, temperature, speed}) =>
        `('${vehicle}', '${new Date(ms).toISOString()}', ${temperature}, ${speed})`,
    )
    .join(",");
const TABLE = `breach_features_${process.pid}`;
const CREATE = `CREATE TABLE ${TABLE} (vehicle_id text, ts timestamptz, temperature float8, speed float8)`;
const sql = breachSql({table: TABLE, since, until, target, step: STEP});

type Row = Record<string, number | null> & {vehicle_id: string; ts: Date};
let inPostgres: Row[];
let inDuckdb: Row[];
beforeAll(async () => {
  const owner = postgresOf(stack.servers.timescaledb.address);
  const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  await sqlAs(owner, CREATE);
  await duckdb.run(CREATE);
  for (let at = 0; at < readings.length; at += 5_000) {
    const insert = `INSERT INTO ${TABLE} VALUES ${LITERALS(readings.slice(at, at + 5_000))}`;
    await sqlAs(owner, insert);
    await duckdb.run(insert);
  }
  inPostgres = await sqlAs(owner, sql);
  inDuckdb = (await duckdb.runAndReadAll(sql)).getRowObjectsJS() as Row[];
  await sqlAs(owner, `DROP TABLE ${TABLE}`);
  duckdb.closeSync();
});

/** NaN and null are one: what no reading says. */
const isSame = (one: number | null, other: number | null) =>
  (one === null || Number.isNaN(one) ? null : one) === null
    ? other === null || Number.isNaN(other)
    : Math.abs(one! - other!) <= 1e-6 * Math.max(1e-3, Math.abs(one!), Math.abs(other!));

function expectSame(one: Row[], other: Row[], columns: string[]) {
  expect(one.length).toBe(other.length);
  const different = one.flatMap((row, at) =>
    columns
      .filter((name) => !isSame(row[name]!, other[at]![name]!))
      .map((name) => [row.vehicle_id, row.ts.toISOString(), name, row[name], other[at]![name]]),
  );
  expect(different.slice(0, 5)).toEqual([]);
}

const COLUMNS = [...FEATURES.map(({name}) => name), "rule", "label"];
const keyOf = (vehicle: string, ms: number) => `${vehicle} ${ms}`;

/** What the state says of each reading when it comes, of those that are the newest of their vehicle. */
function inState(rows: Reading[]): Map<string, Row> {
  const found = new Map<string, Row>();
  const summary = createSummary();
  const states = new Map<string, ReturnType<typeof createReadings>>();
  for (const {vehicle, ms, temperature, speed} of rows) {
    const state = states.get(vehicle) ?? createReadings();
    states.set(vehicle, state);
    if (temperature === null || addReading(state, ms, temperature, speed ?? Number.NaN) !== "added") continue;
    if (newestOf(state) !== ms) continue;
    summarize(state, summary);
    if (summary.history < LEAST_HISTORY) continue;
    const features = FEATURES.map(({name, value}) => [name, value(summary, target)]);
    found.set(keyOf(vehicle, ms), {...Object.fromEntries(features), rule: ruleScore(summary, target)});
  }
  return found;
}

test("PostgreSQL and DuckDB make the same rows of the same readings", () => {
  expect(inPostgres.length).toBeGreaterThan(1_000);
  expectSame(inPostgres, inDuckdb, COLUMNS);
});

test("of readings in their order the scorer's state has the features of the training", () => {
  const found = inState(readings.toSorted((one, other) => one.ms - other.ms));
  const states = inPostgres.map(({vehicle_id, ts}) => ({
    vehicle_id,
    ts,
    ...found.get(keyOf(vehicle_id, ts.getTime())),
  }));
  expectSame(inPostgres, states as Row[], COLUMNS.slice(0, -1));
});

test("readings that come late or twice leave the features that follow as if they had come in order", () => {
  const found = inState(readings);
  /** The readings of which some that were earlier came later, by at most so many. */
  const overtook = new Set<string>();
  let late = 0;
  for (const [at, {vehicle, ms}] of readings.entries()) {
    const isLater = (other: Reading) => other.vehicle === vehicle && other.ms < ms;
    const after = readings.slice(at + 1, at + 60).filter(isLater);
    late += after.length;
    if (after.length > 0) overtook.add(keyOf(vehicle, ms));
  }
  const rows = inPostgres.filter(({vehicle_id, ts}) => {
    const key = keyOf(vehicle_id, ts.getTime());
    return found.has(key) && !overtook.has(key);
  });
  expect([late > 50, rows.length > 1_000, new Set(rows.map(({vehicle_id}) => vehicle_id)).size]).toEqual([
    true,
    true,
    5,
  ]);
  const states = rows.map(({vehicle_id, ts}) => ({vehicle_id, ts, ...found.get(keyOf(vehicle_id, ts.getTime()))}));
  expectSame(rows, states as Row[], COLUMNS.slice(0, -1));
});

test("a label is 1 when a reading within the horizon is too warm, 0 when none is, and null where readings end before", () => {
  const counts = Map.groupBy(inPostgres, ({label}) => label);
  expect([counts.get(1)!.length > 20, counts.get(0)!.length > 500]).toEqual([true, true]);
  const byVehicle = Map.groupBy(readings, ({vehicle}) => vehicle);
  for (const {vehicle_id, ts, label} of inPostgres) {
    const from = ts.getTime();
    const ahead = byVehicle.get(vehicle_id)!.filter(({ms}) => ms > from);
    const isWarm = ahead.some(
      ({ms, temperature}) => ms <= from + target.horizon * 1_000 && temperature !== null && temperature > target.max,
    );
    const isEnd = !ahead.some(({ms, temperature}) => temperature !== null && ms >= from + target.horizon * 1_000);
    expect([vehicle_id, ts, label]).toEqual([vehicle_id, ts, isWarm ? 1 : isEnd ? null : 0]);
  }
});
