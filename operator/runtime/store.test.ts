import {expect, test} from "vitest";
import {createStore} from "./store.ts";

const object = (at: number, version = "1") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: `m${at}`,
    resourceVersion: version,
    ownerReferences: [{apiVersion: "v1", kind: "X", name: "x", uid: `u${at % 7}`}],
  },
  data: {text: `Grüße an ${at}: ${"was alle sagen ".repeat(20)}`},
});

test("thousands of objects are given back as they were set, changed or not, and found by their owner", () => {
  const store = createStore();
  for (let at = 0; at < 3_000; at++) store.set(object(at));
  for (let at = 0; at < 3_000; at += 10) store.set(object(at, "2"));
  store.delete("m7");
  const version = (at: number) => (at % 10 === 0 ? "2" : "1");
  for (let at = 0; at < 3_000; at++)
    expect(store.get(`m${at}`)).toEqual(at === 7 ? undefined : object(at, version(at)));
  expect(store.list()).toHaveLength(2_999);
  expect(store.get("m20")?.metadata.resourceVersion).toBe("2");
  const own = store.ownedKeys("u0");
  expect(own).toHaveLength(428);
  expect(own).not.toContain("m7");
  expect(store.get(own[0]!)?.metadata.ownerReferences?.[0]?.uid).toBe("u0");
});
