import pino from "pino";
import {expect, test} from "vitest";
import {Refusal} from "../lib/refusal.ts";
import type {Druid} from "./druid.ts";
import {keep} from "./keep.ts";
import {compaction, rules, supervisor, type Wanted} from "./tables.ts";

const wanted: Wanted = {
  table: "telemetry",
  pipeline: "fleet",
  topic: "telemetry.canonical",
  consumer: {"bootstrap.servers": "kafka:9092"},
  columns: [],
  handoffSeconds: 3_600,
  retention: {},
  copies: 1,
};
const log = pino({level: "silent"});
const RUNNING = {payload: {state: "RUNNING", healthy: true, aggregateLag: 7}};

/** Druid by its answers, which has everything as it is wanted but for what is given; notes what it is told. */
function druidWith(answers: Record<string, unknown>) {
  const told: string[] = [];
  const has: Record<string, unknown> = Object.fromEntries(
    (["events", "minute", "hour", "day"] as const).flatMap((name) => {
      const table = name === "events" ? "telemetry" : `telemetry_${name}`;
      return [
        [`/druid/coordinator/v1/rules/${table}`, rules(name, wanted)],
        [`/druid/coordinator/v1/config/compaction/${table}`, compaction(name, wanted)],
        [`/druid/indexer/v1/supervisor/${table}`, supervisor(name, wanted)],
        [`/druid/indexer/v1/supervisor/${table}/status`, RUNNING],
      ];
    }),
  );
  const answer = (path: string) => {
    const found = path in answers ? answers[path] : has[path];
    if (found instanceof Error) throw found;
    return found;
  };
  const druid = {
    get: async (path: string) => answer(path),
    async post(path: string) {
      told.push(path);
      return answer(`POST ${path}`);
    },
  } as unknown as Druid;
  return {druid, told};
}

test("what is as it is wanted is told nothing", async () => {
  const {druid, told} = druidWith({});
  const states = await keep(druid, wanted, log);
  expect(states.map(({table, healthy, lag}) => [table, healthy, lag])).toEqual(
    ["telemetry", "telemetry_minute", "telemetry_hour", "telemetry_day"].map((table) => [table, true, 7]),
  );
  expect(told).toEqual([]);
});

test("a supervisor that Druid refuses is named with its words, and the other tables are kept all the same", async () => {
  const {druid, told} = druidWith({
    "/druid/indexer/v1/supervisor/telemetry_minute": new Refusal(404, "not found"),
    "/druid/indexer/v1/supervisor/telemetry_minute/status": new Refusal(404, "not found"),
    "/druid/coordinator/v1/rules/telemetry_day": [],
    "POST /druid/indexer/v1/supervisor": new Refusal(400, "unknown aggregator [HLLSketchBuild]"),
  });
  const states = await keep(druid, wanted, log);
  expect(states.filter(({healthy}) => !healthy)).toEqual([
    expect.objectContaining({
      table: "telemetry_minute",
      problem: "Druid does not take its supervisor: unknown aggregator [HLLSketchBuild]",
    }),
  ]);
  expect(told).toEqual(["/druid/indexer/v1/supervisor", "/druid/coordinator/v1/rules/telemetry_day"]);
});

test("one that a person suspended stays so, and one that cannot reach its servers has Druid's own words", async () => {
  const status = (payload: object) => ({payload: {...RUNNING.payload, ...payload}});
  const {druid} = druidWith({
    "/druid/indexer/v1/supervisor/telemetry/status": status({suspended: true, state: "SUSPENDED"}),
    "/druid/indexer/v1/supervisor/telemetry_day/status": status({
      state: "UNABLE_TO_CONNECT_TO_STREAM",
      healthy: false,
      recentErrors: [{exceptionMessage: "no brokers"}],
    }),
  });
  const problems = (await keep(druid, wanted, log)).map(({problem}) => problem);
  expect(problems[0]).toMatch(/suspended: resume it by POST/);
  expect(problems[3]).toBe("its supervisor is UNABLE_TO_CONNECT_TO_STREAM: no brokers");
  expect([problems[1], problems[2]]).toEqual([undefined, undefined]);
});

test("an error that is no answer is no table's: Druid is away", async () => {
  const away = new Error("connect ECONNREFUSED");
  const {druid} = druidWith({"/druid/coordinator/v1/rules/telemetry": away});
  await expect(keep(druid, wanted, log)).rejects.toThrow("ECONNREFUSED");
});

test("predictions that are not loaded are said of their table alone, whose rows stay as long as events", async () => {
  const path = "/druid/coordinator/v1/rules/telemetry_predictions";
  const {druid, told} = druidWith({[path]: []});
  const problem = "task telemetry_predictions-load-2026-11-30-1: shut down";
  const states = await keep(druid, wanted, log, {problem});
  expect(states.filter(({healthy}) => !healthy)).toEqual([
    {table: "telemetry_predictions", healthy: false, lag: undefined, unavailable: 0, problem},
  ]);
  expect(told).toEqual([path]);
});
