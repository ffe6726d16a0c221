import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "../e2e/cluster.ts";
import {type Store, startObjectStore} from "../e2e/object-store.ts";
import {user} from "../e2e/steps.ts";

/** What Druid needs goes away while events come; each of them is in it once. docs/warehouse.md */
const NAMESPACE = "warehouse";
const own = user(NAMESPACE);
const EXACT = {store: "warehouse", missing: 0, extra: 0, altered: 0};
const ROLES = ["indexers", "coordinators", "historicals", "brokers", "routers"];
const podOf = (role: string) => `druid-fleet-warehouse-${role}-0`;
let store: Store;

vi.setConfig({testTimeout: 1_800_000});
beforeAll(async () => {
  await startCluster();
  await own.makeNamespace();
  store = await startObjectStore(NAMESPACE, "segments");
  await own.apply("fleet", {
    cassandra: {enabled: false},
    simulator: {vehicles: 20},
    warehouse: {enabled: true, handoff: "1m", s3: store.spec},
    observability: {console: {enabled: false}},
    deletionPolicy: "Delete",
  });
  await own.untilReady("fleet", 900_000);
  await waitFor("the first rows", 240_000, async () => count() > 0);
}, 1_800_000);
afterAll(async () => {
  await own.k("delete", "tp", "fleet", "--timeout=240s");
  await store.stop();
  await kubectl(instance, ["delete", "namespace", NAMESPACE, "--timeout=240s"]);
}, 600_000);

const ask = (statement: string) => JSON.parse(own.cli("sql", "fleet", statement, "--on", "warehouse", "-o", "json"));
const count = (): number => ask("SELECT COUNT(*) AS n FROM telemetry").n;
/** In the bucket, with what Druid has written of them in its metadata. */
const segments = (): number =>
  ask("SELECT COUNT(*) AS n FROM sys.segments WHERE datasource = 'telemetry' AND is_published = 1").n;
const warehouse = async () =>
  (await own.pipeline("fleet")).status.components.find(({name}: {name: string}) => name === "warehouse");
const grown = (than: number) => waitFor("more rows", 400_000, async () => count() > than);

/** With the vehicles at rest, the tables hold what the topic holds; then they drive on. */
async function exact(): Promise<void> {
  await own.patch("fleet", {simulator: {enabled: false}});
  await own.untilReady("fleet", 900_000);
  const audited = await waitFor("an audit of Druid", 400_000, async () =>
    JSON.parse(own.cli("audit", "fleet", "--store", "warehouse")),
  );
  expect(audited).toMatchObject(EXACT);
  await own.patch("fleet", {simulator: {enabled: true}});
  await own.untilReady("fleet", 900_000);
}

test.each(ROLES)("%s: killed without grace, the counts stay exact", async (role) => {
  const before = count();
  await own.replace(podOf(role));
  await grown(before);
  await exact();
});

test("the metadata is away for as long as a hand-over takes: the status says so, and the events come in afterwards", async () => {
  const before = count();
  // A quota that leaves no room keeps the coordinator away, with Derby and ZooKeeper in it.
  await own.k("create", "quota", "none", "--hard=pods=0");
  await own.k("delete", "pod", podOf("coordinators"), "--grace-period=0", "--force");
  const {reason, message} = await waitFor("the status to say so", 240_000, async () => {
    const told = await warehouse();
    return !told.ready && told;
  });
  console.log(`${reason}: ${message}`);
  expect(message).toMatch(/coordinator|Druid does not answer/);
  const kafka = async () => (await own.audit("fleet", "timescaledb")).rows;
  const held = await kafka();
  await waitFor("events of more than a minute", 240_000, async () => (await kafka()) > held + 1_500);
  await own.k("delete", "quota", "none");
  await own.untilReady("fleet", 900_000);
  await grown(before);
  await exact();
});

test("the bucket is away when a segment is to be handed over: nothing is lost, and it is handed over once it is back", async () => {
  await waitFor("a segment", 600_000, async () => segments() > 0);
  const [before, rows] = [segments(), count()];
  const reachable = (app: string) =>
    kubectl(instance, [
      ...["-n", `${NAMESPACE}-objects`, "patch", "service", "objects"],
      ...["-p", JSON.stringify({spec: {selector: {app}}})],
    ]);
  await reachable("nobody");
  // Of two minutes, so that one at least has to be handed over meanwhile.
  await grown(rows + 2_400);
  await reachable("objects");
  await waitFor("more segments", 900_000, async () => segments() > before);
  await own.untilReady("fleet", 900_000);
  await exact();
});

test("partitions that the topic gets are read like the others", async () => {
  await own.patch("fleet", {kafka: {topic: {partitions: 6}}});
  await own.untilReady("fleet", 900_000);
  const before = count();
  await grown(before + 500);
  await exact();
});
