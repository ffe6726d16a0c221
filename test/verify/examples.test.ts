import {readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, afterEach, beforeAll, expect, test} from "vitest";
import {parse} from "yaml";
import {resolveSpec} from "../../api/pipeline.ts";
import {enabledStores} from "../../api/stores.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {KAFKA_IMAGE} from "../../cluster/operators/kafka.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "../e2e/cluster.ts";
import {type Store, startObjectStore} from "../e2e/object-store.ts";
import {user} from "../e2e/steps.ts";
import {sendDialects, startRegistry} from "./own-vehicles.ts";

/**
 * Each example as a user applies it. Not here: small and production, whose requests do not fit on a node of two cores; lake-aws and lake-minio, whose servers
 * are others'; and external, whose servers test/e2e/external.test.ts brings. Of these the plans are golden files, and the API server takes every object
 * (test/apiserver/operator.test.ts).
 */
const EXAMPLES = [
  "minimal",
  "timescaledb-only",
  "own-vehicles",
  "windows",
  "load-test",
  "backup",
  "point-in-time",
  "lake",
  "workflows",
  "analytics",
  "predictions",
];
const own = user("examples");
let store: Store;
let registry: Awaited<ReturnType<typeof startRegistry>>;

const specOf = (name: string) => parse(readFileSync(join("examples", `${name}.yaml`), "utf8")).spec ?? {};

/** The example's bucket and registry are placeholders: those of this test take their place. */
function withServers(spec: any) {
  const {backup} = spec.timescaledb ?? {};
  const {schemaRegistry} = spec.event ?? {};
  return {
    ...spec,
    ...(backup ? {timescaledb: {...spec.timescaledb, backup: {...backup, s3: store.secure}}} : {}),
    ...(schemaRegistry ? {event: {...spec.event, schemaRegistry: {url: schemaRegistry.url + registry.path}}} : {}),
  };
}

beforeAll(async () => {
  await startCluster();
  await own.makeNamespace();
  store = await startObjectStore("examples", "dumps");
  registry = await startRegistry(KAFKA_IMAGE);
}, 1_800_000);
afterAll(async () => {
  await store.stop();
  await registry.stop();
  await kubectl(instance, ["delete", "namespace", "examples", "--timeout=240s"]);
}, 600_000);

/** The next example gets nothing of one that failed. */
afterEach(async () => {
  await own.k("delete", "tp", "fleet", "--ignore-not-found", "--timeout=240s");
  await waitFor("the volumes to go", 240_000, async () => (await own.k("get", "pvc", "-o", "name")).trim() === "");
}, 600_000);

test.each(EXAMPLES)(
  "%s becomes Ready, and what its vehicles send is in its stores",
  async (name) => {
    const spec = withServers(specOf(name));
    await own.apply("fleet", {...spec, deletionPolicy: "Delete"});
    await own.untilReady("fleet", 900_000);
    const stores = enabledStores(resolveSpec(spec));
    const ownVehicles = spec.simulator?.enabled === false;
    const sent = ownVehicles ? await sendDialects(own, "examples", spec.event.schemaRegistry.url) : 1;
    const rows = async () => Number(await own.sql("fleet", "SELECT count(*) FROM telemetry"));
    await waitFor("rows", 240_000, async () => (await rows()) >= sent);
    // At rest: 10,000 events a second would outgrow what compares them.
    if (!ownVehicles) await own.patch("fleet", {simulator: {enabled: false}});
    await own.untilReady("fleet");
    for (const one of stores) expect(await own.audit("fleet", one)).toMatchObject({missing: 0, extra: 0, altered: 0});
    if (ownVehicles) expect(await rows()).toBe(sent);
  },
  1_800_000,
);
