import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {afterAll, expect, test} from "vitest";
import {lastOfEach, readWorkflows} from "./workflows.ts";

/** A server in the shape of Airflow's API; the real one is asked in test/e2e/lake/airflow.ts. */
let [logins, valid] = [0, "token-1"];
const runs = [
  {dag_id: "timescaledb_backup", state: "running", start_date: "2026-11-30T02:00:00Z", end_date: null},
  {dag_id: "data_checks", state: "failed", start_date: "2026-11-30T01:41:00Z", end_date: "2026-11-30T01:41:20Z"},
  {dag_id: "data_checks", state: "success", start_date: "2026-11-30T00:41:00Z", end_date: "2026-11-30T00:41:20Z"},
  {dag_id: "lake_maintenance", state: "queued", start_date: null, end_date: null},
];
const server = createServer((request, response) => {
  if (request.url === "/auth/token") {
    logins++;
    response.writeHead(201).end(JSON.stringify({access_token: valid}));
  } else if (request.headers.authorization === `Bearer ${valid}`) response.end(JSON.stringify({dag_runs: runs}));
  else response.writeHead(401).end("{}");
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
afterAll(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test("the last run of each DAG is read, with one login for many times", async () => {
  const read = readWorkflows({url, username: "viewer", password: "pw"});
  expect(await read()).toEqual([
    {dag: "data_checks", state: "failed", started: "2026-11-30T01:41:00Z", ended: "2026-11-30T01:41:20Z"},
    {dag: "lake_maintenance", state: "queued"},
    {dag: "timescaledb_backup", state: "running", started: "2026-11-30T02:00:00Z"},
  ]);
  await read();
  expect(logins).toBe(1);
  valid = "token-2";
  await expect(read()).rejects.toThrow("Airflow answers 401");
  expect(await read()).toHaveLength(3);
  expect(logins).toBe(2);
});

test("an Airflow without a run shows none", () => {
  expect(lastOfEach([])).toEqual([]);
});
