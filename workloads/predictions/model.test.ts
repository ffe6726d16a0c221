import {expect, test} from "vitest";
import {onnxOf} from "../../test/onnx.ts";
import {loadModel} from "./model.ts";
import {type Card, sha256} from "./registry.ts";

const NAMES = ["margin", "slope"];
const LOW = 2;
/** Warns where the margin is at most 1. */
const onnx = onnxOf([{feature: 0, value: 1, low: LOW, high: -LOW}], NAMES.length);
const versionOf = (bytes: Uint8Array, names = NAMES, sampling?: number) => ({
  name: "cold-chain-breach" as const,
  version: 3,
  madeAt: new Date(),
  stage: "production" as const,
  sha256: sha256(bytes),
  onnx: bytes,
  card: {
    target: {max: -12, horizon: 120},
    threshold: 0.7,
    sampling,
    features: names.map((name) => ({name, deciles: [0, 1]})),
  } as unknown as Card,
});
const TARGET = {max: -12, horizon: 120};
const load = (bytes: Uint8Array, names?: string[]) =>
  loadModel(versionOf(bytes, names), {names: NAMES, target: TARGET});
const logistic = (odds: number) => 1 / (1 + Math.exp(-odds));

test("scores each row, of more than are run at once too", async () => {
  const model = await load(onnx);
  const rows = 10_000;
  const features = Float32Array.from({length: rows * 2}, (_, at) => (at % 2 ? 0 : at / 2 < 5_000 ? 0.5 : 3));
  const scores = await model.score(features, rows);
  expect([model.version, model.threshold, scores.length]).toEqual([3, 0.7, rows]);
  for (const [row, odds] of [
    [0, LOW],
    [4_999, LOW],
    [5_000, -LOW],
    [9_999, -LOW],
  ] as const)
    expect(scores[row]).toBeCloseTo(logistic(odds), 5);
});

test.each([
  ["bytes that are no model", Buffer.from("nonsense"), undefined, /version 3 of cold-chain-breach cannot be loaded/],
  ["half of a model", onnx.subarray(0, onnx.length / 2), undefined, /version 3 of cold-chain-breach cannot be loaded/],
  ["other features", onnx, ["margin", "speed"], /trained with other features \(margin, speed\)/],
  ["rows of another width", onnxOf([1], 5), undefined, /takes features float32\[.*5\], not rows of 2/],
])("refuses %s, with the reason", async (_, bytes, names, words) => {
  await expect(load(bytes, names)).rejects.toThrow(words);
});

test("refuses a model that changed since it was entered", async () => {
  await expect(loadModel({...versionOf(onnx), sha256: "0"}, {names: NAMES, target: TARGET})).rejects.toThrow(
    /is damaged/,
  );
});

test("refuses a model that was trained for another limit or horizon than the spec's", async () => {
  const loadFor = (target: object) => loadModel(versionOf(onnx), {names: NAMES, target});
  await expect(loadFor({...TARGET, max: -18})).rejects.toThrow(/trained for max -12, and not for -18/);
  await expect(loadFor({...TARGET, horizon: 60})).rejects.toThrow(/trained for horizon 120/);
});

test("refuses a model whose features are of other readings than the scorer's", async () => {
  const wanted = {names: NAMES, target: TARGET, sampling: 5};
  await expect(loadModel(versionOf(onnx), wanted)).rejects.toThrow(
    /version 3 of cold-chain-breach was trained with features of all readings of a vehicle; .* of one reading of a vehicle each 5 s: train it anew/,
  );
  expect((await loadModel(versionOf(onnx, NAMES, 5), wanted)).version).toBe(3);
});
