import {expect, test} from "vitest";
import {flagsOf, type Quality} from "../../api/event/quality.ts";
import type {Row} from "../telemetry.ts";
import type {Batch, Message} from "./broker.ts";
import {createFlagger} from "./flagger.ts";

const START = Date.UTC(2026, 0, 1);
/** About a kilometre. */
const KM = 1 / 111.195;

/** An event at a second, so many kilometres from the beginning; null: without a fix. */
const event = (second: number, km: number | null, vehicle_id = "v"): Row => ({
  vehicle_id,
  ts: new Date(START + second * 1_000),
  latitude: km === null ? null : 48 + km * KM,
  longitude: km === null ? null : 11,
  speed: null,
  temperature: null,
  humidity: null,
  extra: null,
});

const batchOf = (partition: number, from: number, rows: Row[]): Batch => ({
  topic: "t",
  partition,
  messages: rows.map((_, at) => ({offset: String(from + at)}) as Message),
  next: String(from + rows.length),
});

/** Judges events one a second after another, each arriving at once. */
function open(quality?: Quality) {
  const flagger = createFlagger(quality);
  return {
    flagger,
    judged(from: number, rows: Row[], partition = 0, arrived?: number) {
      const judge = flagger.of(batchOf(partition, from, rows));
      return rows.map((row) => flagsOf(judge(row, arrived ?? row.ts.getTime())).join("+"));
    },
  };
}

test("a jump away and back is one flag, and a vehicle that stays where it jumped to is believed in the end", () => {
  const {judged} = open();
  expect(judged(0, [event(0, 0), event(1, 0.02), event(2, 3_000), event(3, 0.06)])).toEqual(["", "", "Jump", ""]);
  const moved = [0, 0.1, 0.2, 0.3].map((km, at) => event(4 + at, km - 5_000));
  expect(judged(4, moved)).toEqual(["Jump", "Jump", "", ""]);
});

test.each([
  [300, 0.09, ""],
  [300, 1.2, "Jump"],
  [2_000, 1.2, ""],
])("at most %i km/h, %d km in a second is %j", (maxSpeed, km, flag) => {
  const {judged} = open({maxSpeed});
  expect(judged(0, [event(0, 0), event(1, km)])).toEqual(["", flag]);
});

test("what comes after a later one is out of order, and moves nothing", () => {
  const {judged} = open();
  expect(judged(0, [event(10, 0), event(5, 0), event(8, 4_000), event(10, 0), event(11, 0)])).toEqual([
    "",
    "OutOfOrder",
    "Jump+OutOfOrder",
    "",
    "",
  ]);
});

test("a clock that is ahead makes neither right events late nor any place possible", () => {
  const {judged} = open();
  expect(judged(0, [event(0, 0)])).toEqual([""]);
  expect(judged(1, [event(36_000, 0)], 0, START)).toEqual(["ClockAhead"]);
  expect(judged(2, [event(1, 0), event(2, 4_000)])).toEqual(["", "Jump"]);
});

test("without a fix there is nothing to jump from", () => {
  const {judged} = open();
  const nowhere = {...event(1, 0), latitude: 0, longitude: 0};
  expect(judged(0, [event(0, 0), nowhere, event(2, null), event(3, 0)])).toEqual(["", "NullIsland", "", ""]);
});

test("vehicles, and the partitions of one, know nothing of each other", () => {
  const {judged} = open();
  expect(judged(0, [event(5, 0), event(1, 4_000, "w")])).toEqual(["", ""]);
  expect(judged(0, [event(1, 4_000)], 1)).toEqual([""]);
});

test("what is read again, or was given up, is judged without what came after it", () => {
  const {judged, flagger} = open();
  expect(judged(0, [event(5, 0)])).toEqual([""]);
  expect(judged(0, [event(1, 0)])).toEqual([""]);
  flagger.forget({topic: "t", partition: 0});
  expect(judged(1, [event(0, 0)])).toEqual([""]);
});

test("rules that are ignored set nothing", () => {
  const {judged} = open({ignore: ["Jump"]});
  expect(judged(0, [event(5, 0), event(4, 4_000)])).toEqual(["", "OutOfOrder"]);
});
