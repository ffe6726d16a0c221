import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, keyOf, type ResourceType} from "../runtime/types.ts";
import {createMemories} from "./memory.ts";
import {observe} from "./observe.ts";
import {passwordSecrets} from "./passwords.ts";
import {plan} from "./plan.ts";
import type {Platform} from "./platform.ts";
import {startRun} from "./run.ts";

const spec = resolveSpec({});
const passwords = Object.fromEntries(passwordSecrets("fleet").map((name) => [name, "not-random"]));
const context = {name: "fleet", namespace: "a", spec, images: defaultImages, passwords, facts: {}};
const planned = plan(context).filter(({component}) => component.name === "timescaledb");
const pipeline: KubeObject = {
  apiVersion: "telemetry.dev/v1alpha1",
  kind: "TelemetryPipeline",
  metadata: {name: "fleet", namespace: "a", uid: "1"},
};
const pod: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {name: "fleet-timescaledb-0", namespace: "a", labels: {"telemetry.dev/component": "timescaledb"}},
  status: {containerStatuses: [{name: "postgres", state: {waiting: {reason: "ImagePullBackOff"}}}]},
};

/** The message on a database whose pod waits for its image, and the lists that were taken for it. */
async function observed(sinceMs: number | undefined): Promise<{message: string; lists: number}> {
  let lists = 0;
  const client = {
    async list({kind}: ResourceType) {
      lists++;
      return {items: kind === "Pod" ? [pod] : []};
    },
  } as unknown as KubeClient;
  const cache = {
    get: ({kind}: ResourceType, key: string) =>
      planned[0]!.objects.find((each) => each.kind === kind && keyOf(each) === key),
    available: () => true,
  } as unknown as Cache;
  const platform = {client, memories: createMemories()} as unknown as Platform;
  const run = startRun(platform, cache, pipeline);
  if (sinceMs !== undefined) run.memory.changedAt.set("timescaledb", run.now - sinceMs);
  const [component] = await observe(run, {context, freshness: [], problem: undefined}, planned, {refused: new Map()});
  return {message: component!.state.message, lists};
}

test("a component that is not ready says why its pods do not run, after a restart of the operator at once", async () => {
  expect((await observed(10_000)).message).toContain("ImagePullBackOff");
  expect((await observed(undefined)).message).toContain("ImagePullBackOff");
});

test("one that was changed a moment ago costs no lists", async () => {
  expect(await observed(1_000)).toMatchObject({lists: 0, message: expect.stringContaining("StatefulSet")});
});
