import {expect, test} from "vitest";
import {dashboardsOf} from "../content/dashboards.ts";
import {datasetsOf} from "../content/datasets.ts";
import type {Dataset, Question} from "../content/model.ts";
import {statementOf} from "./statement.ts";

const trips: Dataset = {
  title: "Trips",
  description: "",
  source: "timescaledb",
  sql: "SELECT * FROM trip",
  columns: {vehicle_id: "text", ts: "time", kind: "text", km: "number"},
  metrics: {trips: {title: "Trips", sql: "COUNT(*)"}, km: {title: "Distance (km)", sql: "SUM(km)"}},
};
const asked = {title: "", description: "", dataset: "trips"};

test("groups by time are in its order, with a series for each kind", () => {
  const question: Question = {...asked, show: "bar", by: ["ts", "kind"], grain: "hour", metrics: ["trips"]};
  expect(statementOf(trips, question)).toEqual({
    sql: `SELECT date_trunc('hour', "ts") AS "Time", "kind" AS "Kind", COUNT(*) AS "Trips"
FROM (
SELECT * FROM trip
) AS t
WHERE TRUE
[[AND "ts" >= now() - CAST({{days}} AS double precision) * interval '1 day']]
[[AND "vehicle_id" IN ({{vehicle}})]]
GROUP BY 1, 2
ORDER BY 1, 2`,
    groups: ["Time", "Kind"],
    figures: ["Trips"],
    tags: ["days", "vehicle"],
  });
});

test("a table has the greatest first, and as many as are asked for", () => {
  const question: Question = {...asked, show: "table", by: ["vehicle_id"], metrics: ["km", "trips"], limit: 25};
  const {sql} = statementOf(trips, {...question, where: "km > 1 OR kind = 'a'"});
  expect(sql.split("\n").filter((line) => /^(SELECT "v|WHERE|GROUP|ORDER|LIMIT)/.test(line))).toEqual([
    'SELECT "vehicle_id" AS "Vehicle", SUM(km) AS "Distance (km)", COUNT(*) AS "Trips"',
    "WHERE (km > 1 OR kind = 'a')",
    "GROUP BY 1",
    "ORDER BY 2 DESC NULLS LAST",
    "LIMIT 25",
  ]);
});

test("a list has the rows as they are, and a number stands alone", () => {
  const list: Question = {...asked, show: "list", columns: ["vehicle_id", "ts"], order: "ts", limit: 9};
  const listed = statementOf(trips, list);
  expect(listed).toMatchObject({groups: ["Vehicle", "Time"], figures: []});
  expect(listed.sql).toMatch(/ORDER BY "ts" DESC NULLS LAST\nLIMIT 9$/);
  const figure = statementOf({...trips, columns: {km: "number"}}, {...asked, show: "number", metrics: ["km"]});
  expect(figure).toEqual({
    sql: 'SELECT SUM(km) AS "Distance (km)"\nFROM (\nSELECT * FROM trip\n) AS t\nWHERE TRUE',
    ...{groups: [], figures: ["Distance (km)"], tags: []},
  });
});

test("the warehouse is asked as Druid has it", () => {
  const question: Question = {...asked, show: "line", by: ["ts"], grain: "minute", metrics: ["trips"]};
  const {sql} = statementOf({...trips, source: "warehouse"}, question);
  expect(sql).toContain(`SELECT TIME_FLOOR("ts", 'PT1M') AS "Time"`);
  expect(sql).toContain(`[[AND "ts" >= TIMESTAMPADD(DAY, -1 * CAST({{days}} AS INTEGER), CURRENT_TIMESTAMP)]]`);
  const table: Question = {...asked, show: "table", by: ["kind"], metrics: ["trips"]};
  expect(statementOf({...trips, source: "warehouse"}, table).sql).toMatch(/ORDER BY 2 DESC$/);
});

test("no statement has two columns of one name", () => {
  const datasets = datasetsOf("telemetry");
  const questions = Object.values(dashboardsOf(8)).flatMap(({rows}) => rows.flatMap((row) => Object.values(row)));
  for (const question of questions) {
    const {groups, figures} = statementOf(datasets[question.dataset]!, question);
    expect(new Set([...groups, ...figures]).size).toBe(groups.length + figures.length);
  }
});
