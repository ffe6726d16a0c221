import type {FleetConfig} from "./config.ts";
import {random} from "./random.ts";

const HOUR_MS = 3_600_000;
/** From a repair to the next failure, on average. */
const HEALTHY_MS = 4 * 24 * HOUR_MS;

/** A cooling unit that fails again and again. */
export type CoolingUnit = ReturnType<typeof createUnit>;

/** Whether the unit of a vehicle is one of those that fail. */
export function fails(index: number, {seed, faults}: FleetConfig): boolean {
  return random(seed * 521 + index * 19 + 11)() * 1_000_000 < faults.coolingUnitPerMillion;
}

/**
 * A cooling unit that begins to fail at `from`, in ms since the epoch: its capacity declines from 1 to 0 over `hours`, and as long again later
 * it is repaired. What it does at a time follows from the time alone.
 */
export function createUnit(seed: number, index: number, from: number, hours: number) {
  const chance = random(seed * 8_191 + index * 17 + 5);
  const ms = hours * HOUR_MS;
  let begins = from;
  return {
    /** The failure of a time, or else the next one, and the capacity. Times go on, or not back behind a repair. */
    at(time: number): {from: number; to: number; capacity: number} {
      while (time >= begins + 2 * ms) begins += Math.round(2 * ms - HEALTHY_MS * Math.log(1 - chance()));
      const capacity = Math.min(1, Math.max(0, 1 - (time - begins) / ms));
      return {from: begins, to: Math.round(begins + 2 * ms), capacity};
    },
  };
}
