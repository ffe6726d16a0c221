import {onnxRuntime} from "./runtime.ts";

/** Rows in one call: more gain nothing and take memory. */
const BATCH = 10_000;

export interface Scorer {
  /** Of each row of features, one after another, how likely it is: from 0 to 1. */
  score(rows: Float32Array): Promise<Float32Array>;
}

/**
 * A model as workloads/training writes it: input `features`, output `probabilities` of two classes.
 *
 * @throws Error if ONNX Runtime does not load it, or it is for other features
 */
export async function openModel(bytes: Uint8Array, features: readonly string[]): Promise<Scorer> {
  const {InferenceSession, Tensor} = await onnxRuntime();
  const session = await InferenceSession.create(bytes, {intraOpNumThreads: 1, interOpNumThreads: 1});
  const width = features.length;
  const scoreBatch = async (rows: Float32Array): Promise<Float32Array> => {
    const count = rows.length / width;
    const input = new Tensor("float32", rows, [count, width]);
    const {probabilities} = await session.run({features: input}, ["probabilities"]);
    const both = probabilities!.data as Float32Array;
    return Float32Array.from({length: count}, (_, at) => both[at * 2 + 1]!);
  };
  // A model for fewer or more features says so at the first row.
  await scoreBatch(new Float32Array(width));
  return {
    async score(rows) {
      const scores = new Float32Array(rows.length / width);
      for (let from = 0; from < scores.length; from += BATCH)
        scores.set(await scoreBatch(rows.subarray(from * width, (from + BATCH) * width)), from);
      return scores;
    },
  };
}
