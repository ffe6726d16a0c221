import {expect, test} from "vitest";
import {covers} from "./apply.ts";
import {compact} from "./compact.ts";

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
