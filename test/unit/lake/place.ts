import type {EventColumn} from "../../../api/event/columns.ts";
import {type Catalogue, CatalogueError, type LoadedTable} from "../../../workloads/lake/iceberg/catalogue.ts";
import {parseLongs, stringifyLongs} from "../../../workloads/lake/iceberg/json.ts";
import type {Objects} from "../../../workloads/lake/iceberg/objects.ts";
import {openTable, type Table} from "../../../workloads/lake/iceberg/table.ts";
import {
  headOf,
  type Requirement,
  type Snapshot,
  type TableMetadata,
  type Update,
} from "../../../workloads/lake/iceberg/types.ts";
import {EVENTS, newTable, tablePlans} from "../../../workloads/lake/tables.ts";

/** What becomes of a commit, or of an object that is written. */
export type Answer = "done" | "conflict" | "lost before" | "lost after" | "refused";

/** A table's catalogue by its own rules, and its objects, in memory. */
export interface LakePlace {
  table: Table;
  objects: Objects;
  /** Of the commits that are still to come, one after another. */
  answers: Answer[];
  /** What the catalogue has taken. */
  commits: Update[][];
  /** Whether nobody answers. */
  isAway: boolean;
  /** The same table for another process. */
  another(): Table;
}

function metadataOf(columns: EventColumn[]): TableMetadata {
  const {schema, spec, sortOrder, properties} = newTable(tablePlans(columns, "VehicleAndTime")[EVENTS]!);
  return {
    "format-version": 2,
    "table-uuid": "a-table",
    location: "s3://bucket/t",
    "last-sequence-number": 0,
    "last-updated-ms": 0,
    "last-column-id": schema.fields.length,
    "last-partition-id": 1_000,
    "current-schema-id": 0,
    schemas: [schema],
    "default-spec-id": 0,
    "partition-specs": [spec],
    "default-sort-order-id": 1,
    "sort-orders": [sortOrder],
    properties,
    snapshots: [],
    refs: {},
  };
}

export function lakePlace(columns: EventColumn[] = []): LakePlace {
  let metadata = metadataOf(columns);
  const stored = new Map<string, Buffer>();
  const loaded = (): LoadedTable => ({
    metadata: parseLongs(stringifyLongs(metadata)),
    location: "s3://bucket/t/v1.json",
  });
  const answer = () => {
    if (place.isAway) throw new CatalogueError(503, "", "nobody is there");
  };
  const objects = {
    async read(uri: string) {
      answer();
      return stored.get(uri)!;
    },
    async readPart(uri: string, from: number, to: number) {
      answer();
      return stored.get(uri)!.subarray(from, to);
    },
    async write(uri: string, bytes: Buffer) {
      answer();
      stored.set(uri, bytes);
    },
  } as unknown as Objects;
  function take(requirements: Requirement[], updates: Update[]) {
    const ref = requirements.find(({type}) => type === "assert-ref-snapshot-id");
    if (ref && (headOf(metadata)?.["snapshot-id"] ?? null) !== ref["snapshot-id"])
      throw new CatalogueError(409, "CommitFailedException", "the head has moved");
    place.commits.push(updates);
    for (const update of updates) {
      if (update.action === "add-snapshot") {
        const snapshot = update.snapshot as Snapshot;
        const snapshots = [...metadata.snapshots!, snapshot];
        metadata = {...metadata, snapshots, "last-sequence-number": snapshot["sequence-number"]};
      }
      if (update.action === "set-snapshot-ref")
        metadata = {...metadata, refs: {main: {type: "branch", "snapshot-id": update["snapshot-id"] as number}}};
      if (update.action === "set-properties")
        metadata = {...metadata, properties: {...metadata.properties, ...(update.updates as Record<string, string>)}};
      if (update.action === "remove-properties") {
        const gone = update.removals as string[];
        const left = Object.entries(metadata.properties ?? {}).filter(([key]) => !gone.includes(key));
        metadata = {...metadata, properties: Object.fromEntries(left)};
      }
    }
  }
  const catalogue = {
    async loadTable() {
      answer();
      return loaded();
    },
    async commit(_id: unknown, requirements: Requirement[], updates: Update[]) {
      answer();
      const next = place.answers.shift() ?? "done";
      if (next === "conflict") throw new CatalogueError(409, "CommitFailedException", "somebody was first");
      if (next === "refused") throw new CatalogueError(403, "ForbiddenException", "not you");
      if (next !== "lost before") take(requirements, updates);
      if (next !== "done") throw new CatalogueError(503, "", "nobody is there");
      return loaded();
    },
  } as unknown as Catalogue;
  const another = () => openTable(catalogue, objects, {namespace: "telemetry", name: EVENTS});
  const place: LakePlace = {table: another(), objects, answers: [], commits: [], isAway: false, another};
  return place;
}
