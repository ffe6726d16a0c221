/** What is predicted of a hold. */
export interface BreachTarget {
  /** °C: warmer is a breach. */
  max: number;
  /** Seconds within which it comes. */
  horizon: number;
}
