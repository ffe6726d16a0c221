import {onnxOf} from "../test/onnx.ts";
import {FEATURE_NAMES, SAMPLING} from "../workloads/predictions/breach/features.ts";
import type {Card} from "../workloads/predictions/registry.ts";
import {random} from "../workloads/simulator/random.ts";

export const [TREES, DEPTH] = [150, 6];
export const target = {max: -12, horizon: 120};

/** A breach model as large as what the training makes, of trees that ask something at each level, and as much of its card as the scorer reads. */
export function breachModel(): {onnx: Buffer; card: Card} {
  const next = random(1);
  const tree = (depth: number): Parameters<typeof onnxOf>[0][number] =>
    depth === 0
      ? next() - 0.5
      : {
          feature: Math.floor(next() * FEATURE_NAMES.length),
          value: next() * 10 - 2,
          low: tree(depth - 1),
          high: tree(depth - 1),
        };
  const onnx = onnxOf(
    Array.from({length: TREES}, () => tree(DEPTH)),
    FEATURE_NAMES.length,
  );
  const features = FEATURE_NAMES.map((name) => ({name, deciles: []}));
  return {onnx, card: {target, sampling: SAMPLING, threshold: 0.9, features} as unknown as Card};
}
