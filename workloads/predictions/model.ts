import type {InferenceSession} from "onnxruntime-node";
import {type Card, sha256, type Version} from "./registry.ts";
import {onnxRuntime} from "./runtime.ts";

/** A version that predicts. */
export interface Model {
  version: number;
  card: Card;
  /** A score from here on is a warning. */
  threshold: number;
  /** The score of each row, from 0 to 1. @param features finite figures, row after row, in the order of the card */
  score(features: Float32Array, rows: number): Promise<Float32Array>;
}

/** Rows that are scored at once. */
const ROWS = 4_096;
const PROBABILITIES = "probabilities";

/**
 * Loads the ONNX of a version, to be run by one thread.
 *
 * @param names of the features that rows will have, in their order
 * @throws Error with words for people, if it is damaged, or not made for these features
 */
export async function loadModel(version: Version & {onnx: Uint8Array}, names: string[]): Promise<Model> {
  const what = `version ${version.version} of ${version.name}`;
  const {onnx, card} = version;
  const found = sha256(onnx);
  if (found !== version.sha256)
    throw new Error(`${what} is damaged: the hash of its ONNX is ${found}, not ${version.sha256}: train it anew`);
  const features = card.features.map(({name}) => name);
  if (features.join() !== names.join())
    throw new Error(
      `${what} was trained with other features (${features.join(", ")}) than this release has (${names.join(", ")}): train it anew`,
    );
  // Loaded for a model only: it takes some 60 MiB, and the rule needs none of it.
  const {InferenceSession: Session, Tensor} = await onnxRuntime();
  const session = await Session.create(onnx, {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch((error) => {
    throw new Error(`${what} cannot be loaded: ${error.message}`);
  });
  const input = inputOf(session, names.length, what);
  const run = async (rows: Float32Array, count: number) => {
    const {[PROBABILITIES]: answer} = await session.run({[input]: new Tensor("float32", rows, [count, names.length])}, [
      PROBABILITIES,
    ]);
    const {data, dims} = answer!;
    if (dims.join() !== `${count},2`) throw new Error(`${what} answers ${dims.join("×")} figures to ${count} rows`);
    return data as Float32Array;
  };
  const model: Model = {
    version: version.version,
    card,
    threshold: card.threshold,
    async score(rows, count) {
      const scores = new Float32Array(count);
      for (let at = 0; at < count; at += ROWS) {
        const some = Math.min(ROWS, count - at);
        const answer = await run(rows.subarray(at * names.length, (at + some) * names.length), some);
        for (let row = 0; row < some; row++) scores[at + row] = answer[2 * row + 1]!;
      }
      return scores;
    },
  };
  await expectScore(model, names.length, what).catch(async (error) => {
    await session.release();
    throw error;
  });
  return model;
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
async function expectScore(model: Model, width: number, what: string): Promise<void> {
  const [score] = await model.score(new Float32Array(width), 1).catch((error) => {
    throw new Error(`${what} does not run: ${error.message}`);
  });
  if (!(score! >= 0 && score! <= 1)) throw new Error(`${what} answers ${score}, which is no probability`);
}
