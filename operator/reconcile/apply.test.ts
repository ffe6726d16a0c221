import {expect, test} from "vitest";
import {ApiError, type KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject} from "../runtime/types.ts";
import {applyObject} from "./apply.ts";
import type {Applied} from "./decide.ts";

/** As sent, with a digest that differs with it. */
const desired = (object: KubeObject) => ({object, digest: JSON.stringify(object)});

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
  const applied = new Map<string, Applied>();
  const look = (password: string) => {
    const secret = {apiVersion: "v1", kind: "Secret", metadata: {name: "fleet-cassandra", namespace: "default"}};
    return applyObject(client, cache, applied, pipeline, desired({...secret, data: {password}}));
  };
  expect(await look("old")).toBe("created");
  expect(await look("old")).toBe(undefined);
  expect(await look("new")).toBe("created");
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
  const applied = new Map<string, Applied>();
  const make = (client: KubeClient) => applyObject(client, cache, applied, pipeline, desired(schema));
  const stranger = {...schema, metadata: {...schema.metadata, resourceVersion: "5"}};
  await expect(make(server(stranger))).rejects.toMatchObject({reason: "NameTaken"});
  const before = {kind: "TelemetryPipeline", name: "fleet", uid: "before", apiVersion: "telemetry.dev/v1alpha1"};
  const left = {...stranger, metadata: {...stranger.metadata, ownerReferences: [before]}};
  expect(await make(server(left))).toBe("created");
  expect(requests.splice(0)).toEqual(["make", "get", "make", "get", "apply"]);
  applied.clear();
  expect(await make(server(undefined))).toBe("created");
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
  await applyObject(client, cache, new Map(), pipeline, desired(secret));
  expect(wrote).toEqual([live]);
});
