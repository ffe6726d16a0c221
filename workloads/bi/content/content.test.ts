import {describe, expect, test} from "vitest";
import {dashboardsOf} from "./dashboards.ts";
import {datasetsOf} from "./datasets.ts";
import {type Dataset, type Question, timeOf} from "./model.ts";

const datasets = datasetsOf("telemetry");
const dashboards = Object.entries(dashboardsOf(8));
const questions: [string, Question, Dataset][] = dashboards.flatMap(([key, {rows}]) =>
  rows.flatMap((row) =>
    Object.entries(row).map(([name, question]): [string, Question, Dataset] => [
      `${key}/${name}`,
      question,
      datasets[question.dataset]!,
    ]),
  ),
);

describe.each(questions)("question %s", (_, question, dataset) => {
  test("asks for columns and figures that its dataset has", () => {
    expect(dataset).toBeDefined();
    const columns = question.show === "list" ? [...question.columns, question.order] : (question.by ?? []);
    expect(Object.keys(dataset.columns)).toEqual(expect.arrayContaining(columns));
    if (question.show !== "list")
      expect(Object.keys(dataset.metrics)).toEqual(expect.arrayContaining(question.metrics));
  });

  test("has the parts of its kind", () => {
    if (question.show === "list") return;
    const {show, by = [], grain, metrics} = question;
    if (show === "number") expect([metrics.length, by.length]).toEqual([1, 0]);
    else expect(by.length).toBeGreaterThan(0);
    if (show === "line") expect(by[0]).toBe(timeOf(dataset));
    if (by[0] !== undefined && by[0] === timeOf(dataset)) expect(grain).toBeDefined();
  });
});

test("a dashboard needs the sources of its datasets, and no title is there twice", () => {
  for (const [, {needs, rows}] of dashboards) {
    const sources = rows.flatMap((row) => Object.values(row).map(({dataset}) => datasets[dataset]!.source));
    expect(needs).toEqual(expect.arrayContaining(sources));
    expect(rows.every((row) => Object.keys(row).length <= 4)).toBe(true);
  }
  for (const titles of [dashboards.map(([, {title}]) => title), Object.values(datasets).map(({title}) => title)])
    expect(new Set(titles).size).toBe(titles.length);
});

test("each dataset is asked, by no more than one column of time", () => {
  const asked = new Set(questions.map(([, {dataset}]) => dataset));
  expect(Object.keys(datasets).filter((key) => !asked.has(key))).toEqual([]);
  for (const {columns} of Object.values(datasets))
    expect(Object.values(columns).filter((type) => type === "time").length).toBeLessThanOrEqual(1);
});

test("the tables of another warehouse are asked by their names", () => {
  expect(datasetsOf("cars").minutes!.sql).toContain("FROM cars_minute");
  expect(datasetsOf("cars").vehicle_days!.sql).toContain("FROM cars_day");
});
