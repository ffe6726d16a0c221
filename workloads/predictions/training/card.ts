import type {Scorer} from "../onnx.ts";
import {type Card, sha256} from "../registry.ts";
import type {Dataset} from "./dataset.ts";
import {leastGain, refusalOf} from "./gate.ts";
import {qualityOf, type Scored} from "./quality.ts";

/** What train.py says of itself. */
export interface Training {
  seconds: number;
  libraries: Record<string, string>;
  parameters: Record<string, unknown>;
}

/** Between the scores of the library that trained and those of what is served. */
const MOST_DIFFERENCE = 1e-4;

/** What was measured of a model. @param trained the scores of each row by the library that trained it */
export async function cardOf({
  dataset: {meta, features, labels, rule, vehicles, test},
  training,
  scorer,
  trained,
}: {
  dataset: Dataset;
  training: Training;
  scorer: Scorer;
  trained: Float32Array;
}): Promise<Card> {
  const width = meta.features.length;
  const [places, learnt] = [placesOf(test, 1), placesOf(test, 0)];
  const rows = new Float32Array(places.length * width);
  for (const [at, place] of places.entries())
    rows.set(features.subarray(place * width, (place + 1) * width), at * width);
  const known = {labels: labels.filter((_, at) => test[at]), vehicles: vehicles.filter((_, at) => test[at])};
  const byModel: Scored = {...known, scores: await scorer.score(rows, places.length)};
  const byRule: Scored = {...known, scores: rule.filter((_, at) => test[at])};
  const {quality: model, threshold} = qualityOf(byModel, meta.step);
  const {quality: naive} = qualityOf(byRule, meta.step);
  const parity = places.reduce(
    (most, place, at) => Math.max(most, Math.abs(byModel.scores[at]! - trained[place]!)),
    trained.length === labels.length ? 0 : Number.NaN,
  );
  const refusal =
    parity <= MOST_DIFFERENCE
      ? refusalOf({model, rule: naive, gain: leastGain(byModel, byRule)})
      : `ONNX Runtime's scores differ from those of the library that trained by up to ${parity}, more than ${MOST_DIFFERENCE}`;
  const {since, until, rows: count, vehicles: fleet, testVehicles, positives, source} = meta;
  return {
    data: {since, until, rows: count, vehicles: fleet, testVehicles, positives, source},
    features: meta.features.map((name, at) => ({name, deciles: decilesOf(features, learnt, at, width)})),
    target: meta.target,
    sampling: meta.sampling,
    model,
    rule: naive,
    threshold,
    parity,
    dataSha256: sha256(Buffer.from(JSON.stringify({files: meta.files, parameters: training.parameters}))),
    ...(refusal === undefined ? {} : {refusal}),
    trainingSeconds: training.seconds,
    libraries: training.libraries,
  };
}

/** The rows of test vehicles (1), or of the others (0). */
const placesOf = (test: Uint8Array, kind: 0 | 1): Uint32Array =>
  Uint32Array.from(test, (_, at) => at).filter((at) => test[at] === kind);

/** Eleven figures from the least to the most; none of a feature that no row has. */
function decilesOf(features: Float32Array, places: Uint32Array, at: number, width: number): number[] {
  const values = Float32Array.from(places, (place) => features[place * width + at]!)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (values.length === 0) return [];
  return Array.from({length: 11}, (_, tenth) => values[Math.round((tenth / 10) * (values.length - 1))]!);
}
