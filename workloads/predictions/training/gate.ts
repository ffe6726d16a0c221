import {random} from "../../simulator/random.ts";
import type {Quality} from "../registry.ts";
import {averagePrecision, ranked, type Scored} from "./quality.ts";

const RESAMPLES = 200;
/** Of the resamples, those below. */
const LOW = 0.025;
const LEAST_AUC = 0.6;

/**
 * By how much the model's average precision is above the rule's at the least, with a certainty of 97.5 %: by drawing vehicles anew, as the rows of
 * one vehicle are not independent of one another. Both scored the same rows.
 */
export function leastGain(model: Scored, rule: Scored): number {
  const next = random(1);
  const vehicles = [...new Set(model.vehicles)];
  const orders = [ranked(model.scores), ranked(rule.scores)] as const;
  const times = new Uint32Array(Math.max(...vehicles) + 1);
  const gains = Float64Array.from({length: RESAMPLES}, () => {
    times.fill(0);
    for (const _ of vehicles) times[vehicles[Math.floor(next() * vehicles.length)]!]!++;
    return averagePrecision(model, orders[0], times) - averagePrecision(rule, orders[1], times);
  });
  return gains.sort()[Math.floor(LOW * RESAMPLES)]!;
}

const shown = (value: number) => value.toFixed(3);

/** Why a model may not predict in the rule's place; undefined if it may. */
export function refusalOf({model, rule, gain}: {model: Quality; rule: Quality; gain: number}): string | undefined {
  const reasons = [
    ...(gain > 0
      ? []
      : [
          `average precision ${shown(model.averagePrecision)} is not surely above the rule's ${shown(rule.averagePrecision)} (difference from ${shown(gain)} on)`,
        ]),
    ...(model.recall >= rule.recall
      ? []
      : [`at a precision of 0.9 it tells ${shown(model.recall)} of what happens, the rule ${shown(rule.recall)}`]),
    ...(model.auc >= LEAST_AUC ? [] : [`area under the ROC curve ${shown(model.auc)} is below ${LEAST_AUC}`]),
  ];
  return reasons.length > 0
    ? `no better than the rule on vehicles it was not trained on: ${reasons.join("; ")}`
    : undefined;
}
