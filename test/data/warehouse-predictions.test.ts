import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {pino} from "pino";
import {afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi} from "vitest";
import type {Druid} from "../../workloads/warehouse/druid.ts";
import {rowServer} from "../../workloads/warehouse/prediction-rows.ts";
import {loadPredictions} from "../../workloads/warehouse/predictions.ts";
import type {Wanted} from "../../workloads/warehouse/tables.ts";
import {makeDatabase} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/**
 * Predictions of a real TimescaleDB on their way to the warehouse. Druid is a stand-in, which fetches rows as Druid does and keeps them by day: with the real
 * one they go in test/e2e/lake/predictions.ts.
 */
const PLACE = `warehouse_predictions_${process.pid}`;
const owner = postgresOf(stack.servers.timescaledb.address, PLACE);
const DAY_MS = 86_400_000;
const wanted = {table: "telemetry", retention: {}} as unknown as Wanted;
const sql = (statement: string) => sqlAs(owner, statement);
const ROWS = 12_000;

beforeAll(async () => {
  await makeDatabase(stack, PLACE);
  // As who only reads, and is given less than a day takes.
  const login = {PGHOST: owner.host!, PGUSER: "telemetry_reader", PGPASSWORD: stack.password, PGDATABASE: PLACE};
  for (const [name, value] of Object.entries(login)) vi.stubEnv(name, value);
});

afterAll(() => vi.unstubAllEnvs());

/** Yesterday, today and a day past the retention. */
beforeEach(async () => {
  await sql(`TRUNCATE prediction;
    INSERT INTO prediction (vehicle_id, ts, model, version, horizon, score, label)
    SELECT 'truck ' || n % 10, date_trunc('day', now(), 'UTC') - interval '1 day' + n * interval '10 s', 'cold-chain-breach', 0, '2 minutes', n / 7.0, 'none'
    FROM generate_series(1, ${ROWS}) AS n;
    INSERT INTO prediction (vehicle_id, ts, model, version, horizon, score, label)
    VALUES ('truck 1', now() - interval '40 days', 'cooling-unit', 2, '1 day', 0.9, 'failing')`);
});

interface Row {
  ts: number;
  vehicle_id: string;
  model: string;
  version: number;
  label: string;
  actual: string | null;
  score: number;
}

/** Druid's table of predictions; `fails` ends a task as Druid would. */
async function warehouse(fails: (day: string) => string | undefined = () => undefined) {
  const days = new Map<number, Row[]>();
  const loaded: string[] = [];
  const states = new Map<string, object>();
  const rows = rowServer();
  const server = createServer((request, response) => void rows.handler(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());

  async function run({id, spec}: any) {
    const day = spec.dataSchema.granularitySpec.intervals[0].slice(0, 10);
    const problem = fails(day);
    if (problem) return states.set(id, {statusCode: "FAILED", errorMsg: problem});
    const answer = await fetch(spec.ioConfig.inputSource.uris[0], {headers: {range: "bytes=0-"}});
    const lines = (await answer.text()).trim().split("\n");
    days.set(
      Date.parse(day),
      lines.map((line) => JSON.parse(line)),
    );
    loaded.push(day);
    return states.set(id, {statusCode: "SUCCESS"});
  }

  const druid = {
    get: async (path: string) => ({status: states.get(path.split("/")[5]!)}),
    async post(_: string, task: any) {
      await run(task);
      return {task: task.id};
    },
    sql: async () => [...days].flatMap(([day, all]) => all.map(({score, ...said}) => ({...said, day, rows: 1, score}))),
  } as unknown as Druid;
  const {port} = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const {signal} = new AbortController();
  const log = pino({level: "silent"});
  const loading = {druid, wanted, rows, url, keptSeconds: 30 * 86_400, log, signal};
  return {days, loaded, rows, url, load: () => loadPredictions(loading, true)};
}

const dayName = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

describe("predictions in the warehouse", {concurrent: false}, () => {
  test("each day is loaded once, with all that it has, and again when it is known what came of a prediction", async () => {
    const {days, loaded, load} = await warehouse();
    expect(await load()).toBe(2);
    expect(await load()).toBe(0);
    expect(loaded).toEqual([dayName(0), dayName(1)]);
    const all = [...days.values()].flat();
    const there = await sql(
      "SELECT vehicle_id, (extract(epoch FROM ts) * 1000)::float8 AS ts, model, version, extract(epoch FROM horizon)::float8 AS horizon, score, label, actual FROM prediction WHERE ts > now() - interval '30 days' ORDER BY ts",
    );
    expect(all.toSorted((a, b) => a.ts - b.ts)).toEqual(there);
    await sql(
      "UPDATE prediction SET actual = 'breach' WHERE ts = (SELECT min(ts) FROM prediction WHERE model = 'cold-chain-breach')",
    );
    expect(await load()).toBe(1);
    expect(loaded.at(-1)).toBe(dayName(1));
    expect(await load()).toBe(0);
  });

  test("a task that fails is named with Druid's words, and its day is loaded the next time", async () => {
    let problem: string | undefined = "Shutdown request from user";
    const {loaded, load} = await warehouse((day) => (day === dayName(1) ? problem : undefined));
    await expect(load()).rejects.toThrow(
      new RegExp(`^task telemetry_predictions-load-${dayName(1)}-[0-9a-f-]+: Shutdown request from user$`),
    );
    expect(loaded).toEqual([dayName(0)]);
    problem = undefined;
    expect(await load()).toBe(1);
    expect(loaded).toEqual([dayName(0), dayName(1)]);
  });

  test("what TimescaleDB no longer has stays in the warehouse", async () => {
    const {days, load} = await warehouse();
    await load();
    const rows = () => [...days.values()].flat().length;
    const before = rows();
    await sql("DELETE FROM prediction WHERE ts < date_trunc('day', now(), 'UTC') - interval '12 hours'");
    expect(await load()).toBe(0);
    expect(rows()).toBe(before);
  });

  test("rows are given to who was told where, whole, and until the day is loaded", async () => {
    const {rows, url} = await warehouse();
    const offer = rows.offer(Math.floor(Date.now() / DAY_MS - 1) * DAY_MS);
    const ask = async (path: string, range = "bytes=0-") => (await fetch(`${url}${path}`, {headers: {range}})).status;
    expect(await ask(offer.path)).toBe(200);
    expect(await ask(offer.path, "bytes=100-")).toBe(409);
    expect(await ask("/predictions/another")).toBe(404);
    rows.close(offer);
    expect(await ask(offer.path)).toBe(404);
  });

  test("an answer that TimescaleDB does not finish is no whole one", async () => {
    // More than is on its way at a time.
    await sql(`INSERT INTO prediction (vehicle_id, ts, model, version, horizon, score, label)
    SELECT 'truck', date_trunc('day', now(), 'UTC') - n * interval '0.4 s', 'sensor-fault', 0, '0', 0, 'stuck' FROM generate_series(1, 200000) AS n`);
    const {rows, url} = await warehouse();
    const offer = rows.offer(Math.floor(Date.now() / DAY_MS - 1) * DAY_MS);
    const answer = await fetch(`${url}${offer.path}`);
    await sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'telemetry_reader' AND datname = current_database()",
    );
    await expect(answer.text()).rejects.toThrow();
    await expect.poll(() => offer.problem).toContain("TimescaleDB did not give all of its rows");
    expect(offer.sent).toBeUndefined();
  });
});
