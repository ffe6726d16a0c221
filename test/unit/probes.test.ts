import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {installation} from "../../operator/install.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import type {KubeObject} from "../../operator/runtime/types.ts";

const spec = resolveSpec({flink: {enabled: true}});
const planned = plan({name: "fleet", namespace: "cars", spec, images: defaultImages, passwords: {}});
const containers = [...(installation() as KubeObject[]), ...planned.flatMap(({objects}) => objects)].flatMap(
  ({spec}) => spec?.template?.spec?.containers ?? [],
);
const probed = containers.filter(({livenessProbe}) => livenessProbe).map((container) => [container.name, container]);

/** Seconds of silence after which the kubelet gives a probe up. */
const patience = ({periodSeconds, timeoutSeconds, failureThreshold}: any) =>
  failureThreshold * Math.max(periodSeconds, timeoutSeconds);

test("the operator and all programs of a pipeline that run on are asked whether they live", () => {
  const names = "operator ingester-timescaledb ingester-cassandra simulator console alert-receiver";
  expect(probed.map(([name]) => name).sort()).toEqual(names.split(" ").sort());
});

test.each(probed)("%s may be slow, and is restarted within five minutes when it hangs", (_, container) => {
  expect(container.livenessProbe.timeoutSeconds).toBeGreaterThanOrEqual(30);
  expect(patience(container.livenessProbe)).toBeGreaterThanOrEqual(120);
  expect(patience(container.livenessProbe)).toBeLessThanOrEqual(300);
});

test.each(probed)("%s has minutes to start, counted in refused connections", (_, {startupProbe}) => {
  expect(startupProbe.failureThreshold * startupProbe.periodSeconds).toBeGreaterThanOrEqual(600);
});

test.each(containers.map(({name, resources}) => [name, resources]))(
  "%s has a share of an overloaded CPU",
  (_, resources) => {
    expect(resources.requests.cpu).toBeDefined();
  },
);
