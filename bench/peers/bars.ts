import {markdown} from "./report.ts";

/** What a figure has to reach, or stay below. */
export interface Bar {
  what: string;
  figure: number;
  unit: string;
  atLeast?: number;
  atMost?: number;
}

export function barsTable(bars: Bar[]): string {
  const rows = bars.map(({what, figure, unit, atLeast, atMost}) => {
    const met = figure >= (atLeast ?? Number.NEGATIVE_INFINITY) && figure <= (atMost ?? Number.POSITIVE_INFINITY);
    const bar = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
    const digits = unit === "×" ? 2 : 0;
    return [what, `${bar} ${unit}`, `${figure.toFixed(digits)} ${unit}`, met ? "met" : "**missed**"];
  });
  return markdown(["", "bar", "figure", ""], rows);
}
