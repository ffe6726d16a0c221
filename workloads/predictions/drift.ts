import type {Card} from "./registry.ts";

/** Ten minutes each: together the last hour. */
const [SLICES, SLICE_MS] = [6, 600_000];
/** One event in so many is counted. */
const SAMPLE = 8;
/** Fewer say nothing. */
const FEWEST = 500;
const LEAST_SHARE = 1e-4;

interface Drift {
  /** @param features row after row, in the order of the card */
  see(features: Float32Array, rows: number, now: number): void;
  /** The population stability index of each feature; undefined before there are enough events. */
  indices(now: number): Map<string, number> | undefined;
}

/** Where live features fall among the training data's deciles. */
export function createDrift(card: Card): Drift {
  const bins = card.features.map(({deciles}) => binsOf(deciles));
  const width = bins.length;
  const slices: {since: number; rows: number; counts: number[][]}[] = [];
  return {
    see(features, rows, now) {
      const slice = sliceOf(now);
      for (let row = 0; row < rows; row += SAMPLE) {
        slice.rows++;
        for (let at = 0; at < width; at++) slice.counts[at]![binOf(bins[at]!.edges, features[row * width + at]!)]!++;
      }
    },
    indices(now) {
      const current = slices.filter(({since}) => since > now - SLICES * SLICE_MS);
      const rows = current.reduce((sum, slice) => sum + slice.rows, 0);
      if (rows < FEWEST) return undefined;
      const index = (at: number) =>
        bins[at]!.shares.reduce((sum, wanted, bin) => {
          const count = current.reduce((total, {counts}) => total + counts[at]![bin]!, 0);
          const share = Math.max(LEAST_SHARE, count / rows);
          return sum + (share - wanted) * Math.log(share / wanted);
        }, 0);
      return new Map(card.features.map(({name}, at) => [name, index(at)]));
    },
  };

  function sliceOf(now: number) {
    const last = slices.at(-1);
    if (last && now < last.since + SLICE_MS) return last;
    const next = {since: now, rows: 0, counts: bins.map(({shares}) => shares.map(() => 0))};
    slices.push(next);
    if (slices.length > SLICES) slices.shift();
    return next;
  }
}

/** The bins between deciles, and the training data's share of each. Deciles that are equal bound one: a figure that is often the same. */
function binsOf(deciles: number[]) {
  const edges = [...new Set(deciles)].slice(1);
  if (deciles.at(-1) !== deciles.at(-2)) edges.pop();
  const below = edges.map((edge) => deciles.indexOf(edge) / (deciles.length - 1));
  const shares = [...below, 1].map((share, at) => Math.max(LEAST_SHARE, share - (below[at - 1] ?? 0)));
  return {edges, shares};
}

/** How many edges are no greater. */
function binOf(edges: number[], value: number): number {
  let bin = 0;
  while (bin < edges.length && edges[bin]! <= value) bin++;
  return bin;
}
