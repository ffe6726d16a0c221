import {afterAll, beforeAll, test} from "vitest";
import {backUpTo, expectRestored, startKept, stopKept} from "./kept.ts";
import type {Store} from "./object-store.ts";

/** Backups of a pipeline's TimescaleDB in a bucket, and what was lost put back. Volumes and points in time: test/verify/backup.test.ts. */
let store: Store;

beforeAll(async () => {
  store = await startKept();
}, 1_800_000);
afterAll(() => stopKept(store), 600_000);

test("what was lost comes back from a bucket row by row, and the vehicles' new rows follow it", async () => {
  await backUpTo({claim: null, s3: store.secure});
  await expectRestored();
}, 900_000);
