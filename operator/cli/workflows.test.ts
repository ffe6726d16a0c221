import {expect, test} from "vitest";
import {found, untilEnded} from "./workflows.ts";

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

test("while a run is waited for, each try that failed is said once", async () => {
  const task = (try_number: number, state: string) => ({task_instances: [{task_id: "run", try_number, state}]});
  const tries = [task(1, "running"), task(1, "up_for_retry"), task(1, "up_for_retry"), task(2, "up_for_retry")];
  const asked: string[] = [];
  const airflow = {
    async get(path: string) {
      asked.push(path);
      if (path.endsWith("/taskInstances")) return tries.shift();
      return run(
        "data_checks",
        tries.length > 0 ? "running" : "failed",
        "2026-11-30T12:41:00Z",
        "2026-11-30T12:44:00Z",
      );
    },
  };
  const said: string[] = [];
  const ended = await untilEnded(
    airflow,
    "data_checks",
    "manual__2026-11-30T12:41:00+00:00",
    (words) => said.push(words),
    0,
  );
  expect(ended.state).toBe("failed");
  expect(said).toEqual(["try 1 of task run failed and is repeated", "try 2 of task run failed and is repeated"]);
  expect(asked[0]).toBe("/dags/data_checks/dagRuns/manual__2026-11-30T12%3A41%3A00%2B00%3A00");
});
