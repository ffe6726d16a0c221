import {expect, test} from "vitest";
import type {PodOptions} from "./pod.ts";
import {heapMiBOf, resourcesOf} from "./resources.ts";

const sizing = {cpu: "500m", memory: "4Gi", heapMiB: 2048};
const storage = {request: "64Mi", limit: "1Gi"};
const by = (resources: NonNullable<PodOptions["resources"]>) => resourcesOf(sizing, {resources}, storage);

test("what the spec leaves out is the profile's", () => {
  expect(resourcesOf(sizing)).toEqual({requests: {cpu: "500m", memory: "4Gi"}, limits: {memory: "4Gi"}});
  expect(by({})).toEqual({
    requests: {cpu: "500m", memory: "4Gi", "ephemeral-storage": "64Mi"},
    limits: {memory: "4Gi", "ephemeral-storage": "1Gi"},
  });
});

test("memory that is given once stands for both", () => {
  expect(by({requests: {memory: "2048Mi"}})).toMatchObject({requests: {memory: "2Gi"}, limits: {memory: "2Gi"}});
  expect(by({limits: {memory: "8Gi"}})).toMatchObject({requests: {memory: "8Gi"}, limits: {memory: "8Gi"}});
  expect(by({requests: {memory: "1Gi"}, limits: {memory: "2Gi"}})).toMatchObject({
    requests: {memory: "1Gi"},
    limits: {memory: "2Gi"},
  });
});

test("no request exceeds its limit", () => {
  expect(by({limits: {cpu: "200m"}})).toMatchObject({requests: {cpu: "200m"}, limits: {cpu: "200m"}});
  expect(by({limits: {cpu: 4}})).toMatchObject({requests: {cpu: "500m"}, limits: {cpu: "4"}});
  expect(by({limits: {"ephemeral-storage": "32Mi"}}).requests["ephemeral-storage"]).toBe("32Mi");
  expect(by({requests: {"ephemeral-storage": "5Gi"}}).limits["ephemeral-storage"]).toBe("5Gi");
});

test("a heap grows and shrinks with the memory of its container", () => {
  const heap = (memory: string) => heapMiBOf(sizing, {resources: {limits: {memory}}});
  expect(["4Gi", "2Gi", "16Gi", "128Gi"].map(heap)).toEqual([2048, 1024, 8192, 31 * 1024]);
});
