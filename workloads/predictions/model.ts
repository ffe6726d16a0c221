import {openModel, type Scorer} from "./onnx.ts";
import {type Card, sha256, type Version} from "./registry.ts";

/** A version that predicts. */
export interface Model extends Scorer {
  version: number;
  card: Card;
  /** A score from here on is a warning. */
  threshold: number;
}

/**
 * Loads the ONNX of a version.
 *
 * @param names of the features that rows will have, in their order
 * @param target what it is to predict
 * @throws Error with words for people, if it is damaged, or not made for these features and this target
 */
export async function loadModel(
  version: Version & {onnx: Uint8Array},
  names: readonly string[],
  target: object,
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
  for (const [name, wanted] of Object.entries(target))
    if (card.target[name] !== wanted)
      throw new Error(`${what} was trained for ${name} ${card.target[name]}, and not for ${wanted}: train it anew`);
  const scorer = await openModel(onnx, names.length, what);
  return {version: version.version, card, threshold: card.threshold, ...scorer};
}
