import {execFileSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parseFleet} from "./config.ts";
import {Fleet} from "./fleet.ts";
import {MAX_TRUTH, Truth, type TruthEntry} from "./truth.ts";
import {createUnit} from "./unit.ts";

const START = Date.UTC(2026, 0, 1);
const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

interface Reading {
  time: number;
  temperature: number;
}

const fleetOf = (config: object) =>
  new Fleet(parseFleet({vehicles: 3, ratePerVehicle: 0.1, ...config}), {from: 0, to: 1_000}, START);

/** What each vehicle sends between two hours. */
function drive(fleet: Fleet, fromHour: number, toHour: number): Map<string, Reading[]> {
  const sent: (Reading & {key: string})[] = [];
  for (let now = START + fromHour * HOUR_MS; now < START + toHour * HOUR_MS; now += 10_000)
    for (const {key, time, value} of [...fleet.due(now)].flat())
      sent.push({key, time, temperature: JSON.parse(value).temperature});
  return Map.groupBy(sent, ({key}) => key);
}

const of = (fleet: Fleet, kind: TruthEntry["kind"]) => fleet.truth.entries().filter((entry) => entry.kind === kind);
const isDuring = ({from, to}: TruthEntry, time: number) => from <= time && time < (to ?? Number.POSITIVE_INFINITY);
const isClosed = (doors: TruthEntry[], time: number, minutes: number) =>
  doors.every(({from, to}) => time < from || (to !== null && time >= to + minutes * MINUTE_MS));

const all = {coolingUnitPerMillion: 1_000_000};

test("a failing unit cools more slowly, and then not at all; healthy ones do while the doors are closed", () => {
  const config = {scenario: "delivery", vehicles: 3};
  const [healthy, failing] = [fleetOf(config), fleetOf({...config, faults: {...all, coolingUnitHours: 12}})];
  const [well, ill] = [drive(healthy, 0, 23), drive(failing, 0, 23)];
  let [warmest, atFirst, later, atLast] = [-99, 0, 99, 99];
  for (const [key, readings] of well) {
    const doors = of(healthy, "door").filter(({vehicle}) => vehicle === key);
    for (const [index, {time, temperature}] of readings.entries()) {
      if (!isClosed(doors, time, 15)) continue;
      const other = ill.get(key)![index]!.temperature;
      const hour = (time - START) / HOUR_MS;
      warmest = Math.max(warmest, temperature);
      if (hour < 0.1) atFirst = Math.max(atFirst, other - temperature);
      if (hour > 8 && isClosed(doors, time, 30)) later = Math.min(later, other - temperature);
      if (hour > 13) atLast = Math.min(atLast, other);
    }
  }
  expect(warmest).toBeLessThan(-12);
  expect(atFirst).toBeLessThan(0.1);
  // Half an hour after a stop.
  expect(later).toBeGreaterThan(1);
  expect(atLast).toBeGreaterThan(-12);
});

test("the hold of a failing cold-chain lorry warms up at night as well; where there is no hold, no unit fails", () => {
  const lorries = fleetOf({scenario: "cold-chain", faults: {...all, coolingUnitHours: 1}});
  for (const readings of drive(lorries, 0, 1.9).values()) expect(readings.at(-1)!.temperature).toBeGreaterThan(-12);
  expect(of(lorries, "coolingUnit")).toHaveLength(3);
  const cars = fleetOf({scenario: "city", faults: all});
  drive(cars, 0, 1);
  expect(cars.truth.entries()).toEqual([]);
});

test("a unit is repaired and fails again days later, whatever the times at which it is asked", () => {
  const failuresBy = (stepMs: number) => {
    const unit = createUnit(1, 2, START, 6);
    const failures = new Map<number, number>();
    for (let time = START; time < START + 200 * DAY_MS; time += stepMs) {
      const {from, to} = unit.at(time);
      if (time >= from) failures.set(from, to);
    }
    return [...failures];
  };
  const failures = failuresBy(10 * MINUTE_MS);
  expect(failuresBy(HOUR_MS)).toEqual(failures);
  expect(failures[0]).toEqual([START, START + 12 * HOUR_MS]);
  expect(createUnit(1, 2, START, 6).at(START + 3 * HOUR_MS).capacity).toBe(0.5);
  // 200 days of half a day of failure and four days of health: 44, give or take.
  expect(failures.length).toBeGreaterThan(25);
  expect(failures.length).toBeLessThan(70);
});

test("units begin to fail when they are told to while the vehicles drive, and are repaired at once", () => {
  const settings = {scenario: "delivery", vehicles: 40, ratePerVehicle: 0.1};
  const fleet = fleetOf(settings);
  const setTo = (hour: number, coolingUnitPerMillion: number) =>
    fleet.configure(parseFleet({...settings, faults: {coolingUnitPerMillion}}), START + hour * HOUR_MS);
  drive(fleet, 0, 1);
  setTo(1, 200_000);
  drive(fleet, 1, 2);
  const few = of(fleet, "coolingUnit");
  expect(few.length).toBeGreaterThan(2);
  expect(few.length).toBeLessThan(16);
  for (const {from, to} of few) expect({from, to}).toEqual({from: START + HOUR_MS, to: null});
  setTo(2, 600_000);
  drive(fleet, 2, 2.1);
  const more = of(fleet, "coolingUnit");
  expect(more.slice(0, few.length)).toEqual(few);
  expect(more.length).toBeGreaterThan(few.length);
  setTo(3, 0);
  for (const {to} of of(fleet, "coolingUnit")) expect(to).toBe(START + 3 * HOUR_MS);
  for (const readings of drive(fleet, 3, 5).values()) expect(readings.at(-1)!.temperature).toBeLessThan(-16);
});

test.each([
  ["stuck", 10 * MINUTE_MS, 0, 100],
  ["spike", 1, 5, 15],
  ["offset", 30 * MINUTE_MS, 3, 6],
  ["drift", 60 * MINUTE_MS, 0, 8],
] as const)(
  "a sensor with the fault %s is wrong while the truth says so, and right otherwise",
  (kind, ms, least, most) => {
    const config = {scenario: "delivery", vehicles: 5};
    const faulty = fleetOf({...config, faults: {[`${kind}PerMillion`]: 3_000}});
    const [wrong, right] = [drive(faulty, 6, 16), drive(fleetOf(config), 6, 16)];
    const truth = of(faulty, kind);
    expect(truth.length).toBeGreaterThan(5);
    for (const {from, to} of truth) if (to !== null) expect(to - from).toBe(ms);
    const unexplained: object[] = [];
    for (const [key, readings] of right) {
      const faults = truth.filter(({vehicle}) => vehicle === key);
      for (const [index, {time, temperature}] of readings.entries()) {
        const shown = wrong.get(key)![index]!.temperature;
        const fault = faults.find((entry) => isDuring(entry, time));
        const off = Math.abs(shown - temperature);
        const isRight = fault ? off >= least - 0.011 && off <= most + 0.011 : off === 0;
        if (!isRight) unexplained.push({key, time, shown, temperature});
        if (kind === "stuck" && fault) {
          const first = readings.findIndex((reading) => reading.time === fault.from);
          expect(shown).toBe(wrong.get(key)![first]!.temperature);
        }
        if (kind === "drift" && fault && time > fault.from + 0.95 * ms) expect(off).toBeGreaterThan(3.7);
      }
    }
    expect(unexplained).toEqual([]);
  },
);

test("a sensor has one fault at a time, and a vehicle that leaves has none any more", () => {
  const faults = {stuckPerMillion: 20_000, spikePerMillion: 20_000, offsetPerMillion: 20_000, driftPerMillion: 20_000};
  const fleet = fleetOf({scenario: "cold-chain", vehicles: 10, faults});
  drive(fleet, 0, 6);
  for (const entries of Map.groupBy(fleet.truth.entries(), ({vehicle}) => vehicle).values()) {
    const sensor = entries.filter(({kind}) => kind !== "door");
    for (const [index, {to}] of sensor.slice(0, -1).entries())
      expect(sensor[index + 1]!.from).toBeGreaterThanOrEqual(to!);
  }
  fleet.configure(parseFleet({scenario: "cold-chain", vehicles: 0}), START + 6 * HOUR_MS);
  expect(fleet.truth.entries().filter(({to}) => to === null)).toEqual([]);
});

test("of the truth the newest entries are kept, faults before openings of doors", () => {
  const truth = new Truth();
  for (let from = 0; from < 50_000; from++) truth.begin("vehicle-00001", from % 10 === 0 ? "spike" : "door", from);
  const entries = truth.entries();
  expect(entries).toHaveLength(MAX_TRUTH);
  expect(entries.filter(({kind}) => kind === "spike")).toHaveLength(5_000);
  for (let from = 50_000; from < 99_999; from++) truth.begin("vehicle-00001", "spike", from);
  expect(truth.entries()).toHaveLength(MAX_TRUTH);
  expect(truth.entries()[0]).toEqual({vehicle: "vehicle-00001", kind: "spike", from: 89_999, to: null});
});

test("without a cluster the truth is written to a file, the same each time", () => {
  const folder = mkdtempSync(join(tmpdir(), "truth-"));
  const file = join(folder, "truth.ndjson");
  const run = (...args: string[]) =>
    execFileSync("node", [join(import.meta.dirname, "main.ts"), ...args], {stdio: ["ignore", "ignore", "pipe"]});
  const written = () => {
    const faults = "coolingUnit=500000,coolingUnitHours=2,spike=500";
    const span = ["--from", "2026-01-01T00:00:00Z", "--seconds", "43200", "--rate", "0.1", "--vehicles", "8"];
    run("--stdout", "--scenario", "delivery", ...span, "--faults", faults, "--truth", file);
    return readFileSync(file, "utf8");
  };
  try {
    const text = written();
    const entries: TruthEntry[] = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(entries.map(({kind}) => kind))).toEqual(new Set(["coolingUnit", "door", "spike"]));
    for (const {kind, from, to} of entries)
      if (kind === "coolingUnit" && to !== null) expect(to - from).toBe(4 * HOUR_MS);
    expect(written()).toBe(text);
    expect(() => run("--truth", file)).toThrow(/--truth needs --stdout/);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
