import {afterAll, beforeAll, expect, test} from "vitest";
import {versions} from "../../api/versions.ts";
import {newDatacenter} from "../../cdk8s/components/cassandra/client.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "../e2e/cluster.ts";
import {user} from "../e2e/steps.ts";

/** A live pipeline goes up by one version of Kafka and of Cassandra, and loses nothing. */
const {k, apply, patch, pipeline, untilReady, audit} = user("upgrades");
const [older, newer] = [0, 1].map((at) => ({kafka: versions.kafka[at]!, cassandra: versions.cassandra[at]!})) as [
  Record<"kafka" | "cassandra", string>,
  Record<"kafka" | "cassandra", string>,
];
const BROKER = "fleet-fleet-pool-0";
const NODE = `fleet-${newDatacenter("fleet")}-default-sts-0`;

beforeAll(async () => {
  await startCluster();
  await kubectl(instance, ["create", "namespace", "upgrades"]);
  await apply("fleet", {
    deletionPolicy: "Delete",
    kafka: {version: older.kafka},
    cassandra: {version: older.cassandra},
    observability: {console: {enabled: false}},
  });
  await untilReady("fleet");
}, 1_800_000);
afterAll(() => kubectl(instance, ["delete", "namespace", "upgrades", "--timeout=240s"]), 600_000);

/** What the servers themselves say that they are. */
async function running() {
  const kafka = /Kafka version: (\S+)/.exec(await k("logs", BROKER))?.[1];
  const cassandra = /ReleaseVersion: (\S+)/.exec(
    await k("exec", NODE, "-c", "cassandra", "--", "/opt/cassandra/bin/nodetool", "version"),
  );
  return {kafka, cassandra: cassandra?.[1]};
}

test("both go up live: Kafka first, then Cassandra, and every event is in each store once", async () => {
  expect(await running()).toEqual(older);
  await patch("fleet", {kafka: {version: newer.kafka}, cassandra: {version: newer.cassandra}});
  const seen: string[] = [];
  await waitFor("Cassandra's turn", 300_000, async () => {
    // Cassandra's version is read first: what Kafka says after that is younger.
    const wanted = await k("get", "k8ssandracluster", "fleet", "-o", "jsonpath={.spec.cassandra.serverVersion}");
    const kafka = JSON.parse(await k("get", "kafka", "fleet", "-o", "json"));
    const ready = kafka.status.conditions.some(({type, status}: any) => type === "Ready" && status === "True");
    const done = ready && kafka.status.observedGeneration === kafka.metadata.generation;
    seen.push(`${wanted === newer.cassandra} ${kafka.spec.kafka.version === newer.kafka && done}`);
    return wanted === newer.cassandra;
  });
  expect(seen).not.toContain("true false");
  await untilReady("fleet");
  await waitFor("the servers to say so", 240_000, async () => {
    const {kafka, cassandra} = await running();
    return kafka === newer.kafka && cassandra === newer.cassandra;
  });
  const {status} = await pipeline("fleet");
  const shown = Object.fromEntries(status.components.map(({name, version}: any) => [name, version]));
  expect(shown).toMatchObject(newer);
  for (const store of ["timescaledb", "cassandra"])
    expect(await audit("fleet", store)).toMatchObject({missing: 0, extra: 0, altered: 0});
}, 900_000);

test("the way back is refused with the reason, and what runs stays", async () => {
  await patch("fleet", {kafka: {version: older.kafka}});
  const valid = await waitFor("the refusal", 240_000, async () =>
    (await pipeline("fleet")).status.conditions.find(({type, status}: any) => type === "Valid" && status === "False"),
  );
  expect(valid).toMatchObject({reason: "UpgradeRefused"});
  expect(valid.message).toContain(`spec.kafka.version: ${older.kafka} is refused: it runs at ${newer.kafka}`);
  expect(await k("get", "kafka", "fleet", "-o", "jsonpath={.spec.kafka.version}")).toBe(newer.kafka);
  await patch("fleet", {kafka: {version: newer.kafka}});
  await untilReady("fleet");
}, 600_000);
