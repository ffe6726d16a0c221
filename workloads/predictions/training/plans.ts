import type {ModelName} from "../../../api/models.ts";
import {celsius, number} from "../../lib/environment.ts";
import {breachSql, FEATURE_NAMES, SAMPLING} from "../breach/features.ts";
import {HEALTH_FEATURES, healthSql} from "../health/features.ts";
import {healthTarget} from "../health/target.ts";

/** What a model is trained with. */
export interface Plan {
  features: readonly string[];
  target: Record<string, number>;
  /** See the card's. */
  sampling?: number;
  /** Seconds from a vehicle's row to its next, at the least. */
  step: number;
  /** Days of data, at most; their end is a multiple of so many seconds. */
  days: number;
  unit: number;
  /** See `featureRows`. */
  sql(range: {table: string; since: Date; until: Date; step: number}): string;
}

const [HOUR_SECONDS, DAY_SECONDS] = [3_600, 86_400];

const plans: Partial<Record<ModelName, () => Plan>> = {
  "cold-chain-breach"() {
    const target = {max: celsius("COLD_CHAIN_MAX"), horizon: number("BREACH_HORIZON_SECONDS", 120)};
    return {
      features: FEATURE_NAMES,
      target,
      sampling: SAMPLING,
      step: 30,
      days: number("TRAINING_DAYS", 14),
      unit: HOUR_SECONDS,
      sql: (range) => breachSql({...range, target}),
    };
  },
  "cooling-unit"() {
    const target = healthTarget();
    return {
      features: HEALTH_FEATURES,
      target: {...target},
      step: DAY_SECONDS,
      days: number("TRAINING_DAYS", 60),
      unit: DAY_SECONDS,
      sql: (range) => healthSql({...range, target}),
    };
  },
};

/** @throws Error if no version of the model is ever trained */
export function planOf(name: ModelName): Plan {
  const plan = plans[name]?.();
  if (!plan) throw new Error(`${name} is not trained: its rule is all there is`);
  return plan;
}
