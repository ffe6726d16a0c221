import {afterAll, beforeAll, expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import * as h from "./harness.ts";

/** Pipelines on a cluster that lacks definitions of upstream operators, or loses them. */
const NAMESPACE = "definitions";
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await h.startPlatform(NAMESPACE));
}, 600_000);
afterAll(() => h.stopPlatform(operator, stopFakes));

test("without the Prometheus operator's definitions a pipeline is Ready, and says that nobody watches it", async () => {
  await h.removeUpstreamCrds((group) => group === "monitoring.coreos.com");
  await h.applyPipeline(NAMESPACE);
  const monitored = async () => h.conditionOf((await h.getPipeline(NAMESPACE))?.status ?? {}, "Monitored");
  await waitFor("the condition", 240_000, async () => (await monitored())?.status === "False");
  expect(await monitored()).toMatchObject({reason: "MissingCustomResourceDefinition"});
  await h.untilReady(NAMESPACE);
  await h.applyUpstreamCrds();
  await waitFor("the monitors", 240_000, async () => (await monitored())?.status === "True");
  expect((await h.objectsIn(NAMESPACE)).has("PrometheusRule/fleet")).toBe(true);
  await h.removePipeline(NAMESPACE);
});

test("without the Grafana operator's definitions the data source is in a Secret all the same, and nothing is said", async () => {
  await h.removeUpstreamCrds((group) => group === "grafana.integreatly.org");
  await h.applyPipeline(NAMESPACE);
  await h.untilReady(NAMESPACE);
  const {status} = (await h.getPipeline(NAMESPACE))!;
  expect(status.components.map(({name}: any) => name)).not.toContain("grafana-operator");
  expect(h.conditionOf(status, "Monitored")).toMatchObject({status: "True"});
  expect((await h.objectsIn(NAMESPACE)).has("Secret/fleet-grafana")).toBe(true);
  await h.applyUpstreamCrds();
  await h.untilObjects(NAMESPACE, "the Grafana operator's object", (names) =>
    names.includes("GrafanaDatasource/fleet-timescaledb"),
  );
  await h.removePipeline(NAMESPACE);
});

test("a pipeline can be deleted when its upstream definitions are gone already", async () => {
  await h.applyPipeline(NAMESPACE);
  await h.untilReady(NAMESPACE);
  await h.removeUpstreamCrds();
  await h.removePipeline(NAMESPACE);
  await h.applyUpstreamCrds();
}, 600_000);

test("the operator needed no right that its Role does not give", () => {
  expect(operator.forbidden).toEqual([]);
});
