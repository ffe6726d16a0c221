import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {passwordSecrets} from "../../operator/reconcile/passwords.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {limitsCpu} from "../../operator/reconcile/quota.ts";

const s3 = {bucket: "b", secret: "bucket", endpoint: "http://objects:8333"};
const everything = {
  flink: {enabled: true},
  timescaledb: {backup: {schedule: "30 2 * * *", method: "PointInTime", s3}},
};
const planned = (limits: boolean, spec: object = everything) =>
  plan({
    name: "fleet",
    namespace: "default",
    spec: resolveSpec(spec),
    images: defaultImages,
    passwords: Object.fromEntries(passwordSecrets("fleet").map((name) => [name, "not-random"])),
    facts: {flink: {userSql: "CREATE TEMPORARY VIEW v AS SELECT 1;"}},
    limitsCpu: limits,
  }).flatMap(({objects}) => objects);

/** What each container of a plan is given, wherever upstream's resources have it. */
function given(value: any, path = ""): {path: string; requests: any; limits: any}[] {
  if (typeof value !== "object" || value === null) return [];
  const mine =
    value.requests?.cpu || value.limits?.memory ? [{path, requests: value.requests, limits: value.limits}] : [];
  return [...mine, ...Object.entries(value).flatMap(([key, below]) => given(below, `${path}.${key}`))];
}

test("under a quota of limits.cpu every container limits its CPU, to no less than it requests", () => {
  const all = planned(true).flatMap((object) => given(object, `${object.kind} ${object.metadata.name}`));
  expect(all.length).toBeGreaterThan(20);
  const milli = (cpu: string) => (cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Number(cpu) * 1_000);
  for (const {path, requests, limits} of all) {
    expect(milli(limits.cpu ?? "0"), path).toBeGreaterThanOrEqual(Math.max(500, 2 * milli(requests.cpu)));
    expect(limits.cpu, path).toMatch(/^([1-9]\d*|\d+m)$/);
  }
  const flink = planned(true).find(({kind}) => kind === "FlinkDeployment")!.spec.flinkConfiguration;
  expect(flink["kubernetes.taskmanager.cpu.limit-factor"]).toBe("2");
});

test("without one no container does, and a Job that changes is another one", () => {
  const limited = planned(false)
    .flatMap((object) => given(object))
    .filter(({limits}) => limits?.cpu);
  expect(limited).toEqual([]);
  const jobs = (limits: boolean) =>
    planned(limits).flatMap(({kind, metadata}) => (kind === "Job" ? [metadata.name] : []));
  expect(jobs(true).filter((name) => jobs(false).includes(name))).toEqual([]);
});

test.each([
  [{"limits.cpu": "8"}, true],
  [{"limits.cpu": "0", pods: "4"}, true],
  [{"requests.cpu": "8", "limits.memory": "8Gi"}, false],
])("a quota of %j asks for limits: %s", (hard, asks) => {
  expect(limitsCpu([{apiVersion: "v1", kind: "ResourceQuota", metadata: {name: "q"}, spec: {hard}}])).toBe(asks);
});
