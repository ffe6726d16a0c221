import {afterAll, beforeAll, expect, test} from "vitest";
import {backUpTo, cli, expectRestored, failing, fingerprint, goOn, sql, startKept, stopKept} from "../e2e/kept.ts";
import type {Store} from "../e2e/object-store.ts";

/** Backups of a pipeline's TimescaleDB on a volume and as a log in a bucket, and what was lost put back. */
let store: Store;

beforeAll(async () => {
  store = await startKept();
}, 1_800_000);
afterAll(() => stopKept(store), 600_000);

test(
  "what was lost comes back from a volume row by row, and the vehicles' new rows follow it",
  () => expectRestored(),
  900_000,
);

test("a moment comes back row by row, from the log in a bucket, and so does a base backup", async () => {
  await backUpTo({method: "PointInTime", claim: null, s3: store.secure});
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
