import type {Hold} from "./scenarios.ts";

/** Seconds in which a closed hold without cooling closes most of the gap to the air outside. */
const LEAK_SECONDS = 7_200;

/**
 * °C in a hold after some seconds. A unit of less than its full capacity (1) cools more slowly, and no longer holds its set point against what
 * leaks in.
 */
export function holdAfter(
  inside: number,
  seconds: number,
  {setPoint, warming, cooling}: Hold,
  {isOpen, air, capacity}: {isOpen: boolean; air: number; capacity: number},
): number {
  const leak = ((1 - capacity) * cooling) / LEAK_SECONDS;
  const goal = isOpen ? air : setPoint + ((air - setPoint) * leak) / (capacity + leak);
  const pace = isOpen ? warming : cooling / (capacity + leak);
  return inside + (goal - inside) * (1 - Math.exp(-seconds / pace));
}
