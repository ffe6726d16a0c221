import {stringify} from "yaml";

export type Format = "yaml" | "json" | "table";

/** What a command found: for people, for programs, and whether all is well. */
export interface Found {
  text: string;
  data: unknown;
  ok: boolean;
}

/** A list becomes a stream of YAML documents. */
export function format(data: unknown, output: Format): string {
  if (output === "json") return JSON.stringify(data, null, 2);
  const documents = Array.isArray(data) ? data : [data];
  return documents
    .map((document) => stringify(document))
    .join("---\n")
    .trimEnd();
}

/** Columns as wide as their widest cell, three blanks apart, as kubectl does. */
export function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}
