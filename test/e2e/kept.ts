import {expect} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "./cluster.ts";
import {type Store, startObjectStore} from "./object-store.ts";
import {user} from "./steps.ts";

/** A pipeline "live" in namespace "kept" whose TimescaleDB is backed up by the Jobs that do so, with the command line as a user runs it. */
const kept = user("kept");
const {k, apply, patch, untilReady, audit} = kept;
const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {name: "backups"},
  spec: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: "1Gi"}}},
};

/** Gives the bucket; a volume is the claim "backups". */
export async function startKept(): Promise<Store> {
  await startCluster();
  await kept.makeNamespace();
  const store = await startObjectStore("kept", "dumps");
  await kubectl(instance, ["-n", "kept", "apply", "-f", "-"], JSON.stringify(claim));
  await apply("live", {
    deletionPolicy: "Delete",
    cassandra: {enabled: false},
    observability: {console: {enabled: false}, alerting: {enabled: false}},
    simulator: {vehicles: 5},
    // Not in the course of this test: the Jobs are asked for.
    timescaledb: {backup: {schedule: "0 3 29 2 *", keep: 2, claim: "backups"}},
  });
  await untilReady("live");
  return store;
}

export async function stopKept(store: Store): Promise<void> {
  await k("delete", "tp", "live", "--timeout=240s");
  await store.stop();
  await kubectl(instance, ["delete", "namespace", "kept", "--timeout=240s"]);
}

export const cli = (...args: string[]): any => JSON.parse(kept.cli(...args, "-o", "json"));
/** What the command line prints when it fails. */
export const failing = (...args: string[]): string => {
  try {
    return `did not fail: ${kept.cli(...args)}`;
  } catch (error) {
    return (error as {stdout: string}).stdout;
  }
};
export const sql = (text: string): Promise<string> => kept.sql("live", text);
export const fingerprint = (): Promise<string> =>
  sql("SELECT count(*) || ' ' || md5(string_agg(t::text, ',' ORDER BY vehicle_id, ts)) FROM telemetry t");

/** Moves the backups elsewhere. */
export async function backUpTo(place: object): Promise<void> {
  await patch("live", {timescaledb: {backup: place}});
  await untilReady("live");
}

/** All of what the vehicles sent is in the table, and they are silent. */
async function untilQuiet(): Promise<void> {
  await patch("live", {simulator: {vehicles: 0}});
  await waitFor("silence, and every row in the table", 240_000, async () => {
    if ((await sql("SELECT now() - max(ts) > interval '10 seconds' FROM telemetry")) !== "t") return false;
    const {events, missing} = await audit("live", "timescaledb");
    return events > 0 && missing === 0;
  });
}

/** The vehicles send again, and every row of theirs reaches the table. */
export async function goOn(): Promise<void> {
  const before = Number(await sql("SELECT count(*) FROM telemetry"));
  await patch("live", {simulator: {vehicles: 5}});
  await waitFor("new rows", 240_000, async () => Number(await sql("SELECT count(*) FROM telemetry")) > before);
  await untilReady("live");
  await untilQuiet();
  expect(await audit("live", "timescaledb")).toMatchObject({missing: 0, extra: 0, altered: 0});
}

/** Three backups, of which two are kept; what is lost then comes back from the newest, and the vehicles' new rows follow it. */
export async function expectRestored(): Promise<void> {
  await untilQuiet();
  const before = await fingerprint();
  for (let time = 0; time < 3; time++) cli("backup", "live");
  expect(cli("backup", "live", "list").flat()).toHaveLength(2);
  await sql("DELETE FROM telemetry WHERE vehicle_id <> 'vehicle-00001'");
  expect(await fingerprint()).not.toBe(before);
  cli("restore", "live");
  expect(await fingerprint()).toBe(before);
  await goOn();
}
