/** A sensor that says nothing for so many times its usual pause leaves a gap. */
const PAUSES = 3;

/**
 * A column of a history for a chart, where null is a gap and undefined is none: a sensor that speaks more seldom than its vehicle is a line all
 * the same.
 */
export function bridged(time: number[], values: (number | null)[]): (number | null | undefined)[] {
  const there = values.flatMap((value, at) => (value === null ? [] : [at]));
  const pauses = there.slice(1).map((at, place) => time[at]! - time[there[place]!]!);
  const usual = pauses.toSorted((a, b) => a - b)[pauses.length >> 1] ?? 0;
  const result: (number | null | undefined)[] = [...values];
  for (const [place, pause] of pauses.entries())
    if (pause <= PAUSES * usual) result.fill(undefined, there[place]! + 1, there[place + 1]!);
  return result;
}
