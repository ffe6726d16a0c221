import {celsius, number} from "../../lib/environment.ts";
import type {HealthTarget} from "./features.ts";

/** By environment variables. */
export const healthTarget = (): HealthTarget => ({
  max: celsius("COLD_CHAIN_MAX"),
  minutes: number("COOLING_MINUTES", 10),
  settle: number("COOLING_SETTLE_SECONDS", 900),
  hours: number("COOLING_DAY_HOURS", 4),
});
