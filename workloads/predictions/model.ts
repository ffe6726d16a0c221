import {openModel, type Scorer} from "./onnx.ts";
import {type Card, sha256, type Version} from "./registry.ts";

/** A version that predicts. */
export interface Model extends Scorer {
  version: number;
  card: Card;
  /** A score from here on is a warning. */
  threshold: number;
}

interface Wanted {
  /** Of the features that rows will have, in their order. */
  names: readonly string[];
  /** What it is to predict. */
  target: object;
  /** Seconds: features are of the first reading of a vehicle in each; absent: of all. */
  sampling?: number;
}

/**
 * Loads the ONNX of a version.
 *
 * @throws Error with words for people, if it is damaged, or not made for what is wanted
 */
export async function loadModel(
  version: Version & {onnx: Uint8Array},
  {names, target, sampling}: Wanted,
): Promise<Model> {
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
  if (card.sampling !== sampling)
    throw new Error(
      `${what} was trained with features of ${sampled(card.sampling)}; this release makes them of ${sampled(sampling)}: train it anew`,
    );
  for (const [name, wanted] of Object.entries(target))
    if (card.target[name] !== wanted)
      throw new Error(`${what} was trained for ${name} ${card.target[name]}, and not for ${wanted}: train it anew`);
  const scorer = await openModel(onnx, names.length, what);
  return {version: version.version, card, threshold: card.threshold, ...scorer};
}

const sampled = (seconds: number | undefined) =>
  seconds === undefined ? "all readings of a vehicle" : `one reading of a vehicle each ${seconds} s`;
