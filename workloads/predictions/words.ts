import type {BreachTarget} from "./breach/target.ts";
import type {Judgement} from "./scorer.ts";

/** What the words of a warning are about. */
export interface Words {
  target: BreachTarget;
  /** The pipeline. */
  pipeline: string;
}

/** Annotations of an alert, for the people who are warned: what happens, what it means, and what to do. */
export function wordsOf(
  {target: {max, horizon}, pipeline}: Words,
  {vehicle, model, label, score}: Pick<Judgement, "vehicle" | "model" | "label" | "score">,
): Record<"summary" | "description" | "action", string> {
  if (model === "cold-chain-breach")
    return {
      summary: `The hold of ${vehicle} is expected to get warmer than ${max} °C within ${horizon} s.`,
      description: `The score is ${score.toFixed(2)}. The hold is cold enough now; an open door or a cooling unit that is off warms it. The warning ends a minute after the score has fallen, or when the limit is exceeded.`,
      action: `Ask the driver to close the doors and check the cooling unit. \`telemetry-operator query ${pipeline} --vehicle ${vehicle}\` shows the last events.`,
    };
  if (label === "stuck")
    return {
      summary: `The temperature sensor of ${vehicle} repeats one value.`,
      description: "Other sensors of the vehicle change, and this one used to. The temperature of the hold is unknown.",
      action: `Check the sensor and its cable. Until then check the hold by hand. \`telemetry-operator query ${pipeline} --vehicle ${vehicle}\` shows the last events.`,
    };
  return {
    summary: `The temperature sensor of ${vehicle} jumps.`,
    description: "Its readings differ from those around them by more than the hold can warm or cool in that time.",
    action: `Check the sensor and its cable. \`telemetry-operator query ${pipeline} --vehicle ${vehicle}\` shows the last events.`,
  };
}
