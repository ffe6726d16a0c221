import {execFileSync, spawn} from "node:child_process";
import {once} from "node:events";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {createReader} from "../../api/event/read.ts";
import {FIGURE_NAMES} from "../../api/event.ts";
import {eventText} from "../telemetry.ts";
import {parseFleet} from "./config.ts";
import {Fleet, type Shard, type SimulatedEvent} from "./fleet.ts";
import {enter, type LedgerEntry} from "./ledger.ts";

const START = Date.UTC(2026, 0, 1, 10);
const ALL: Shard = {from: 0, to: Number.POSITIVE_INFINITY};
const read = createReader();
const rowsOf = (value: string) => read({key: null, value: Buffer.from(value)}).rows;
const at = (event: SimulatedEvent) => `${event.key} ${event.time}`;

function run(fleet: Fleet, fromSecond: number, toSecond: number) {
  const sent: {event: SimulatedEvent; at: number}[] = [];
  for (let now = START + fromSecond * 1_000; now < START + toSecond * 1_000; now += 100)
    for (const events of fleet.due(now)) sent.push(...events.map((event) => ({event, at: now})));
  return sent;
}
const events = (config: object, seconds: number, shard = ALL) =>
  run(new Fleet(parseFleet(config), shard, START), 0, seconds);

test("each vehicle sends at its rate, and every event is valid and unique", () => {
  const sent = events({vehicles: 50, ratePerVehicle: 2, scenario: "stress"}, 60).map(({event}) => event);
  const counts = Map.groupBy(sent, ({key}) => key);
  expect(counts.size).toBe(50);
  for (const {length} of counts.values()) expect(Math.abs(length - 120)).toBeLessThanOrEqual(1);
  expect(new Set(sent.map(at)).size).toBe(sent.length);
  for (const {value} of sent) expect(rowsOf(value)).toHaveLength(1);
});

test("the shards of a fleet send what the whole fleet has, each vehicle once", () => {
  const shards = [0, 1, 2].flatMap((pod) => events({vehicles: 25}, 10, {from: pod * 10, to: pod * 10 + 10}));
  const counts = Map.groupBy(shards, ({event}) => event.key);
  expect(new Set(counts.keys())).toEqual(new Set(events({vehicles: 25}, 10).map(({event}) => event.key)));
  for (const {length} of counts.values()) expect(Math.abs(length - 10)).toBeLessThanOrEqual(1);
  expect(events({vehicles: 25}, 10, {from: 30, to: 40})).toEqual([]);
});

test("more vehicles, another rate or faults leave those that drive where they are", () => {
  const config = parseFleet({vehicles: 3});
  const fleet = new Fleet(config, ALL, START);
  const before = run(fleet, 0, 300).findLast(({event}) => event.key === "vehicle-00001")!;
  fleet.configure({...config, vehicles: 6, ratePerVehicle: 10}, START + 300_000);
  const after = run(fleet, 300, 302);
  expect(new Set(after.map(({event}) => event.key)).size).toBe(6);
  const first = after.find(({event}) => event.key === "vehicle-00001")!;
  const [was, is] = [JSON.parse(before.event.value), JSON.parse(first.event.value)];
  const metres = Math.hypot(is.latitude - was.latitude, is.longitude - was.longitude) * 111_320;
  expect(metres).toBeLessThan(30);
  expect(first.event.time - before.event.time).toBeLessThanOrEqual(1_100);
  fleet.configure({...config, vehicles: 1}, START + 302_000);
  expect(new Set(run(fleet, 302, 304).map(({event}) => event.key))).toEqual(new Set(["vehicle-00001"]));
});

test.each([
  ["malformed", (sent: Sent) => sent.filter(({event}) => rowsOf(event.value).length === 0).length],
  ["missingField", (sent: Sent) => sent.filter(({event}) => rowsOf(event.value).length === 0).length],
  [
    "missingReading",
    (sent: Sent) => sent.filter(({event}) => Object.keys(JSON.parse(event.value)).length === 6).length,
  ],
  ["duplicate", (sent: Sent) => sent.length - new Set(sent.map(({event}) => at(event))).size],
  ["outOfOrder", (sent: Sent) => sent.filter(({event, at}) => at - event.time >= 3_000).length],
  ["late", (sent: Sent) => sent.filter(({event, at}) => at - event.time >= 300_000).length],
] as const)("of a million events, so many are %s, and the stores are owed what the ledger holds", (kind, count) => {
  const sent = events({vehicles: 100, faults: {[`${kind}PerMillion`]: 20_000}}, 600);
  // 60,000 events at 2 %: 1,200, give or take five standard deviations (late ones: those of the first half only).
  expect(count(sent) / (kind === "late" ? 0.5 : 1)).toBeGreaterThan(1_000);
  expect(count(sent) / (kind === "late" ? 0.5 : 1)).toBeLessThan(1_400);
});

test("silent vehicles leave a gap of a minute, a burst loses nothing, a wrong clock stays wrong", () => {
  const gaps = (sent: Sent) => {
    const times = sent.map(({event}) => event.time).sort((a, b) => a - b);
    return times.slice(1).map((time, index) => time - times[index]!);
  };
  const quiet = events({vehicles: 1, faults: {silentPerMillion: 10_000}}, 600);
  expect(Math.max(...gaps(quiet))).toBeGreaterThanOrEqual(60_000);
  const burst = events({vehicles: 1, faults: {burstPerMillion: 10_000}}, 600).filter(
    ({event}) => event.time < START + 580_000,
  );
  expect(Math.max(...gaps(burst))).toBe(1_000);
  expect(Math.max(...burst.map(({event, at}) => at - event.time))).toBeGreaterThanOrEqual(14_000);
  const skewed = events({vehicles: 200, faults: {clockSkewPerMillion: 100_000}}, 2);
  const wrong = skewed.filter(({event, at}) => Math.abs(at - event.time) > 2_000).map(({event}) => event.key);
  expect(new Set(wrong).size).toBeGreaterThan(5);
  expect(new Set(wrong).size).toBeLessThan(50);
});

test("a ledger of the same events is the same in any order, and differs if one does", () => {
  const sent = events({vehicles: 2}, 20).map(({event}) => event);
  const ledgerOf = (list: SimulatedEvent[]) => {
    const ledger = new Map<string, LedgerEntry>();
    for (const {key, time, value} of list) enter(ledger, key, time, value);
    return Object.fromEntries(ledger);
  };
  expect(ledgerOf([...sent].reverse())).toEqual(ledgerOf(sent));
  const altered = [...sent.slice(1), {...sent[0]!, value: sent[0]!.value.replace(/.$/, " }")}];
  expect(ledgerOf(altered)).not.toEqual(ledgerOf(sent));
});

type Sent = ReturnType<typeof events>;

const simulator = (args: string[], input = "") =>
  execFileSync("node", [join(import.meta.dirname, "main.ts"), ...args], {encoding: "utf8", input, stdio: "pipe"});

test("without a cluster: simulated time to stdout, the same each time; a recording is replayed as it is", () => {
  const args = ["--stdout", "--from", "2026-01-01T00:00:00Z", "--seconds", "60", "--vehicles", "3", "--seed", "5"];
  const first = simulator(args);
  expect(first.trim().split("\n")).toHaveLength(180);
  expect(simulator(args)).toBe(first);
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  try {
    writeFileSync(join(folder, "events.ndjson"), `${first}not an event\n`);
    expect(simulator(["--stdout", "--replay", join(folder, "events.ndjson"), "--speed", "0"])).toBe(
      `${first}not an event\n`,
    );
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test("a replay that is stopped sends nothing that is not due", async () => {
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  const line = (hour: number) => `{"vehicle_id":"v","timestamp":"2026-01-01T0${hour}:00:00.000Z"}\n`;
  try {
    writeFileSync(join(folder, "events.ndjson"), [0, 1, 2, 3].map(line).join(""));
    const args = [join(import.meta.dirname, "main.ts"), "--stdout", "--replay", join(folder, "events.ndjson")];
    const child = spawn("node", args, {stdio: ["ignore", "pipe", "inherit"]});
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
      child.kill("SIGTERM");
    });
    const [code] = await once(child, "close");
    expect([code, printed]).toEqual([0, line(0)]);
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test.each([
  [["--scenario", "moon"], /scenario: .*city/],
  [["--vehicles", "many"], /--vehicles: "many" is no number/],
  [["--faults", "gremlins=3"], /faults: .*gremlins/],
  [["--from", "yesterday"], /--from: "yesterday" is no time/],
])("%s is refused with the name of the option", (args, message) => {
  expect(() => simulator(["--stdout", ...args])).toThrow(message);
});

test("an event without a reading is in the ledger as the stores give it back", () => {
  const sent = events({vehicles: 10, faults: {missingReadingPerMillion: 500_000}}, 60);
  const lacking = new Set<string>();
  for (const {event} of sent) {
    expect(event.kind).toBe("valid");
    const [row] = rowsOf(event.value);
    expect(eventText(row!)).toBe(event.value);
    for (const name of FIGURE_NAMES) if (row![name] === null) lacking.add(name);
  }
  expect([...lacking].sort()).toEqual(["humidity", "speed", "temperature"]);
});
