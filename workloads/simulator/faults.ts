import type {Faults, FleetConfig} from "./config.ts";
import {random} from "./random.ts";
import {SENSOR_KINDS} from "./sensor.ts";

const MAX_SKEW_MS = 600_000;

const KINDS = [
  "malformed",
  "missingField",
  "missingReading",
  "duplicate",
  "outOfOrder",
  "late",
  "silent",
  "burst",
  ...SENSOR_KINDS,
] as const;

/** What is wrong with an event, or begins with it. */
export type EventFault = (typeof KINDS)[number] | "none";

// The names are put together once: for each event, that would take longer than the rest of the draw.
const RATES = KINDS.map((kind) => [kind, `${kind}PerMillion`] as const);

/** At most one fault for an event; without any configured, no number is drawn. */
export function draw(faults: Faults, chance: () => number): EventFault {
  let from = 0;
  let drawn: number | undefined;
  for (const [kind, name] of RATES) {
    const rate = faults[name];
    if (rate === 0) continue;
    drawn ??= chance() * 1_000_000;
    if (drawn < from + rate) return kind;
    from += rate;
  }
  return "none";
}

/** ms by which a vehicle's clock is wrong: 0, or up to ten minutes either way, for good. */
export function skewOf(index: number, {seed, faults}: FleetConfig): number {
  const chance = random(seed * 257 + index * 13 + 3);
  if (chance() * 1_000_000 >= faults.clockSkewPerMillion) return 0;
  return Math.round((chance() - 0.5) * 2 * MAX_SKEW_MS);
}
