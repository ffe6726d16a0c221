import {afterAll, beforeAll, expect, test} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {platform} from "../../cluster/up.ts";
import {instance} from "./cluster.ts";
import {startObjectStore} from "./object-store.ts";
import {user} from "./steps.ts";

/** Backups of a pipeline's TimescaleDB by the Jobs that make them, and what was lost put back, with the command line as a user runs it. */
const {k, makeNamespace, apply, patch, untilReady, audit, ...kept} = user("kept");
const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {name: "backups"},
  spec: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: "1Gi"}}},
};
let store: Awaited<ReturnType<typeof startObjectStore>>;

const cli = (...args: string[]) => JSON.parse(kept.cli(...args, "-o", "json"));
/** What the command line prints when it fails. */
const failing = (...args: string[]): string => {
  try {
    return `did not fail: ${kept.cli(...args)}`;
  } catch (error) {
    return (error as {stdout: string}).stdout;
  }
};
const sql = (text: string) => kept.sql("live", text);
const fingerprint = () =>
  sql("SELECT count(*) || ' ' || md5(string_agg(t::text, ',' ORDER BY vehicle_id, ts)) FROM telemetry t");

/** All of what the vehicles sent is in the table, and they are silent. */
async function untilQuiet() {
  await patch("live", {simulator: {vehicles: 0}});
  await waitFor("silence, and every row in the table", 240_000, async () => {
    if ((await sql("SELECT now() - max(ts) > interval '10 seconds' FROM telemetry")) !== "t") return false;
    const {events, missing} = await audit("live", "timescaledb");
    return events > 0 && missing === 0;
  });
}

beforeAll(async () => {
  await platform(instance);
  await makeNamespace();
  store = await startObjectStore("kept", "dumps");
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
}, 1_800_000);
afterAll(async () => {
  await k("delete", "tp", "live", "--timeout=240s");
  await store.stop();
  await kubectl(instance, ["delete", "namespace", "kept", "--timeout=240s"]);
}, 600_000);

/** The vehicles send again, and every row of theirs reaches the table. */
async function goOn() {
  const before = Number(await sql("SELECT count(*) FROM telemetry"));
  await patch("live", {simulator: {vehicles: 5}});
  await waitFor("new rows", 240_000, async () => Number(await sql("SELECT count(*) FROM telemetry")) > before);
  await untilReady("live");
  await untilQuiet();
  expect(await audit("live", "timescaledb")).toMatchObject({missing: 0, extra: 0, altered: 0});
}

test.each([
  ["a volume", () => ({claim: "backups", s3: null})],
  ["a bucket", () => ({claim: null, s3: store.secure})],
])(
  "what was lost comes back from %s row by row, and the vehicles' new rows follow it",
  async (_, place) => {
    await patch("live", {timescaledb: {backup: place()}});
    await untilReady("live");
    await untilQuiet();
    const before = await fingerprint();
    for (let time = 0; time < 3; time++) cli("backup", "live");
    expect(cli("backup", "live", "list").flat()).toHaveLength(2);
    await sql("DELETE FROM telemetry WHERE vehicle_id <> 'vehicle-00001'");
    expect(await fingerprint()).not.toBe(before);
    cli("restore", "live");
    expect(await fingerprint()).toBe(before);
    await goOn();
  },
  900_000,
);

test("a moment comes back row by row, from the log in a bucket, and so does a base backup", async () => {
  await patch("live", {timescaledb: {backup: {method: "PointInTime", claim: null, s3: store.secure}}});
  await untilReady("live");
  const [first] = cli("backup", "live", "list").flat();
  await goOn();
  const before = await fingerprint();
  const moment = (await sql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")).trim();
  await sql("DELETE FROM telemetry WHERE vehicle_id <> 'vehicle-00001'");
  expect(await fingerprint()).not.toBe(before);
  cli("restore", "live", "--to", moment);
  expect(await fingerprint()).toBe(before);
  await goOn();
  // What was restored is archived in its turn.
  const then = await fingerprint();
  const [{made, removed}] = cli("backup", "live");
  expect(removed).toEqual([]);
  await sql("TRUNCATE telemetry");
  cli("restore", "live", "--from", made.name);
  expect(await fingerprint()).toBe(then);
  expect(cli("backup", "live")[0].removed).toEqual([first.name]);
  expect(failing("restore", "live", "--to", "2020-01-01T00:00:00Z")).toMatch(/unable to find backup set/);
  expect(await fingerprint()).toBe(then);
  await goOn();
}, 1_500_000);
