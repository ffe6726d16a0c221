import type {Figures} from "./measure.ts";

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

const thousands = (value: number) => Math.round(value).toLocaleString("en-US");

/** Median, and the least and the most of the rounds. */
function spread(runs: Figures[], of: (figures: Figures) => number, show: (value: number) => string): string {
  const values = runs.map(of);
  const [middle, least, most] = [quantile(values, 0.5), Math.min(...values), Math.max(...values)].map(show);
  return runs.length === 1 ? middle! : `${middle} (${least}–${most})`;
}

const COLUMNS: [string, (figures: Figures) => number, (value: number) => string][] = [
  ["rows/s", ({rowsPerSecond}) => rowsPerSecond, thousands],
  ["… of the second half", ({secondHalf}) => secondHalf, thousands],
  ["whole run, s", ({wholeSeconds}) => wholeSeconds, (value) => value.toFixed(1)],
  ["CPU s / M events", ({cpuPerMillion}) => cpuPerMillion, (value) => value.toFixed(1)],
  ["store's CPU s / M", ({storeCpuPerMillion}) => storeCpuPerMillion, (value) => value.toFixed(1)],
  ["peak RSS, MiB", ({peakMiB}) => peakMiB, thousands],
];

/** A Markdown table of medians with their spread. */
export function table(results: Map<string, Figures[]>): string {
  const head = ["", ...COLUMNS.map(([title]) => title)];
  const rows = [...results].map(([name, runs]) => [name, ...COLUMNS.map(([, of, show]) => spread(runs, of, show))]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
