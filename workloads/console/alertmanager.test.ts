import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {afterEach, expect, test} from "vitest";
import {readAlertmanager} from "./alertmanager.ts";

/** A server in the shape of Alertmanager's API; the real one is asked in test/e2e/fleet/alerting.ts. */
let asked: URL;
let status = 200;
const server = createServer((request, response) => {
  asked = new URL(request.url!, "http://alertmanager");
  response.writeHead(status).end(
    JSON.stringify([
      {
        labels: {alertname: "TelemetryStoreStale", severity: "critical", store: "cassandra"},
        annotations: {summary: "old rows", description: "people see the past", action: "look at the ingester"},
        startsAt: "2026-01-01T00:00:00Z",
        status: {state: "active"},
      },
      {labels: {alertname: "Watchdog", severity: "none"}, annotations: {}, startsAt: "2026-01-01T00:00:00Z"},
      {labels: {alertname: "Odd", severity: "page"}, annotations: {}, startsAt: "2026-01-01T00:00:00Z"},
    ]),
  );
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterEach(() => {
  status = 200;
});

test("only this pipeline's alerts are asked for, and none that is silenced or inhibited", async () => {
  await readAlertmanager(`${address}/prefix/`, "fleets", "fleet")();
  expect(asked.pathname).toBe("/prefix/api/v2/alerts");
  expect(asked.searchParams.getAll("filter")).toEqual(['namespace="fleets"', 'pipeline="fleet"']);
  expect([asked.searchParams.get("silenced"), asked.searchParams.get("inhibited")]).toEqual(["false", "false"]);
});

test("an alert comes with what it means and what to do; an unknown severity is a warning, a watchdog is none", async () => {
  const [stale, odd] = await readAlertmanager(address, "default", "fleet")();
  expect(stale).toMatchObject({
    severity: "critical",
    title: "TelemetryStoreStale",
    detail: "old rows",
    meaning: "people see the past",
    fix: "look at the ingester",
    since: "2026-01-01T00:00:00Z",
  });
  expect(odd).toMatchObject({severity: "warning", title: "Odd", detail: ""});
});

test("an answer that is none is an error", async () => {
  status = 503;
  await expect(readAlertmanager(address, "default", "fleet")()).rejects.toThrow("503");
});
