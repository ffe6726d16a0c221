import {headOf, type TableMetadata} from "./types.ts";

/** What the newest snapshot that has such a key in its summary says by it: others commit too, and say nothing. */
export function noteIn(metadata: TableMetadata, key: string): string | undefined {
  const byId = new Map((metadata.snapshots ?? []).map((snapshot) => [snapshot["snapshot-id"], snapshot]));
  for (let at = headOf(metadata); at; at = byId.get(at["parent-snapshot-id"] ?? -1))
    if (at.summary[key] !== undefined) return at.summary[key];
  return undefined;
}
