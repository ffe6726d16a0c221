import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {type BuildContext, defaultImages} from "../../cdk8s/context.ts";
import {passwordSecrets} from "./passwords.ts";
import {type KnownPlan, plan, planOf} from "./plan.ts";

const passwords = Object.fromEntries(passwordSecrets("fleet").map((name) => [name, "not-random"]));
const context = (vehicles: number, more: Partial<BuildContext> = {}): BuildContext => ({
  ...{name: "fleet", namespace: "a", images: defaultImages, passwords},
  spec: resolveSpec({simulator: {vehicles}, flink: {enabled: true}}),
  ...more,
});
const shown = (planned: KnownPlan["planned"]) => planned.map(({component, objects}) => [component.name, objects]);
const login = (content: string) => ({content, keys: ["password"]});

test("the same context has the plan of before, an equal one too", () => {
  const memory = {};
  expect(planOf(memory, context(1))).toBe(planOf(memory, context(1)));
});

test.each<[string, BuildContext, string[]]>([
  ["a new spec", context(2), ["kafka", "simulator"]],
  ["a login that a few use", context(1, {logins: {"fleet-simulator": login("other")}}), ["simulator"]],
  ["a login that nobody uses", context(1, {logins: {"fleet-stranger": login("x")}}), []],
  [
    "a fact that several read",
    context(1, {facts: {cassandra: {datacenter: "dc1"}}}),
    ["cassandra", "ingester-cassandra"],
  ],
  ["a fact of one", context(1, {facts: {flink: {userSql: "CREATE VIEW v AS SELECT 1"}}}), ["flink"]],
])("after %s the plan is as if it were the first, and only what reads it is made anew", (_, next, changed) => {
  const memory = {};
  const before = planOf(memory, context(1, {logins: {"fleet-simulator": login("first")}}));
  const after = planOf(memory, {...context(1, {logins: {"fleet-simulator": login("first")}}), ...next});
  expect(shown(after.planned)).toEqual(shown(plan(after.context)));
  const anew = after.planned.filter((planned) => !before.planned.includes(planned));
  expect(anew.map(({component}) => component.name)).toEqual(expect.arrayContaining(changed));
  if (next.spec.simulator.vehicles === 1) expect(anew.length).toBeLessThan(5);
});
