import type {Head} from "./iceberg/table.ts";
import {headOf} from "./iceberg/types.ts";
import {STATUS_PROPERTY, statusIn} from "./upkeep/status.ts";

/** How a table is, for people and for alerts. */
export interface TableFigures {
  files: number;
  rows: number;
  /** As of the last maintenance; undefined before the first. */
  bytes?: number;
  snapshots: number;
  /** When what readers see was committed. */
  committed?: string;
  /** When maintenance ran last, and when it last merged files. */
  maintained?: string;
  compacted?: string;
}

/** By what the table itself says: nothing is counted, and no file read. */
export function figuresOf({metadata, manifests}: Pick<Head, "metadata" | "manifests">): TableFigures {
  const data = manifests.filter(({content}) => content === 0);
  const sum = (of: "files" | "rows") => data.reduce((total, {added, existing}) => total + added[of] + existing[of], 0);
  const head = headOf(metadata);
  const last = statusIn(metadata.properties?.[STATUS_PROPERTY]);
  return {
    files: sum("files"),
    rows: sum("rows"),
    snapshots: metadata.snapshots?.length ?? 0,
    ...(last && {bytes: last.bytes, maintained: last.at}),
    ...(last?.compacted && {compacted: last.compacted.at}),
    ...(head && {committed: new Date(head["timestamp-ms"]).toISOString()}),
  };
}
