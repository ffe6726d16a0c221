import {expect, test} from "vitest";
import {found} from "./workflows.ts";

const dag = (dag_id: string, more: object = {}) => ({
  dag_id,
  is_paused: false,
  timetable_summary: "17 * * * *",
  next_dagrun_run_after: "2026-11-30T13:17:00Z",
  ...more,
});
const run = (dag_id: string, state: string, start: string | null, end: string | null) => ({
  dag_id,
  dag_run_id: `scheduled__${start}`,
  state,
  start_date: start,
  end_date: end,
});

test("DAGs are listed by name, each with its last run", () => {
  const {text, data} = found(
    [dag("timescaledb_retention"), dag("lake_maintenance"), dag("mine", {is_paused: true, timetable_summary: null})],
    [
      run("timescaledb_retention", "failed", "2026-11-30T12:17:00Z", "2026-11-30T12:17:42Z"),
      run("timescaledb_retention", "success", "2026-11-30T11:17:00Z", "2026-11-30T11:17:12Z"),
      run("lake_maintenance", "running", "2026-11-30T12:17:00Z", null),
    ],
  );
  expect(text).toBe(
    [
      "DAG                     SCHEDULE     LAST RUN   STARTED             TOOK   NEXT",
      "lake_maintenance        17 * * * *   running    2026-11-30T12:17Z          2026-11-30T13:17Z",
      "mine                    by request   paused",
      "timescaledb_retention   17 * * * *   failed     2026-11-30T12:17Z   42 s   2026-11-30T13:17Z",
    ].join("\n"),
  );
  expect(data).toMatchObject([{dag: "lake_maintenance", state: "running", seconds: null}, {next: null}, {seconds: 42}]);
});

test("an Airflow that has read no DAG yet says so", () => {
  expect(found([], [])).toMatchObject({text: "", data: [], empty: expect.stringContaining("no DAGs yet"), ok: true});
});
