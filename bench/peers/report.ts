import {randomUUID} from "node:crypto";
import {type Contender, type Figures, measure} from "./measure.ts";
import type {Store} from "./stores.ts";
import type {Filling} from "./topic.ts";

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

const thousands = (value: number) => Math.round(value).toLocaleString("en-US");
const median = (values: number[]) => (quantile(values, 0.5) + quantile(values, 0.499)) / 2;

/** Median, and the least and the most of the rounds. */
function spread(values: number[], show: (value: number) => string): string {
  if (values.length === 0) return "";
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(show);
  return values.length === 1 ? middle! : `${middle} (${least}–${most})`;
}

const COLUMNS: [string, keyof Figures, (value: number) => string][] = [
  ["events/s", "eventsPerSecond", thousands],
  ["… of the second half", "secondHalf", thousands],
  ["whole run, s", "wholeSeconds", (value) => value.toFixed(1)],
  ["CPU s / M events", "cpuPerMillion", (value) => value.toFixed(1)],
  ["store's CPU s / M", "storeCpuPerMillion", (value) => value.toFixed(1)],
  ["peak RSS, MiB", "peakMiB", thousands],
];

export const markdown = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Figures of runs by name, and a table of their medians with their spread. */
export function figuresTable() {
  const results = new Map<string, Partial<Figures>[]>();
  return {
    keep(name: string, figures: Partial<Figures>) {
      results.set(name, [...(results.get(name) ?? []), figures]);
      const short = (_: string, value: unknown) => (typeof value === "number" ? Math.round(value * 10) / 10 : value);
      console.log(name, JSON.stringify(figures, short));
    },
    /** The median of its rounds. */
    rate: (name: string) => median(results.get(name)!.map(({eventsPerSecond}) => eventsPerSecond!)),
    print(title: string) {
      const columns = COLUMNS.filter(([, of]) => [...results.values()].flat().some((run) => run[of] !== undefined));
      const rows = [...results].map(([name, figures]) => [
        name,
        ...columns.map(([, of, show]) =>
          spread(
            figures.flatMap((run) => run[of] ?? []),
            show,
          ),
        ),
      ]);
      console.log(`\n${title}\n\n${markdown(["", ...columns.map(([head]) => head)], rows)}\n`);
    },
  };
}

/** Runs of contenders that write one store, with their table. */
export function runner(store: Store) {
  const table = figuresTable();
  return {
    ...table,
    async run(contender: Contender, filling: Filling) {
      table.keep(contender.name, await measure(contender, store, filling, `bench-${randomUUID()}`));
    },
  };
}
