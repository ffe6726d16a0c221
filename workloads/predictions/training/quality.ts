import type {Quality} from "../registry.ts";

/** Rows that were scored, and what then happened. */
export interface Scored {
  scores: Float32Array;
  labels: Uint8Array;
  /** Of each row its vehicle, by number. The rows of one vehicle follow one another in time. */
  vehicles: Int32Array;
}

/** The share of warnings that must be right. */
const PRECISION = 0.9;
const WEEK_SECONDS = 604_800;

/** The places of the rows from the highest score to the lowest. */
export const ranked = (scores: Float32Array): Uint32Array =>
  Uint32Array.from(scores, (_, at) => at).sort((a, b) => scores[b]! - scores[a]!);

/** Counts of rows from a score up: right warnings and all of them. */
interface Step {
  score: number;
  right: number;
  warned: number;
}

/** One for each distinct score, from the highest down. Each row counts as often as its vehicle does. */
function* stepsOf({scores, labels, vehicles}: Scored, order: Uint32Array, times?: Uint32Array): Generator<Step> {
  let [right, warned] = [0, 0];
  for (let at = 0; at < order.length; at++) {
    const row = order[at]!;
    const weight = times ? times[vehicles[row]!]! : 1;
    warned += weight;
    if (labels[row]) right += weight;
    const score = scores[row]!;
    if (at + 1 === order.length || scores[order[at + 1]!] !== score) yield {score, right, warned};
  }
}

/** The mean precision over what is found; rows of one score come as one. 0 if nothing happened. */
export function averagePrecision(scored: Scored, order: Uint32Array, times?: Uint32Array): number {
  let [sum, before] = [0, 0];
  for (const {right, warned} of stepsOf(scored, order, times)) {
    if (right > before) sum += (right - before) * (right / warned);
    before = right;
  }
  return before > 0 ? sum / before : 0;
}

/** How likely a row to which it happened scores above one to which it did not; half of it if they score the same. */
export function areaUnderCurve(scored: Scored, order: Uint32Array): number {
  let [area, right, wrong] = [0, 0, 0];
  for (const step of stepsOf(scored, order)) {
    const newWrong = step.warned - step.right - wrong;
    area += newWrong * (right + (step.right - right) / 2);
    [right, wrong] = [step.right, wrong + newWrong];
  }
  return right > 0 && wrong > 0 ? area / right / wrong : 0.5;
}

/** The lowest score from which on nine in ten warnings are right, and the share of what happened that they tell; without one, the score of the best F1. */
export function thresholdOf(scored: Scored, order: Uint32Array): {threshold: number; recall: number} {
  const positives = scored.labels.reduce((sum, label) => sum + label, 0);
  let precise: Step | undefined;
  let [best, bestF1] = [Number.POSITIVE_INFINITY, 0];
  for (const step of stepsOf(scored, order)) {
    if (step.right >= PRECISION * step.warned) precise = step;
    const f1 = (2 * step.right) / (step.warned + positives);
    if (f1 > bestF1) [best, bestF1] = [step.score, f1];
  }
  return precise ? {threshold: precise.score, recall: precise.right / positives} : {threshold: best, recall: 0};
}

/** Warnings for which nothing happened, a vehicle and week; those of a vehicle's rows that follow one another are one. A row stands for so many seconds. */
export function falseAlarms({scores, labels, vehicles}: Scored, threshold: number, seconds: number): number {
  let alarms = 0;
  for (let row = 0; row < scores.length; row++) {
    if (scores[row]! < threshold || labels[row]) continue;
    const goesOn = row > 0 && vehicles[row - 1] === vehicles[row] && scores[row - 1]! >= threshold;
    if (!goesOn) alarms++;
  }
  return alarms / ((scores.length * seconds) / WEEK_SECONDS);
}

/** All of it; a row stands for so many seconds. */
export function qualityOf(scored: Scored, seconds: number): {quality: Quality; threshold: number} {
  const order = ranked(scored.scores);
  const {threshold, recall} = thresholdOf(scored, order);
  const quality = {
    auc: areaUnderCurve(scored, order),
    averagePrecision: averagePrecision(scored, order),
    recall,
    falseAlarms: falseAlarms(scored, threshold, seconds),
  };
  return {quality, threshold};
}
