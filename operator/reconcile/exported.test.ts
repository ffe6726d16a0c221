import {Registry} from "prom-client";
import {expect, test} from "vitest";
import type {PipelineStatus} from "../../api/status.ts";
import {exportReadiness} from "./exported.ts";

const status = (ready: boolean, reason: string): PipelineStatus => ({
  conditions: [{type: "Ready", status: ready ? "True" : "False", reason, message: "", lastTransitionTime: ""}],
  components: [
    {name: "kafka", ready: true, reason: "Ready", since: ""},
    {name: "ingester-cassandra", ready, reason, since: ""},
  ],
});
const series = async (registry: Registry) =>
  (await registry.metrics()).split("\n").filter((line) => line && !line.startsWith("#"));

test("each pipeline and component is 1 or 0 with its reason as it is now, and nothing once it is gone", async () => {
  const registry = new Registry();
  const exported = exportReadiness(registry);
  exported.show("cars/fleet", status(true, "Ready"));
  exported.show("lorries/fleet", status(false, "DeploymentNotReady"));
  exported.show("cars/fleet", status(false, "DeploymentNotReady"));
  expect(await series(registry)).toEqual([
    'telemetry_pipeline_ready{namespace="cars",pipeline="fleet"} 0',
    'telemetry_pipeline_ready{namespace="lorries",pipeline="fleet"} 0',
    'telemetry_component_ready{namespace="cars",pipeline="fleet",component="kafka",reason="Ready"} 1',
    'telemetry_component_ready{namespace="cars",pipeline="fleet",component="ingester-cassandra",reason="DeploymentNotReady"} 0',
    'telemetry_component_ready{namespace="lorries",pipeline="fleet",component="kafka",reason="Ready"} 1',
    'telemetry_component_ready{namespace="lorries",pipeline="fleet",component="ingester-cassandra",reason="DeploymentNotReady"} 0',
  ]);
  exported.forget("cars/fleet");
  exported.forget("lorries/fleet");
  expect(await series(registry)).toEqual([]);
});
