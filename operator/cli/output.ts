import {stringify} from "yaml";

/** The result of a command: for people, for programs, and whether all is well. */
export interface Findings {
  text: string;
  data: unknown;
  /** For `-o name`: kind and name, as kubectl prints them. */
  names?: string[];
  /** Printed on stderr when there is nothing to show. */
  empty?: string | undefined;
  ok: boolean;
}

/** Prints what a command found, and returns its exit code. */
export function report({text, data, names = [], empty, ok}: Findings, format: string): number {
  if (empty !== undefined) console.error(empty);
  const shown = format === "table" ? text : format === "name" ? names.join("\n") : serialize(data, format);
  if (shown) console.log(shown);
  return ok ? 0 : 1;
}

/** A list becomes a stream of YAML documents, for kubectl too, which reads YAML 1.1: there a plain y is true. */
export function serialize(data: unknown, format: string): string {
  if (format === "json") return JSON.stringify(data, null, 2);
  const documents = Array.isArray(data) ? data : [data];
  return documents
    .map((document) => stringify(document, {compat: "yaml-1.1"}))
    .join("---\n")
    .trimEnd();
}

/** `kafka.kafka.strimzi.io/fleet`, as `kubectl get -o name` has it. */
export function nameOf({apiVersion, kind, metadata}: {apiVersion: string; kind: string; metadata: {name: string}}) {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
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
