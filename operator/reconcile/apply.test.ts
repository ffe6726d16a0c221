import {expect, test} from "vitest";
import {ApiError, type KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject} from "../runtime/types.ts";
import {applyObject, covers, forgetApplied} from "./apply.ts";

test.each([
  ["equal objects", {a: 1, b: {c: "x"}}, {a: 1, b: {c: "x"}}, true],
  ["more in the live object", {a: 1, b: 2}, {a: 1}, true],
  ["a wanted field that is missing", {a: 1}, {a: 1, b: 2}, false],
  ["another value", {a: {b: 1}}, {a: {b: 2}}, false],
  ["a longer live list", {list: [1, 2]}, {list: [1]}, false],
  ["another order", {list: [1, 2]}, {list: [2, 1]}, false],
  ["defaults inside list items", {list: [{name: "x", protocol: "TCP"}]}, {list: [{name: "x"}]}, true],
  ["an empty object that the server left out", {}, {labels: {}}, true],
  ["nothing live", undefined, {a: 1}, false],
  ["a size in the server's words", {requests: {storage: "1Ti"}}, {requests: {storage: "1024Gi"}}, true],
  ["another size", {requests: {storage: "1Ti"}}, {requests: {storage: "1025Gi"}}, false],
])("%s", (_, live, desired, covered) => {
  expect(covers(live, desired)).toBe(covered);
});

const step = {id: "plan", owners: [], whole: (planned: KubeObject) => planned};

test("a password that was read before its Secret was deleted is not written again", async () => {
  const written: string[] = [];
  const client = {
    get: async () => undefined,
    apply: async (_: unknown, object: KubeObject) => {
      written.push(object.data.password);
      return {...object, metadata: {...object.metadata, resourceVersion: "1"}};
    },
  } as unknown as KubeClient;
  const cache = {version: () => undefined, get: () => undefined, behind: () => false, wrote() {}} as unknown as Cache;
  const pipeline = {
    apiVersion: "telemetry.dev/v1alpha1",
    kind: "TelemetryPipeline",
    metadata: {name: "fleet", namespace: "default", uid: "rotation"},
  };
  const look = (password: string) => {
    const secret = {apiVersion: "v1", kind: "Secret", metadata: {name: "fleet-cassandra", namespace: "default"}};
    return applyObject(client, cache, pipeline, {...secret, data: {password}}, step);
  };
  expect(await look("old")).toBe("made");
  expect(await look("old")).toBe(undefined);
  expect(await look("new")).toBe("made");
  expect(written).toEqual(["old", "new"]);
});

test("an object is made in one request; one that someone else made meanwhile is not taken over", async () => {
  const schema = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {name: "fleet-schema", namespace: "default"},
    data: {},
  };
  const pipeline = {
    apiVersion: "telemetry.dev/v1alpha1",
    kind: "TelemetryPipeline",
    metadata: {name: "fleet", namespace: "default", uid: "making"},
  };
  const cache = {version: () => undefined, get: () => undefined, behind: () => false, wrote() {}} as unknown as Cache;
  const requests: string[] = [];
  const server = (there: KubeObject | undefined) =>
    ({
      async get() {
        requests.push("get");
        return there;
      },
      async apply(_: unknown, object: KubeObject) {
        requests.push(object.metadata.resourceVersion ? "make" : "apply");
        if (there && object.metadata.resourceVersion) throw new ApiError(409, "Conflict", "it is there");
        return {...object, metadata: {...object.metadata, resourceVersion: "7"}};
      },
    }) as unknown as KubeClient;
  const make = (client: KubeClient) => applyObject(client, cache, pipeline, schema, step);
  const stranger = {...schema, metadata: {...schema.metadata, resourceVersion: "5"}};
  await expect(make(server(stranger))).rejects.toMatchObject({reason: "NameTaken"});
  const before = {kind: "TelemetryPipeline", name: "fleet", uid: "before", apiVersion: "telemetry.dev/v1alpha1"};
  const left = {...stranger, metadata: {...stranger.metadata, ownerReferences: [before]}};
  expect(await make(server(left))).toBe("made");
  expect(requests.splice(0)).toEqual(["make", "get", "make", "get", "apply"]);
  forgetApplied("default/fleet");
  expect(await make(server(undefined))).toBe("made");
  expect(requests).toEqual(["make"]);
});

test("a Secret that is there although the cache lacks it keeps its password", async () => {
  const pipeline = {
    apiVersion: "telemetry.dev/v1alpha1",
    kind: "TelemetryPipeline",
    metadata: {name: "fleet", namespace: "default", uid: "kept"},
  };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {name: "fleet-cassandra", namespace: "default", labels: {"telemetry.dev/retained": "true"}},
    data: {password: "made-up"},
  };
  const labels = {"telemetry.dev/retained": "true", "telemetry.dev/pipeline": "fleet"};
  const live = {...secret, metadata: {...secret.metadata, labels, resourceVersion: "5"}, data: {password: "its-own"}};
  const wrote: KubeObject[] = [];
  const client = {
    get: async () => live,
    async apply(_: unknown, {metadata}: KubeObject) {
      if (metadata.resourceVersion) throw new ApiError(409, "Conflict", "it is there");
      throw new Error("written over");
    },
  } as unknown as KubeClient;
  const cache = {
    version: () => undefined,
    get: () => undefined,
    behind: () => false,
    wrote: (_: unknown, object: KubeObject) => wrote.push(object),
  } as unknown as Cache;
  await applyObject(client, cache, pipeline, secret, step);
  expect(wrote).toEqual([live]);
});
