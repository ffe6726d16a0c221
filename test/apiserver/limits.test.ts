import {setTimeout as sleep} from "node:timers/promises";
import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {pathOf} from "../../operator/runtime/client.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** Input as large as it may be and larger, a namespace that goes under way, and a second operator that nobody elected. */
const {admin} = h;
let token: string;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  token = await h.operatorToken();
  await h.applyUpstreamCrds();
  stopFakes = startFakes(admin);
  operator = await h.startOperator({token});
  await Promise.all(["large", "two"].map(h.namespace));
});
afterAll(async () => {
  await operator.stop();
  await h.removeAllPipelines();
  await stopFakes();
});

const manifest = (annotations: Record<string, string>, spec: object) => ({
  apiVersion: telemetryPipeline.apiVersion,
  kind: telemetryPipeline.kind,
  metadata: {name: "fleet", namespace: "large", annotations},
  spec,
});
/** As an old client does, which asks for no check of unknown fields. */
const post = (body: object) => admin.request("POST", pathOf(telemetryPipeline, {namespace: "large"}), body);

/** Every list as long as the definition allows, by receivers whose Secrets nobody made. */
const full = {
  observability: {
    monitoring: {labels: Object.fromEntries(Array.from({length: 16}, (_, at) => [`l${at}`, "x".repeat(63)]))},
    alerting: {
      receivers: Array.from({length: 16}, (_, at) => ({
        name: `r${at}`,
        email: {
          to: Array.from({length: 16}, (_, to) => `${"x".repeat(300)}@example${to}.com`),
          from: "fleet@example.com",
          smarthost: "mail.example.com:587",
        },
      })),
    },
  },
};

test("a pipeline that is as large as it can be becomes Ready, and nothing of its annotations is copied", async () => {
  await post(manifest({"example.com/notes": "n".repeat(262_000)}, full));
  await h.untilReady("large");
  const live = (await h.getPipeline("large"))!;
  expect(JSON.stringify(live.spec).length).toBeGreaterThan(80_000);
  for (const object of (await h.objectsIn("large")).values())
    expect(object.metadata.annotations ?? {}).not.toHaveProperty("example.com/notes");
  await h.removePipeline("large");
});

test("one above that is refused by the API server with the limit, and a megabyte in no field is dropped", async () => {
  await expect(post(manifest({"example.com/notes": "n".repeat(1_000_000)}, {}))).rejects.toThrow(
    /metadata\.annotations: Too long: .*262144/,
  );
  await expect(post(manifest({}, {junk: "x".repeat(4_000_000)}))).rejects.toThrow(/too large/i);
  const live = await post(manifest({}, {junk: "x".repeat(1_000_000)}));
  expect(live.spec).not.toHaveProperty("junk");
  await h.untilReady("large");
});

test("SQL that no ConfigMap can hold together with the job's own is refused with its size", async () => {
  const sql = `-- ${"x".repeat(1_000_000)}`;
  const metadata = {name: "large-sql", namespace: "large"};
  const map = {apiVersion: "v1", kind: "ConfigMap", metadata, data: {"job.sql": sql}};
  await admin.apply(builtin.configMap, map, {fieldManager: "test"});
  await h.applyPipeline("large", {flink: {enabled: true, sql: {configMap: "large-sql"}}});
  const status = await h.untilStatus("large", "refusal", ({phase}) => phase === "Invalid");
  expect(h.conditionOf(status, "Valid")).toMatchObject({
    reason: "InvalidFlinkSql",
    message: expect.stringMatching(/spec\.flink\.sql, ConfigMap large-sql: 1000003 bytes, at most 262144/),
  });
  await h.removePipeline("large");
});

test("a namespace that is deleted while its pipeline is being made goes, and one of its name starts afresh", async () => {
  for (const wanted of [1, 20]) {
    await h.namespace("midway");
    await h.applyPipeline("midway");
    await waitFor("objects", 240_000, async () => (await h.objectsIn("midway")).size >= wanted);
    await admin.delete(builtin.namespace, {name: "midway"});
    await waitFor("the namespace to go", 240_000, async () => !(await admin.get(builtin.namespace, {name: "midway"})));
  }
  await waitFor("silence", 240_000, async () => {
    const writes = operator.writes();
    await sleep(5_000);
    return operator.writes() === writes;
  });
  await h.namespace("midway");
  await h.applyPipeline("midway");
  await h.untilReady("midway");
  await h.removePipeline("midway");
}, 600_000);

test("two operators that both act agree, and fall silent", async () => {
  const second = await h.startOperator({token});
  try {
    await h.applyPipeline("two");
    await h.untilReady("two");
    const both = () => operator.writes() + second.writes();
    await waitFor("silence of both", 240_000, async () => {
      const writes = both();
      await sleep(8_000);
      return both() === writes;
    });
    await h.applyPipeline("two", {simulator: {vehicles: 9}});
    await h.untilReady("two");
    await h.removePipeline("two");
    await h.untilObjects("two", "everything but credentials to go", (names) => names.every(h.isKept));
  } finally {
    await second.stop();
  }
}, 600_000);

test("through all of that nothing was asked that the Role does not give", () => {
  expect(operator.forbidden).toEqual([]);
});
