import {pino} from "pino";
import {afterEach, beforeEach, expect, test, vi} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject, ResourceType} from "../runtime/types.ts";
import {createClaims} from "./claim.ts";

const OURS = "us/telemetry-operator";
const THEIRS = "them/telemetry-operator";

beforeEach(() => void vi.useFakeTimers({toFake: ["performance"]}));
afterEach(() => void vi.useRealTimers());

/** Claims of an operator, beside the Lease of another one that a process renews until `stop`. */
function world(operator: string | undefined) {
  const pipeline: KubeObject = {
    apiVersion: telemetryPipeline.apiVersion,
    kind: telemetryPipeline.kind,
    metadata: {
      name: "fleet",
      namespace: "a",
      uid: "1",
      annotations: operator ? {"telemetry.dev/operator": operator} : {},
    },
  };
  const lease = {
    metadata: {name: "telemetry-operator", namespace: "them"},
    spec: {holderIdentity: "x", renewTime: "0"},
  };
  const events: string[] = [];
  let renews = true;
  const client = {
    async get(type: ResourceType) {
      if (type.kind !== "Lease") return pipeline;
      if (renews) lease.spec.renewTime = String(performance.now());
      return structuredClone(lease);
    },
    async patch(type: ResourceType, _: unknown, patch: any) {
      Object.assign(
        type.kind === "Lease" ? lease.spec : pipeline.metadata.annotations!,
        patch.spec ?? patch.metadata.annotations,
      );
      return pipeline;
    },
  } as unknown as KubeClient;
  const cache = {wrote() {}} as unknown as Cache;
  const record = (_: unknown, _type: string, reason: string) => void events.push(reason);
  const claims = createClaims({client, operator: OURS, events: {record}, log: pino({level: "silent"})});
  return {
    pipeline,
    lease,
    events,
    claim: () => claims.claim(pipeline, cache),
    stop() {
      renews = false;
    },
    pass: (seconds: number) => vi.advanceTimersByTime(seconds * 1_000),
  };
}

const ownerOf = ({metadata}: KubeObject) => metadata.annotations?.["telemetry.dev/operator"];

test("a pipeline of nobody is taken", async () => {
  const {pipeline, claim} = world(undefined);
  expect(await claim()).toBe(pipeline);
  expect(ownerOf(pipeline)).toBe(OURS);
});

test("a pipeline of an operator whose Lease is renewed is left alone, and one Event says so", async () => {
  const {pipeline, claim, pass, events} = world(THEIRS);
  for (let seconds = 0; seconds < 60; seconds += 10) {
    expect(await claim()).toBe(undefined);
    pass(10);
  }
  expect([ownerOf(pipeline), events]).toEqual([THEIRS, ["OperatedByAnother"]]);
});

test("a pipeline is taken over once the Lease stood still, was given up in its holder's place, and stayed free", async () => {
  const {pipeline, lease, claim, pass, stop} = world(THEIRS);
  stop();
  expect(await claim()).toBe(undefined);
  pass(10);
  expect(await claim()).toBe(undefined);
  expect(lease.spec.holderIdentity).toBe("x");
  pass(6);
  expect(await claim()).toBe(undefined);
  expect(lease.spec.holderIdentity).toBe("");
  pass(10);
  expect(await claim()).toBe(undefined);
  pass(16);
  expect(await claim()).toBe(pipeline);
  expect(ownerOf(pipeline)).toBe(OURS);
});

test("an operator that comes back keeps its pipeline", async () => {
  const {pipeline, lease, claim, pass, stop} = world(THEIRS);
  stop();
  for (const seconds of [0, 16, 6]) {
    pass(seconds);
    await claim();
  }
  expect(lease.spec.holderIdentity).toBe("");
  lease.spec.holderIdentity = "y";
  pass(16);
  expect(await claim()).toBe(undefined);
  expect(ownerOf(pipeline)).toBe(THEIRS);
});
