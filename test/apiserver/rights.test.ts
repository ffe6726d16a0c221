import {afterAll, beforeAll, expect, test} from "vitest";
import {createClient, type KubeClient} from "../../operator/runtime/client.ts";
import {builtin} from "../../operator/runtime/types.ts";
import * as h from "./harness.ts";
import {noteDenied} from "./rights.ts";

/** What the tests that run the operator with its Role alone rely on: a missing right is seen. */
const denied: string[] = [];
const namespace = "rights";
let nobody: KubeClient;

beforeAll(async () => {
  await h.namespace(namespace);
  const token = await h.installedToken(
    [{apiVersion: "v1", kind: "ServiceAccount", metadata: {name: "telemetry-operator", namespace}}],
    namespace,
  );
  const headers = async () => ({authorization: `Bearer ${token}`});
  nobody = noteDenied(createClient({...h.config, headers}), denied);
});
afterAll(async () => {
  await nobody.close();
  await h.admin.delete(builtin.namespace, {name: namespace});
});

test("each call without the right to it is noted, a watch as well", async () => {
  const map = {apiVersion: "v1", kind: "ConfigMap", metadata: {name: "mine", namespace}};
  const watch = async () => {
    const options = {namespace, resourceVersion: "0", timeoutSeconds: 1, signal: AbortSignal.timeout(60_000)};
    for await (const _ of nobody.watch(builtin.configMap, options));
  };
  await expect(nobody.list(builtin.configMap, {namespace})).rejects.toThrow();
  await expect(nobody.apply(builtin.configMap, map, {fieldManager: "test"})).rejects.toThrow();
  await expect(watch()).rejects.toThrow();
  expect(denied.map((message) => /cannot (\w+) resource/.exec(message)?.[1])).toEqual(["list", "patch", "watch"]);
});

test("what a namespace on its way out forbids to everyone is no missing right", async () => {
  const ours: string[] = [];
  const admin = noteDenied(h.admin, ours);
  const name = "going";
  const object = (kind: string) => ({apiVersion: "v1", kind, metadata: {name, namespace: name, finalizers: ["a.b/c"]}});
  await h.namespace(name);
  await admin.create(builtin.configMap, object("ConfigMap"));
  await admin.delete(builtin.namespace, {name});
  await expect(admin.create(builtin.serviceAccount, object("ServiceAccount"))).rejects.toThrow(/being terminated/);
  expect(ours).toEqual([]);
  await admin.patch(builtin.configMap, {name, namespace: name}, {metadata: {finalizers: null}});
});
