import {pino} from "pino";
import {expect, test} from "vitest";
import {TAKEN} from "../../api/event/identity.ts";
import {FLAG_NAMES, FLAGS} from "../../api/event/quality.ts";
import {createReader} from "../../api/event/read.ts";
import type {Letter} from "../lib/letter.ts";
import type {Retention} from "../lib/retention.ts";
import {eventText, type Row} from "../telemetry.ts";
import type {Message, Place} from "./broker.ts";
import {blocked, deadTotal, flaggedBy, flaggedTotal, lostTotal, rowsTotal} from "./metrics.ts";
import {createPump} from "./pump.ts";

const START = Date.UTC(2026, 0, 1);
const valid = (index: number): string =>
  eventText({
    vehicle_id: `v${index}`,
    ts: new Date(START + index * 1_000),
    latitude: 48,
    longitude: 11,
    speed: index,
    temperature: 20,
    humidity: 50,
  });
const batch = (...values: (string | null)[]) => ({
  topic: "t",
  partition: 3,
  next: String(values.length),
  messages: values.map(
    (value, offset): Message => ({
      key: Buffer.from("k"),
      value: value === null ? null : Buffer.from(value),
      offset: String(offset),
      timestamp: String(START + offset),
      headers: {trace: Buffer.from("abc")},
    }),
  ),
});

interface Answers {
  writes?: ("ok" | "down" | "refuses")[];
  /** By which code a send is refused. */
  sends?: string[];
  largest?: number;
  retention?: Retention;
}

/** A store and a broker in memory; each write or send goes as the next of its answers says. */
function open({writes = [], sends = [], largest = 1e9, retention}: Answers = {}) {
  const held = new Set<string>();
  const written: Row[] = [];
  const sent: Letter[] = [];
  const arrivals = new Map<number, number>();
  const stop = new AbortController();
  const store = {
    name: "timescaledb" as const,
    async write(rows: Row[]) {
      written.push(...rows);
      const answer = writes.shift() ?? "ok";
      if (answer === "down") throw new Error("no connection");
      if (rows.some(({speed}) => speed === 13)) throw new Error("check");
      for (const {vehicle_id} of rows) held.add(vehicle_id);
      return {
        repeated: rows.filter(({speed}) => speed === 7),
        taken: rows.filter(({speed}) => speed === 8).map((row) => ({row})),
      };
    },
    isRefusal: (error: unknown) => (error as Error).message === "check",
    troubleOf: () => "unreachable" as const,
  };
  const broker = {
    async send(_: string, messages: Letter[]) {
      const type = sends.shift();
      if (type) throw Object.assign(new Error(`words of ${type}`), {type});
      if (messages.some(({value}) => (value?.length ?? 0) > largest)) throw new Error("too large");
      sent.push(...messages);
    },
    isTooLarge: (error: unknown) => (error as Error).message === "too large",
    arrived: ({partition}: Place, ms: number) => void arrivals.set(partition, ms),
    commit() {},
  };
  const log = pino({level: "silent"});
  const pump = createPump({
    read: createReader(),
    store,
    broker,
    dlqTopic: "t.dlq",
    retention,
    log,
    signal: stop.signal,
  });
  return {pump, held, written, sent, arrivals, stop};
}
const ours = async () => {};

test("an event past the store's retention is a dead letter that says so, and its neighbours are written", async () => {
  const retention = {
    ms: Date.now() - START - 1_500,
    reason: "timestamp: is older than the retention of timescaledb (1h)",
  };
  const {pump, held, sent} = open({retention});
  await pump.take(batch(valid(0), valid(100), valid(200)), ours);
  expect([...held]).toEqual(["v100", "v200"]);
  expect(sent.map(({headers}) => headers.reason)).toEqual([retention.reason]);
});

test("rows go to the store, and each message that is none to the dead letters, with why and from where", async () => {
  const {pump, held, sent} = open();
  await pump.take(batch(valid(1), "nonsense", valid(2), null, valid(13)), ours);
  expect([...held].sort()).toEqual(["v1", "v2"]);
  expect(sent.map(({headers}) => headers)).toEqual([
    {
      trace: Buffer.from("abc"),
      reason: expect.stringContaining("not JSON"),
      "source-offset": "1",
      "source-topic": "t",
      "source-partition": "3",
      "source-timestamp": String(START + 1),
      store: "timescaledb",
    },
    expect.objectContaining({reason: "empty value", "source-offset": "3"}),
    expect.objectContaining({reason: "timescaledb: check", "source-offset": "4"}),
  ]);
  expect(pump.accepted).toBe(2);
});

test("of several events in a message each is a row or a dead letter of its own, and readings that are none are counted", async () => {
  lostTotal.reset();
  const {pump, held, sent} = open();
  const odd = valid(3).replace('"humidity":50', '"humidity":500');
  await pump.take(batch(valid(1), `[${valid(2)},{"vehicle_id":"v9"},${valid(13)},${odd}]`), ours);
  expect([...held].sort()).toEqual(["v1", "v2", "v3"]);
  expect(pump.accepted).toBe(3);
  expect(
    sent.map(({value, headers}) => [value?.toString(), headers["source-event"], headers["source-offset"]]),
  ).toEqual([
    ['[{"vehicle_id":"v9"}]', "2", "1"],
    [`[${valid(13)}]`, "3", "1"],
  ]);
  expect((await lostTotal.get()).values).toEqual([{labels: {store: "timescaledb", field: "humidity"}, value: 1}]);
});

test("a doubtful event is written with its flags, by Kafka's time of it, and counted", async () => {
  flaggedTotal.reset();
  const {pump, written} = open();
  await pump.take(batch(valid(1), valid(3_600), valid(2).replace('48,"longitude":11', '0,"longitude":0')), ours);
  expect(written.map(({quality_flags}) => quality_flags)).toEqual([undefined, 4, 1]);
  expect(await flaggedBy("timescaledb")).toEqual({ClockAhead: 1, NullIsland: 1});
});

test("an event whose time another one has is a dead letter, and one that is there already is not: both are counted, with no other flag", async () => {
  flaggedTotal.reset();
  const {pump, sent} = open();
  const nowhere = (index: number) => valid(index).replace('48,"longitude":11', '0,"longitude":0');
  await pump.take(batch(nowhere(7), nowhere(8), nowhere(9)), ours);
  expect(sent.map(({headers}) => [headers.reason, headers["source-offset"]])).toEqual([[TAKEN, "1"]]);
  expect(await flaggedBy("timescaledb")).toEqual({NullIsland: 1, SameTime: 1, Repeated: 1});
  expect(pump.accepted).toBe(2);
});

test("a batch that comes again is judged as if it were the first time", async () => {
  const {pump, written} = open({writes: ["ok", "down"]});
  const gone = () => Promise.reject(new Error("rebalance"));
  await pump.take(batch(valid(100)), ours);
  const again = {...batch(valid(0)), messages: batch("", valid(0)).messages.slice(1)};
  await expect(pump.take(again, gone)).rejects.toThrow("rebalance");
  await pump.take(again, ours);
  expect(written.map(({quality_flags}) => quality_flags)).toEqual([FLAGS.ClockAhead.bit, undefined, undefined]);
});

test("a store that is away is tried until it takes the rows, and meanwhile the pump says why", async () => {
  const {pump, held} = open({writes: ["down", "down"]});
  const problems: (string | undefined)[] = [];
  await pump.take(batch(valid(1)), async () => void problems.push(pump.problem));
  expect(problems).toEqual(["unreachable: no connection", "unreachable: no connection"]);
  expect(pump.problem).toBeUndefined();
  expect([...held]).toEqual(["v1"]);
});

test("the arrival of what is in the store is noted, not that of dead letters", async () => {
  const {pump, arrivals} = open();
  await pump.take(batch("nonsense"), ours);
  expect([pump.arrived, arrivals.size]).toEqual([undefined, 0]);
  await pump.take(batch(valid(1), valid(2)), ours);
  // Kafka's time of the second, which is one of the past.
  expect([pump.arrived, arrivals.get(3)]).toEqual([START + 1, START + 1]);
});

test("a batch whose partition went to another member is given up", async () => {
  const {pump, held} = open({writes: ["down"]});
  const gone = () => Promise.reject(new Error("rebalance"));
  await expect(pump.take(batch(valid(1)), gone)).rejects.toThrow("rebalance");
  expect(held.size + pump.accepted).toBe(0);
  expect(pump.problem).toBeUndefined();
});

test("a refused row that no other shows to be at fault comes again, with what has come meanwhile", async () => {
  const {pump, held, sent} = open();
  expect(await pump.take(batch(valid(13)), ours)).toBe(false);
  expect(pump.problem).toBe("unreachable: check");
  expect(sent).toEqual([]);
  expect(await pump.take(batch(valid(13), valid(1)), ours)).toBe(true);
  expect(pump.problem).toBeUndefined();
  expect([...held]).toEqual(["v1"]);
  expect(sent).toMatchObject([{headers: {reason: "timescaledb: check", "source-offset": "0"}}]);
});

test("a stop gives the batch up when the store is away: it counts as unread", async () => {
  const {pump, stop} = open({writes: ["down"]});
  stop.abort();
  await expect(pump.take(batch(valid(1)), ours)).rejects.toThrow("no connection");
});

test("a dead letter that its topic does not take whole is shortened, its neighbours are not", async () => {
  const {pump, sent} = open({largest: 50_000});
  await pump.take(batch("x".repeat(60_000), "nonsense"), ours);
  expect(sent.map(({value, headers}) => [value?.length, headers["original-bytes"]])).toEqual([
    [16_384, "60000"],
    [8, undefined],
  ]);
});

test("a dead-letter topic that takes none is named until it does; the batch's good rows are in the store meanwhile", async () => {
  const {pump, held, sent} = open({sends: ["UNKNOWN_TOPIC_OR_PARTITION", "INVALID_RECORD"]});
  const seen: unknown[] = [];
  await pump.take(batch(valid(1), "nonsense", valid(2)), async () => {
    seen.push([pump.problem, (await blocked.get()).values[0]!.value, [...held], pump.accepted]);
  });
  expect(seen).toEqual([
    [expect.stringMatching(/^dead-letters: topic t\.dlq .*does not exist.*\(words of UNK/), 1, ["v1", "v2"], 2],
    [expect.stringMatching(/^dead-letters: .*compacted/), 1, ["v1", "v2"], 2],
  ]);
  expect(sent).toHaveLength(1);
  expect([pump.problem, (await blocked.get()).values[0]!.value]).toEqual([undefined, 0]);
});

test("a store that takes rows does not hide a dead-letter topic that takes none", async () => {
  const {pump} = open({sends: ["INVALID_RECORD"]});
  let problem: string | undefined;
  await pump.take(batch("nonsense"), async () => {
    await pump.take(batch(valid(1)), ours);
    problem = pump.problem;
  });
  expect(problem).toMatch(/^dead-letters: /);
  expect(pump.problem).toBeUndefined();
});

test("a topic that is too small even for the shortened one is named, and the batch stays unread", async () => {
  const {pump, sent, stop} = open({largest: -1});
  let problem: string | undefined;
  const stopped = pump.take(batch("x".repeat(60_000)), async () => {
    problem = pump.problem;
    stop.abort();
  });
  await expect(stopped).rejects.toThrow("too large");
  expect(problem).toMatch(/^dead-letters: /);
  expect(sent).toHaveLength(0);
});

test("dead letters of a partition that went to another member are left to it", async () => {
  const {pump} = open({sends: ["INVALID_RECORD"]});
  const gone = () => Promise.reject(new Error("rebalance"));
  await expect(pump.take(batch("nonsense"), gone)).rejects.toThrow("rebalance");
  expect(pump.problem).toBeUndefined();
});

test("what is counted is there as 0 from the start: Prometheus sees no growth in a count that comes as 1", async () => {
  for (const counter of [deadTotal, rowsTotal, flaggedTotal]) counter.reset();
  open();
  for (const counter of [deadTotal, rowsTotal])
    expect((await counter.get()).values).toMatchObject([{labels: {store: "timescaledb"}, value: 0}]);
  expect((await flaggedTotal.get()).values.map(({value}) => value)).toEqual(FLAG_NAMES.map(() => 0));
});
