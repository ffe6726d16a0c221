import type {InferenceSession} from "onnxruntime-node";
import {onnxRuntime} from "./runtime.ts";

/** Rows that are scored at once: more gain nothing and take memory. */
const ROWS = 4_096;
const PROBABILITIES = "probabilities";

export interface Scorer {
  /** The score of each row, from 0 to 1. @param features row after row, in the order that the model was trained with */
  score(features: Float32Array, rows: number): Promise<Float32Array>;
}

/**
 * An ONNX as workloads/training writes it, to be run by one thread.
 *
 * @param width features of a row
 * @param what it is, for people
 * @throws Error with words for people, if it does not load, or not run with such rows
 */
export async function openModel(onnx: Uint8Array, width: number, what: string): Promise<Scorer> {
  // Loaded for a model only: it takes some 60 MiB, and a rule needs none of it.
  const {InferenceSession: Session, Tensor} = await onnxRuntime();
  const session = await Session.create(onnx, {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch((error) => {
    throw new Error(`${what} cannot be loaded: ${error.message}`);
  });
  const input = inputOf(session, width, what);
  const run = async (rows: Float32Array, count: number) => {
    const {[PROBABILITIES]: answer} = await session.run({[input]: new Tensor("float32", rows, [count, width])}, [
      PROBABILITIES,
    ]);
    const {data, dims} = answer!;
    if (dims.join() !== `${count},2`) throw new Error(`${what} answers ${dims.join("×")} figures to ${count} rows`);
    return data as Float32Array;
  };
  const scorer: Scorer = {
    async score(features, rows) {
      const scores = new Float32Array(rows);
      for (let at = 0; at < rows; at += ROWS) {
        const some = Math.min(ROWS, rows - at);
        const answer = await run(features.subarray(at * width, (at + some) * width), some);
        for (let row = 0; row < some; row++) scores[at + row] = answer[2 * row + 1]!;
      }
      return scores;
    },
  };
  await expectScore(scorer, width, what).catch(async (error) => {
    await session.release();
    throw error;
  });
  return scorer;
}

/** Its one input, if it takes rows of so many figures and answers with two probabilities of each. */
function inputOf({inputMetadata, outputNames}: InferenceSession, width: number, what: string): string {
  const [input, ...more] = inputMetadata;
  const shape = input?.isTensor ? input.shape : [];
  if (!input?.isTensor || more.length > 0 || input.type !== "float32" || shape.length !== 2 || shape[1] !== width) {
    const is = inputMetadata.map((one) => `${one.name} ${one.isTensor ? `${one.type}[${one.shape.join(", ")}]` : ""}`);
    throw new Error(`${what} takes ${is.join(" and ")}, not rows of ${width} float32 figures`);
  }
  if (!outputNames.includes(PROBABILITIES))
    throw new Error(`${what} answers ${outputNames.join(", ")}, and no ${PROBABILITIES}`);
  return input.name;
}

/** One that loads may fail at its first row. */
async function expectScore(scorer: Scorer, width: number, what: string): Promise<void> {
  const [score] = await scorer.score(new Float32Array(width), 1).catch((error) => {
    throw new Error(`${what} does not run: ${error.message}`);
  });
  if (!(score! >= 0 && score! <= 1)) throw new Error(`${what} answers ${score}, which is no probability`);
}
