import {expect, test} from "vitest";
import {PIPELINE_LABEL, RETAINED_LABEL} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {createStore} from "../runtime/store.ts";
import {builtin, type KubeObject, type ResourceType} from "../runtime/types.ts";
import {finalize} from "./finalize.ts";
import {createMemories} from "./memory.ts";
import type {Platform} from "./platform.ts";
import {startRun} from "./run.ts";

const secret = (name: string, metadata: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {name, namespace: "cars", ...metadata},
});
const kept = (pipeline: string) => ({labels: {[PIPELINE_LABEL]: pipeline, [RETAINED_LABEL]: "true"}});
const owner = (uid: string) => ({
  labels: {[PIPELINE_LABEL]: "fleet"},
  ownerReferences: [{apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", name: "fleet", uid}],
});

/** The Secrets that the end of pipeline fleet takes along, of those that the cache holds; a delete of any other succeeds as well. */
async function deleted(deletionPolicy: "Delete" | "Retain", held: KubeObject[]): Promise<string[]> {
  const secrets = createStore(held);
  const cache = {
    get: ({kind}: ResourceType, key: string) => (kind === builtin.secret.kind ? secrets.get(key) : undefined),
    ownedKeys: () => [],
  } as unknown as Cache;
  const names: string[] = [];
  const client = {
    delete: async (_: ResourceType, {name}: {name: string}) => void names.push(name),
    patch: async () => ({}),
  } as unknown as KubeClient;
  const metadata = {
    name: "fleet",
    namespace: "cars",
    uid: "1",
    finalizers: ["telemetry.dev/teardown"],
    deletionTimestamp: new Date().toISOString(),
  };
  const pipeline = {apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata, spec: {deletionPolicy}};
  const platform = {client, memories: createMemories()} as unknown as Platform;
  expect(await finalize(startRun(platform, cache, pipeline))).toBe(undefined);
  return names;
}

test("Delete takes the credentials that were kept for this pipeline, and those that it owns", async () => {
  const held = [secret("fleet-timescaledb", kept("fleet")), secret("fleet-console", owner("1"))];
  expect(await deleted("Delete", held)).toEqual(["fleet-timescaledb", "fleet-console"]);
});

test("Delete leaves Secrets of these names that the operator never made, and those of another pipeline", async () => {
  expect(await deleted("Delete", [])).toEqual([]);
  const others = [secret("fleet-timescaledb", kept("fleet-b")), secret("fleet-console", owner("2"))];
  expect(await deleted("Delete", [...others, secret("fleet-superuser", {})])).toEqual([]);
});

test("Retain takes none", async () => {
  expect(await deleted("Retain", [secret("fleet-timescaledb", kept("fleet"))])).toEqual([]);
});
