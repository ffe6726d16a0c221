import {expect, test} from "vitest";
import {covers} from "./apply.ts";
import {compact, compactPipeline} from "./compact.ts";

const object = (kind: string, rest: object) => ({apiVersion: "v1", kind, metadata: {name: "x"}, ...rest});
const agree = (live: any, desired: any) => covers(compact(live), compact(desired));

test("a changed text of a ConfigMap or rule is a difference, another order of keys and another's key are none", () => {
  const map = (data: object) => object("ConfigMap", {data});
  expect(agree(map({a: "1", b: "2"}), map({a: "1"}))).toBe(true);
  expect(agree(map({a: "1 "}), map({a: "1"}))).toBe(false);
  const rule = (spec: object) => object("PrometheusRule", {spec});
  expect(agree(rule({groups: [{name: "g", rules: []}]}), rule({groups: [{rules: [], name: "g"}]}))).toBe(true);
  expect(agree(rule({groups: [{name: "g", rules: [1]}]}), rule({groups: [{name: "g", rules: []}]}))).toBe(false);
});

test("what is held of a pipeline's large objects is small", () => {
  const large = object("ConfigMap", {data: {dashboard: "x".repeat(20_000)}});
  expect(JSON.stringify(compact(large)).length).toBeLessThan(200);
});

test("what others note on a pipeline is not held, what is said to the operator is", () => {
  const annotations = {
    "kubectl.kubernetes.io/last-applied-configuration": "x".repeat(200_000),
    "telemetry.dev/skip-teardown": "true",
  };
  const {metadata} = compactPipeline({apiVersion: "v1", kind: "TelemetryPipeline", metadata: {name: "x", annotations}});
  expect(metadata).toEqual({name: "x", annotations: {"telemetry.dev/skip-teardown": "true"}});
});
