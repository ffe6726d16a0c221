import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import type {BuildContext} from "../../cdk8s/context.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {planOf} from "./memo.ts";
import {passwordSecrets, plan} from "./plan.ts";

const passwords = Object.fromEntries(passwordSecrets("fleet").map((name) => [name, "not-random"]));
const context = (vehicles: number): BuildContext => ({
  name: "fleet",
  namespace: "a",
  spec: resolveSpec({simulator: {vehicles}}),
  images: defaultImages,
  passwords,
});
const wholeOf = (vehicles: number) => {
  const {planned, whole} = planOf("a/fleet", context(vehicles));
  return planned.map(({component, objects}) => [component.name, objects.map(whole)]);
};
const planned = (vehicles: number) =>
  plan(context(vehicles)).map(({component, objects}) => [component.name, JSON.parse(JSON.stringify(objects))]);

test("a plan is the same when it is read back, whole or to compare, and another one for another spec", () => {
  expect(wholeOf(1)).toEqual(planned(1));
  const first = planOf("a/fleet", context(1));
  expect(wholeOf(1)).toEqual(planned(1));
  expect(wholeOf(2)).toEqual(planned(2));
  expect(planOf("a/fleet", context(2)).id).not.toBe(first.id);
});

test("no long text is kept to compare", () => {
  planOf("a/fleet", context(3));
  const {planned} = planOf("a/fleet", context(3));
  expect(JSON.stringify(planned.map(({objects}) => objects)).length).toBeLessThan(80_000);
});
