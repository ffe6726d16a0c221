import {readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse} from "yaml";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "../e2e/cluster.ts";
import {type Store, startObjectStore} from "../e2e/object-store.ts";
import {user} from "../e2e/steps.ts";

/**
 * Each example as a user applies it. Not here: small and production, whose requests do not fit on a node of two cores, and external, whose servers
 * test/e2e/external.test.ts brings; of these the plans are golden files and the API server takes every object (test/apiserver/operator.test.ts).
 */
const EXAMPLES = ["minimal", "timescaledb-only", "own-vehicles", "windows", "load-test", "backup", "point-in-time"];
const own = user("examples");
let store: Store;

const specOf = (name: string) => parse(readFileSync(join("examples", `${name}.yaml`), "utf8")).spec ?? {};

/** The example's bucket is a placeholder: the one of this test takes its place. */
function withBucket(spec: any) {
  const backup = spec.timescaledb?.backup;
  if (!backup) return spec;
  return {...spec, timescaledb: {...spec.timescaledb, backup: {...backup, s3: store.secure}}};
}

beforeAll(async () => {
  await startCluster();
  await own.makeNamespace();
  store = await startObjectStore("examples", "dumps");
}, 1_800_000);
afterAll(async () => {
  await store.stop();
  await kubectl(instance, ["delete", "namespace", "examples", "--timeout=240s"]);
}, 600_000);

test.each(EXAMPLES)(
  "%s becomes Ready, and what its vehicles send is in its stores",
  async (name) => {
    const spec = withBucket(specOf(name));
    await own.apply("fleet", {...spec, deletionPolicy: "Delete"});
    await own.untilReady("fleet", 900_000);
    const stores = ["timescaledb", "cassandra"].filter((one) => spec[one]?.enabled !== false);
    if (spec.simulator?.enabled !== false)
      await waitFor("rows", 240_000, async () => Number(await own.sql("fleet", "SELECT count(*) FROM telemetry")) > 0);
    for (const one of stores) expect(await own.audit("fleet", one)).toMatchObject({missing: 0, extra: 0, altered: 0});
    await own.k("delete", "tp", "fleet", "--timeout=240s");
    await waitFor("the volumes to go", 240_000, async () => (await own.k("get", "pvc", "-o", "name")).trim() === "");
  },
  1_800_000,
);
