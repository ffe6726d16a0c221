import {expect, test} from "vitest";
import type {Instance} from "./instance.ts";
import {configFiles} from "./node-config.ts";

const instance = {name: "t", cgroup: "t", path: (...parts: string[]) => parts.join("/")} as Instance;
instance.run = instance.path;

test("the kubelet collects no image, neither by age nor for space: nothing can be pulled again", () => {
  const kubelet = JSON.parse(configFiles(instance)["etc/kubelet.json"]!);
  expect(Number.parseInt(kubelet.imageMinimumGCAge, 10)).toBeGreaterThan(365 * 24);
  expect(kubelet.imageGCHighThresholdPercent).toBe(100);
  expect(kubelet.imageMaximumGCAge).toBeUndefined();
});
