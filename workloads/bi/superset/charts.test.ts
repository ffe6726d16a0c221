import {expect, test} from "vitest";
import type {Dataset, Question} from "../content/model.ts";
import {chartOf} from "./charts.ts";
import {filtersOf, type Placed, positionsOf} from "./layout.ts";

const dataset: Dataset = {
  title: "Hours",
  description: "",
  source: "timescaledb",
  sql: "SELECT 1",
  columns: {vehicle_id: "text", hour: "time", kind: "text"},
  metrics: {events: {title: "Events", sql: "SUM(events)"}},
};
const still: Dataset = {...dataset, columns: {kind: "text"}};
const question = (more: object): Question => ({
  ...{title: "Q", description: "", dataset: "hours", show: "bar", metrics: ["events"]},
  ...more,
});

test("a bar over time asks by its grain, a series for each kind, in the dashboard's period", () => {
  const {vizType, params, queryContext} = chartOf(
    question({by: ["hour", "kind"], grain: "hour", where: "x > 1"}),
    dataset,
    7,
  );
  expect(vizType).toBe("echarts_timeseries_bar");
  expect(params).toMatchObject({x_axis: "hour", time_grain_sqla: "PT1H", groupby: ["kind"], stack: "Stack"});
  expect(params.adhoc_filters).toEqual([
    expect.objectContaining({operator: "TEMPORAL_RANGE", subject: "hour"}),
    expect.objectContaining({expressionType: "SQL", sqlExpression: "x > 1"}),
  ]);
  const [query] = queryContext.queries as any[];
  expect(query).toMatchObject({metrics: ["events"], series_columns: ["kind"], extras: {where: "(x > 1)"}});
  expect(query.columns).toEqual([expect.objectContaining({timeGrain: "PT1H", sqlExpression: "hour"}), "kind"]);
});

test("a table has its greatest rows first, and a list those that are newest", () => {
  const [table] = chartOf(question({show: "table", by: ["kind"], limit: 5}), dataset, 7).queryContext.queries as any[];
  expect(table).toMatchObject({columns: ["kind"], orderby: [["events", false]], row_limit: 5});
  const list = question({show: "list", columns: ["kind"], order: "hour", limit: 3});
  const [rows] = chartOf(list, dataset, 7).queryContext.queries as any[];
  expect(rows).toMatchObject({columns: ["kind"], metrics: [], orderby: [["hour", false]], row_limit: 3});
});

const placed = (id: number, show: string, of = dataset): Placed => ({
  ...{id, title: `chart ${id}`, question: question({show}), dataset: of, datasetId: 40 + id},
});

test("a row shares its width, and is low where it has figures alone", () => {
  const dashboard = {title: "D", description: "", needs: [], rows: []};
  const positions: any = positionsOf(dashboard, [
    [placed(1, "number"), placed(2, "number"), placed(3, "number")],
    [placed(4, "bar")],
  ]);
  expect(positions.GRID_ID.children).toEqual(["ROW-0", "ROW-1"]);
  expect(positions["CHART-2"].meta).toMatchObject({chartId: 2, width: 4, height: 20});
  expect(positions["CHART-4"].meta).toMatchObject({width: 12, height: 50});
});

test("the filters are for those charts that have a time or a vehicle", () => {
  const [period, vehicle]: any[] = filtersOf([placed(1, "bar", still), placed(2, "bar")]);
  expect([period.chartsInScope, period.scope.excluded]).toEqual([[2], [1]]);
  expect(vehicle).toMatchObject({targets: [{datasetId: 42, column: {name: "vehicle_id"}}], chartsInScope: [2]});
  expect(filtersOf([placed(1, "bar", still)])).toHaveLength(1);
});
