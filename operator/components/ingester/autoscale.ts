import type {IngesterSpec} from "../../../api/components/ingester.ts";
import type {Load} from "../component.ts";

/** Replicas by the lag at one time. */
export interface Recommendation {
  /** ms since the epoch. */
  at: number;
  replicas: number;
}

const UP_MS = 15_000;
const DOWN_MS = 300_000;
const DEFAULT_TARGET_LAG = 100_000;

/**
 * Replicas of an ingester by the lag of its group. Replicas are added when each reading of the last 15 s called for more, and removed when
 * each of the last 5 minutes called for fewer: a rebalance stops the group for a moment, so it has to be worth it.
 *
 * @param history earlier readings; the new one is added and old ones are removed
 */
export function scale(
  {replicas, autoscale}: IngesterSpec,
  live: number | undefined,
  load: Load | undefined,
  history: Recommendation[],
  now: number,
): number {
  if (!autoscale || replicas === 0) return replicas;
  const bound = (wanted: number) => Math.min(Math.max(wanted, replicas), Math.max(autoscale.maxReplicas, replicas));
  const current = bound(live ?? replicas);
  // Without a figure nothing is known: stay.
  if (!load) return current;
  const wanted = Math.ceil(load.lag / (autoscale.targetLag ?? DEFAULT_TARGET_LAG));
  history.push({at: now, replicas: bound(Math.min(wanted, load.behind))});
  while (history[0]!.at < now - DOWN_MS - UP_MS) history.shift();
  const up = lowest(history, now - UP_MS);
  if (up !== undefined && up > current) return up;
  const down = highest(history, now - DOWN_MS);
  return down !== undefined && down < current ? down : current;
}

/** The least, or most, replicas called for since a time; undefined if the history does not reach back that far. */
const lowest = (history: Recommendation[], since: number) => figure(history, since, Math.min);
const highest = (history: Recommendation[], since: number) => figure(history, since, Math.max);

function figure(history: Recommendation[], since: number, pick: (...values: number[]) => number): number | undefined {
  if (history[0]!.at > since) return undefined;
  return pick(...history.filter(({at}) => at >= since).map(({replicas}) => replicas));
}
