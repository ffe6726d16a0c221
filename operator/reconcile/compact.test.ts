import {expect, test} from "vitest";
import {covers} from "./apply.ts";
import {compact, compactPipeline, contentOf} from "./compact.ts";

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

test("what outlives its pipeline is held as it is", () => {
  const metadata = {name: "x", labels: {"telemetry.dev/retained": "true"}};
  expect(compact(object("ConfigMap", {metadata, data: {clusterId: "A"}})).data).toEqual({clusterId: "A"});
});

test("of a Secret of others no content is held, only what tells it from another one", () => {
  const secret = (uid: string, password: string) =>
    compact(object("Secret", {metadata: {name: "x", uid}, data: {password}}));
  expect(JSON.stringify(secret("1", "c2VjcmV0"))).not.toContain("c2VjcmV0");
  const content = contentOf(secret("1", "c2VjcmV0"));
  expect(content).toBe(contentOf(object("Secret", {metadata: {name: "x", uid: "1"}, data: {password: "c2VjcmV0"}})));
  expect(contentOf(secret("1", "YW5vdGhlcg=="))).not.toBe(content);
  expect(contentOf(secret("2", "c2VjcmV0"))).not.toBe(content);
});

test("a Secret of ours is held with its password, and of a pod how it is", () => {
  const metadata = {name: "x", labels: {"app.kubernetes.io/managed-by": "telemetry-operator"}};
  expect(compact(object("Secret", {metadata, data: {password: "cGFzcw=="}})).data).toEqual({password: "cGFzcw=="});
  const status = {phase: "Running", conditions: [{type: "Ready", status: "True", message: "m"}]};
  const pod = compact(object("Pod", {spec: {containers: [{name: "kafka"}]}, status}));
  expect(pod).toMatchObject({status: {conditions: [{type: "Ready", status: "True"}]}});
  expect(pod.spec).toBe(undefined);
});

test("what others note on a pipeline is not held, what is said to the operator is", () => {
  const annotations = {
    "kubectl.kubernetes.io/last-applied-configuration": "x".repeat(200_000),
    "telemetry.dev/skip-teardown": "true",
  };
  const {metadata} = compactPipeline({apiVersion: "v1", kind: "TelemetryPipeline", metadata: {name: "x", annotations}});
  expect(metadata).toEqual({name: "x", annotations: {"telemetry.dev/skip-teardown": "true"}});
});
