import {parts} from "./parts.ts";

/** How a part ended when it ran last. */
export interface Row {
  part: string;
  commit: string;
  seconds: number;
  passed: boolean;
}

const [BEGIN, END] = ["<!-- verify: written by `make verify` -->", "<!-- /verify -->"];

/** The rows of the page, in its order. */
export function readRows(page: string): Row[] {
  return page
    .slice(...place(page))
    .split("\n")
    .flatMap((line) => {
      const [part, , commit, seconds, passed] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      if (!part || !parts[part] || commit === "never") return [];
      return [{part, commit: commit!, seconds: Number(seconds), passed: passed === "yes"}];
    });
}

/** The page with these rows in place of older ones of their parts; every part has a row, one that never ran says so. */
export function withRows(page: string, rows: readonly Row[]): string {
  const latest = new Map([...readRows(page), ...rows].map((row) => [row.part, row]));
  const texts = Object.entries(parts).map(([part, {shows}]) => {
    const row = latest.get(part);
    return row
      ? [part, shows, row.commit, String(row.seconds), row.passed ? "yes" : "no"]
      : [part, shows, "never", "", ""];
  });
  const table = [["part", "what it shows", "commit", "seconds", "passed"], ...texts];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: string[]) => `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  const lines = [line(table[0]!), rule, ...table.slice(1).map(line)];
  const [from, to] = place(page);
  return `${page.slice(0, from)}\n\n${lines.join("\n")}\n\n${page.slice(to)}`;
}

/** Where the table begins and ends. */
function place(page: string): [from: number, to: number] {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < 0) throw new Error(`the page has no place for the table: ${BEGIN} … ${END}`);
  return [begin + BEGIN.length, end];
}
