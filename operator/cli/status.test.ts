import {expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import type {KubeClient} from "../runtime/client.ts";
import {age, statusOf} from "./status.ts";

const since = new Date(Date.now() - 5 * 60_000).toISOString();
const condition = (type: string, value: string, reason: string, message: string) => ({
  type,
  status: value,
  reason,
  message,
  lastTransitionTime: since,
});

test("a pipeline is shown with each failing condition once, and the age of each component's state", async () => {
  const problem = "spec.kafka.storage: 5Gi is less than the live 50Gi";
  const seen = {
    phase: "Invalid",
    conditions: [
      condition("Valid", "False", "CannotShrink", problem),
      condition("Reconciled", "False", "CannotShrink", problem),
      condition("Ready", "False", "CannotShrink", problem),
      condition("Monitored", "True", "Monitored", "monitors are there"),
      condition("Alerting", "False", "NoReceivers", "nobody is told"),
    ],
    components: [
      {name: "kafka", ready: true, reason: "Ready", message: "all objects are ready", version: "4.3.1", since},
      {name: "simulator", ready: false, reason: "Creating", message: "objects are being made", since},
    ],
    freshness: [
      {store: "timescaledb", age: "Fresh"},
      {store: "cassandra", age: "Stale"},
    ],
    endpoints: [
      {name: "kafka", protocol: "kafka", address: "b0:9094,b1:9094", topic: "telemetry", tls: true},
      {
        name: "timescaledb",
        protocol: "postgresql",
        port: 5432,
        tls: true,
        secret: "pg",
        secretKeys: ["host", "dbname"],
      },
      {
        name: "cassandra",
        address: "c1,2001:db8::1",
        port: 9042,
        keyspace: "cars",
        tls: false,
        secret: "reader",
        secretKeys: ["username", "password"],
      },
    ],
  };
  const metadata = {name: "fleet", namespace: "a"};
  const client = {
    list: async () => ({items: [{...telemetryPipeline, metadata, status: seen}]}),
  } as unknown as KubeClient;
  const held = "held back by an open transaction: partition 1 at offset 7";
  const ask = async (_: object, store: string) => {
    if (store === "timescaledb") throw new Error("no pod of fleet-ingester-timescaledb runs");
    return {
      newest: new Date(Date.now() - 2_000).toISOString(),
      rows: 7,
      flagged: {NullIsland: 2, ClockAhead: 3},
      lag: 40,
      heldBack: 30,
      held,
    };
  };
  const {text, ok, data} = await statusOf(client, ask, "a", "fleet");
  expect(ok).toBe(false);
  expect(text.split("\n")).toEqual([
    `a/fleet: Invalid (CannotShrink: ${problem})`,
    "  Alerting=False, NoReceivers: nobody is told",
    "  COMPONENT   STATE       VERSION   FOR   MESSAGE",
    "  kafka       ready       4.3.1     5m",
    "  simulator   not ready             5m    objects are being made",
    "  timescaledb   Fresh                                   no figures: no pod of fleet-ingester-timescaledb runs",
    `  cassandra     newest event 2 s ago   7 rows written   40 events wait, 30 of them behind an open transaction; ${held}; flagged: 3 ClockAhead, 2 NullIsland`,
    "  ENDPOINT      ADDRESS                      DATA              TLS   SECRET",
    "  kafka         b0:9094,b1:9094              topic telemetry   yes",
    "  timescaledb   in the Secret                                  yes   pg: host, dbname",
    "  cassandra     c1:9042,[2001:db8::1]:9042   keyspace cars     no    reader: username, password",
  ]);
  expect((await statusOf(client, ask, "a")).text).not.toContain("ENDPOINT");
  expect(data).toMatchObject([
    {freshness: [{}, {age: "Stale"}], figures: [{unanswered: expect.stringContaining("no pod")}, {lag: 40}]},
  ]);
});

test.each([
  [-5, "0s"],
  [119, "119s"],
  [120, "2m"],
  [7_199, "119m"],
  [7_200, "2h"],
  [172_799, "47h"],
  [172_800, "2d"],
])("%i seconds are shown as %s", (seconds, shown) => {
  const now = Date.now();
  expect(age(new Date(now - seconds * 1_000).toISOString(), now)).toBe(shown);
});
