import {onnxOf} from "../test/onnx.ts";
import {FEATURE_NAMES, SAMPLING} from "../workloads/predictions/breach/features.ts";
import type {Card} from "../workloads/predictions/registry.ts";
import {random} from "../workloads/simulator/random.ts";

export const [TREES, DEPTH] = [150, 6];
export const target = {max: -12, horizon: 120};

/** Between what the figures of the bench's events lie, so that a branch is as hard to foresee as with a model that was trained. */
const SPANS: [start: string, low: number, high: number][] = [
  ["margin", 3, 13],
  ["slope", -0.08, 0.08],
  ["change", -6, 6],
  ["speed", 0, 130],
  ["", -1, 1],
];

/** A breach model as large as what the training makes, of trees that ask something at each level, and as much of its card as the scorer reads. */
export function breachModel(): {onnx: Buffer; card: Card} {
  const next = random(1);
  const tree = (depth: number): Parameters<typeof onnxOf>[0][number] =>
    depth === 0 ? next() - 0.5 : split(Math.floor(next() * FEATURE_NAMES.length), depth);
  const split = (feature: number, depth: number) => {
    const [, low, high] = SPANS.find(([start]) => FEATURE_NAMES[feature]!.startsWith(start))!;
    return {feature, value: low + next() * (high - low), low: tree(depth - 1), high: tree(depth - 1)};
  };
  const onnx = onnxOf(
    Array.from({length: TREES}, () => tree(DEPTH)),
    FEATURE_NAMES.length,
  );
  const features = FEATURE_NAMES.map((name) => ({name, deciles: []}));
  return {onnx, card: {target, sampling: SAMPLING, threshold: 0.9, features} as unknown as Card};
}
