import {expect, test} from "vitest";
import {createPacker} from "./packer.ts";
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
  expect(store.version("m20")).toBe("2");
  const own = store.ownedKeys("u0");
  expect(own).toHaveLength(428);
  expect(own).not.toContain("m7");
  expect(store.get(own[0]!)?.metadata.ownerReferences?.[0]?.uid).toBe("u0");
});

test("texts that are alike become small, and are read whatever came between", () => {
  const packer = createPacker();
  const kinds = ["alpha", "beta", "gamma"].map(
    (kind) => (name: string) =>
      JSON.stringify({kind, name, text: Array.from({length: 40}, (_, at) => `${kind} ${at * 7919}`)}),
  );
  const texts = Array.from({length: 300}, (_, at) => kinds[at % 3]!(`ä${at}`));
  const own = (at: number) => [`ä${at}`, `alpha ${at}`];
  const packed = texts.map((text, at) => packer.pack(text, own(at)));
  expect(packed.map((text, at) => packer.unpack(text, own(at)))).toEqual(texts);
  expect(Math.max(...packed.slice(3).map(({length}) => length))).toBeLessThan(texts[0]!.length / 5);
  // More examples than the window holds.
  const random = Array.from({length: 60}, () => Array.from({length: 200}, () => Math.random()).join());
  expect(random.map((text) => packer.pack(text)).map((text) => packer.unpack(text))).toEqual(random);
});
