import {expect, test, vi} from "vitest";
import {ready, type View, waiting} from "../component.ts";
import {describe, describeFailed, observeAirflow} from "./observe.ts";

const HEALTHY = {
  metadatabase: {status: "healthy"},
  scheduler: {status: "healthy"},
  dag_processor: {status: "healthy"},
  triggerer: {status: null},
};
const READY = ready("all objects are ready");
const error = (filename: string, stack_trace: string) => ({filename, stack_trace});

/** What a view of a pipeline finds: the answers by the end of the URL. */
function view(answers: Record<string, unknown>) {
  const getJson = vi.fn(async (url: string) => {
    const [, answer] = Object.entries(answers).find(([end]) => url.includes(end)) ?? [];
    if (answer === undefined) throw new Error(`${url} answers 401`);
    return answer;
  });
  const secret = {
    data: {username: Buffer.from("viewer").toString("base64"), password: Buffer.from("pw").toString("base64")},
  };
  const client = {get: async () => secret};
  return {name: "fleet", namespace: "a", notes: new Map(), getJson, client} as unknown as View & {
    getJson: typeof getJson;
  };
}

test("an Airflow that is well says nothing more", async () => {
  const all = view({
    "/health": HEALTHY,
    "/token": {access_token: "t"},
    "/importErrors": {import_errors: []},
    "/dags?": {dags: []},
  });
  expect(await observeAirflow(READY, all)).toEqual(READY);
  // The token is good for the next time.
  await observeAirflow(READY, all);
  expect(all.getJson.mock.calls.filter(([url]) => url.endsWith("/auth/token"))).toHaveLength(1);
});

test("a process without heartbeat is named", async () => {
  const ill = {...HEALTHY, scheduler: {status: "unhealthy"}};
  expect(await observeAirflow(READY, view({"/health": ill}))).toEqual(
    waiting("AirflowUnhealthy", "Airflow reports that its scheduler is not healthy"),
  );
});

test("a file that cannot be imported is named with its error, and the pipeline stays ready", async () => {
  const import_errors = [
    error("broken.py", "Traceback (most recent call last):\n  …\nModuleNotFoundError: No module named 'pandas'\n"),
  ];
  const seen = view({
    "/health": HEALTHY,
    "/token": {access_token: "t"},
    "/importErrors": {import_errors},
    "/dags?": {dags: []},
  });
  expect(await observeAirflow(READY, seen)).toEqual({
    ...READY,
    message:
      "all objects are ready; 1 file with DAGs cannot be imported: broken.py: ModuleNotFoundError: No module named 'pandas'",
  });
});

test("of many files the first three are named", () => {
  const errors = ["d", "a", "c", "b"].map((name) => error(`${name}.py`, "SyntaxError: invalid syntax"));
  expect(describe(errors)).toMatch(
    /^4 files with DAGs cannot be imported: a\.py: .*; b\.py: .*; c\.py: .*; and 1 more$/,
  );
});

test("a DAG of which the last run failed is named after the files, and the pipeline stays ready", async () => {
  const answers = {"/health": HEALTHY, "/token": {access_token: "t"}, "/dags?": {dags: [{dag_id: "mine_fails"}]}};
  const failed = "the last run of 1 DAG failed: mine_fails (npx telemetry-operator workflows fleet logs mine_fails)";
  expect(await observeAirflow(READY, view({...answers, "/importErrors": {import_errors: []}}))).toEqual({
    ...READY,
    message: `all objects are ready; ${failed}`,
  });
  const import_errors = [error("broken.py", "SyntaxError: invalid syntax")];
  expect(await observeAirflow(READY, view({...answers, "/importErrors": {import_errors}}))).toEqual({
    ...READY,
    message: `all objects are ready; 1 file with DAGs cannot be imported: broken.py: SyntaxError: invalid syntax; ${failed}`,
  });
});

test("of many DAGs with a failed last run the first three are named", () => {
  expect(describeFailed(["d", "a", "c", "b"], "fleet")).toMatch(
    /^the last run of 4 DAGs failed: a \(.*\); b \(.*\); c \(npx telemetry-operator workflows fleet logs c\); and 1 more$/,
  );
});

test("an Airflow that does not answer, and a login that is refused, leave the readiness as it is", async () => {
  expect(await observeAirflow(READY, view({}))).toEqual(READY);
  expect(await observeAirflow(READY, view({"/health": HEALTHY}))).toEqual(READY);
  const starting = waiting("JobNotReady", "Job fleet-workflows-setup: has not finished");
  expect(await observeAirflow(starting, view({}))).toEqual(starting);
});
