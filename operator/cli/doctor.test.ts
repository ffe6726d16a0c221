import {expect, test} from "vitest";
import {components} from "../components/all.ts";
import {ApiError} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import {examine} from "./doctor.ts";

/** A fake API server that answers doctor's questions: no real one here is old, small or without a StorageClass. */
interface Cluster {
  minor: string;
  memory: string[];
  /** Names of the StorageClasses that are the default. */
  defaults: string[];
  /** Name of a kind that is not served. */
  missing?: string;
  /** Namespace and WATCH_NAMESPACE of each operator. */
  operators: [namespace: string, watch?: string][];
}

const GOOD: Cluster = {minor: "34", memory: ["8Gi"], defaults: ["standard"], operators: [["telemetry-system"]]};

function client({minor, memory, defaults, missing, operators}: Cluster): KubeClient {
  const lists: Record<string, object[]> = {
    StorageClass: defaults.map((name) => ({
      metadata: {name, annotations: {"storageclass.kubernetes.io/is-default-class": "true"}},
      allowVolumeExpansion: true,
    })),
    Deployment: operators.map(([namespace, watch]) => {
      const env = watch === undefined ? [] : [{name: "WATCH_NAMESPACE", value: watch}];
      const metadata = {name: "telemetry-operator", namespace};
      return {metadata, spec: {template: {spec: {containers: [{env}]}}}, status: {readyReplicas: 1}};
    }),
  };
  return {
    async request(_method: string, path: string) {
      if (path === "/version") return {gitVersion: `v1.${minor}.0`, minor};
      return {items: memory.map((size) => ({status: {allocatable: {memory: size}}}))};
    },
    async list({kind}: {kind: string}) {
      if (kind === missing) throw new ApiError(404, "NotFound", "not served");
      return {items: lists[kind] ?? []};
    },
  } as unknown as KubeClient;
}

const check = async (changed: Partial<Cluster> = {}) => examine(client({...GOOD, ...changed}));

test("a cluster that has everything is found good", async () => {
  const {text, ok} = await check();
  expect(ok, text).toBe(true);
  expect(text).not.toMatch(/FAIL/);
});

test.each<[string, Partial<Cluster>, RegExp]>([
  ["an older Kubernetes", {minor: "29"}, /FAIL +API server +v1\.29\.0: 1\.30 or newer is needed/],
  ["too little memory", {memory: ["2Gi", "1Gi"]}, /FAIL +memory of all nodes +3\.0 GiB: the Dev profile needs about 6/],
  ["no default StorageClass", {defaults: []}, /FAIL +default StorageClass +none: mark one as default/],
  ["two default StorageClasses", {defaults: ["a", "b"]}, /FAIL +default StorageClass +several: a, b/],
  ["no Strimzi", {missing: "Kafka"}, /FAIL +kind kafka\.strimzi\.io\/v1\/Kafka +missing: install the operator/],
  ["no operator", {operators: []}, /FAIL +operator +not installed/],
  ["a second operator", {operators: [["a"], ["b"]]}, /FAIL +operator +a\/\S+, b\/\S+ watch the same pipelines/],
  [
    "an operator inside another's scope",
    {operators: [["a"], ["b", "b"]]},
    /FAIL +operator .* watch the same pipelines/,
  ],
])("%s is a failure with its remedy", async (_, changed, line) => {
  const {text, ok} = await check(changed);
  expect(text).toMatch(line);
  expect(ok).toBe(false);
});

test("operators of different namespaces get on with each other", async () => {
  const {text, ok} = await check({
    operators: [
      ["a", "a"],
      ["b", "b"],
    ],
  });
  expect(text).toMatch(/ok +operator +ready \(a\/telemetry-operator, b\/telemetry-operator\)/);
  expect(ok).toBe(true);
});

test("no Prometheus operator is a note, not a failure", async () => {
  const {text, ok} = await check({missing: "PrometheusRule"});
  expect(text).toMatch(/note +kind monitoring\.coreos\.com\/v1\/PrometheusRule/);
  expect(ok).toBe(true);
});

test("the kinds of each optional component are missing with a note, and with the loss of users", async () => {
  for (const {kinds = [], without} of components.filter(({optional}) => optional))
    for (const {kind} of kinds) {
      const {text, ok} = await check({missing: kind});
      expect([ok, without, text]).toEqual([true, expect.any(String), expect.stringContaining(`missing: ${without}`)]);
    }
});
