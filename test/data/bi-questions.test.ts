import {beforeAll, expect, test} from "vitest";
import {dashboardsOf} from "../../workloads/bi/content/dashboards.ts";
import {datasetsOf} from "../../workloads/bi/content/datasets.ts";
import {statementOf} from "../../workloads/bi/metabase/statement.ts";
import {runProgram} from "./ingester.ts";
import {makeDatabase} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** The statements of Metabase's questions on a real TimescaleDB with the product's schema, as who only reads. */
const PLACE = `bi_questions_${process.pid}`;
const owner = postgresOf(stack.servers.timescaledb.address, PLACE);
const reader = {...owner, user: "telemetry_reader"};
const VEHICLE = "v'1";

/** One vehicle, three hours and two minutes ago: fast, warm and doubtful; and what was made of its events. */
const ROWS = `
INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, speed, temperature, humidity, quality_flags)
  SELECT 'v''1', now() - ago, 48, 11, 50, 20, 50, 1 FROM unnest(ARRAY[interval '3 hours', interval '2 minutes']) AS ago;
INSERT INTO alert (fingerprint, starts_at, ends_at, status, name, severity, summary, labels, annotations)
  VALUES ('f', now() - interval '1 hour', now(), 'resolved', 'VehicleHot', 'warning', 'hot', '{"vehicle_id": "v''1"}', '{}');
INSERT INTO prediction (vehicle_id, ts, model, version, horizon, score, label, actual)
  VALUES ('v''1', now() - interval '1 hour', 'cold-chain-breach', 1, '2 minutes', 0.9, 'breach', 'breach');
INSERT INTO vehicle_alert VALUES ('v''1', now() - interval '1 hour', 'speeding', 'limit', 99, 48, 11)`;

beforeAll(async () => {
  await makeDatabase(stack, PLACE);
  await sqlAs(owner, ROWS);
  const {host: PGHOST, user: PGUSER, password: PGPASSWORD} = owner;
  const env = {PGHOST, PGUSER, PGPASSWORD, PGDATABASE: PLACE, RETENTION_SECONDS: "2592000"};
  await runProgram("workloads/schema/main.ts", ["timescaledb-retention"], env);
});

const datasets = datasetsOf("telemetry");
const questions = Object.entries(dashboardsOf(8)).flatMap(([key, {rows}]) =>
  rows.flatMap((row) => Object.entries(row).map(([name, question]) => [`${key}/${name}`, question] as const)),
);

/** As Metabase fills in what the dashboard gives: what needs something that is not given is left out. */
const filled = (sql: string, given: Record<string, string>): string =>
  sql
    .replaceAll(/\[\[(.*?)\]\]/g, (_, clause: string) =>
      [...clause.matchAll(/\{\{(\w+)\}\}/g)].every(([, name]) => name! in given) ? clause : "",
    )
    .replaceAll(/\{\{(\w+)\}\}/g, (_, name) => given[name]!);

const GIVEN: [string, Record<string, string>][] = [
  ["everything", {}],
  ["seven days", {days: "7"}],
  ["one vehicle of seven days", {days: "7", vehicle: "'v''1', 'v2'"}],
];

test.each(GIVEN)("each question has an answer about %s, with the columns that it says", async (_, given) => {
  for (const [path, question] of questions) {
    const dataset = datasets[question.dataset]!;
    if (dataset.source !== "timescaledb") continue;
    const {sql, groups, figures} = statementOf(dataset, question);
    const rows = await sqlAs(reader, filled(sql, given));
    expect([path, rows.length > 0, Object.keys(rows[0] ?? {})]).toEqual([path, true, [...groups, ...figures]]);
    if (groups.includes("Vehicle") && !("where" in question)) expect([path, rows[0].Vehicle]).toEqual([path, VEHICLE]);
    // A figure without a value is one that no row has.
    for (const name of figures) expect([path, name, rows[0][name] === null]).toEqual([path, name, false]);
  }
});

test("days before those that are asked for do not count", async () => {
  const {sql} = statementOf(datasets.hours!, dashboardsOf(8).fleet!.rows[0]!.events!);
  const events = async (days: string) => Number((await sqlAs(reader, filled(sql, {days})))[0].Events);
  expect(await events("1")).toBe(2);
  expect(await events("0.05")).toBe(1);
});
