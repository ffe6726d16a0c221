import {number, text} from "../../lib/environment.ts";
import type {HealthTarget} from "./features.ts";

/** °C, which may be below 0. */
export function celsius(name: string): number {
  const value = Number(text(name));
  if (!Number.isFinite(value)) throw new Error(`environment variable ${name} is "${process.env[name]}", not °C`);
  return value;
}

/** By environment variables. */
export const healthTarget = (): HealthTarget => ({
  max: celsius("COLD_CHAIN_MAX"),
  minutes: number("COOLING_MINUTES", 10),
  settle: number("COOLING_SETTLE_SECONDS", 900),
  hours: number("COOLING_DAY_HOURS", 4),
});
