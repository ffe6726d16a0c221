import {randomUUID} from "node:crypto";
import type {Long} from "./json.ts";
import {ADDED, DELETED, type Entry, EXISTING, type ManifestKind, writeManifest} from "./manifest.ts";
import {
  currentSchema,
  defaultSpec,
  headOf,
  type LiveFile,
  type ManifestFile,
  type NewFile,
  type Snapshot,
  specOf,
  type TableMetadata,
} from "./types.ts";

/** What a commit does to the files of a table. */
export interface Change {
  operation: "append" | "replace" | "overwrite" | "delete";
  added?: NewFile[];
  /** They have to be live still when it is committed. */
  removed?: Pick<LiveFile, "path" | "partition">[];
  /** Of the snapshot's summary. Keys `telemetry.*` of the snapshot before stay unless they are here. */
  summary?: Record<string, string>;
}

/** A file that somebody else has taken out of the table meanwhile. */
export class Removed extends Error {
  override name = "Removed";
}

/** Objects that a change needs beside the data files, and the manifests of its snapshot. */
interface Manifests {
  written: {path: string; bytes: Buffer}[];
  all: ManifestFile[];
}

/** More small manifests than these are put together, so that a plan does not have to read thousands. */
const MOST_SMALL = 100;
const SMALL_BYTES = 4_194_304;

interface Base {
  metadata: TableMetadata;
  manifests: ManifestFile[];
  /** The live files of a manifest. */
  read(manifest: ManifestFile): Promise<LiveFile[]>;
}

interface Numbers {
  snapshotId: Long;
  sequence: number;
}

/**
 * The manifests of the snapshot after a change. What a change adds is in a manifest of its own; manifests with files that it removes are
 * written anew without them, and small ones are put together.
 *
 * @throws Removed if a file that it removes is not there
 */
export async function manifestsAfter(
  base: Base,
  {added = [], removed = []}: Change,
  numbers: Numbers,
): Promise<Manifests> {
  const {metadata} = base;
  const kind = kindOf(metadata, metadata["default-spec-id"]);
  const written: Manifests["written"] = [];
  const put = (entries: Entry[], ofKind: ManifestKind) => {
    const path = `${metadata.location}/metadata/${randomUUID()}-m.avro`;
    const {bytes, manifest} = writeManifest(path, entries, ofKind, numbers);
    written.push({path, bytes});
    return manifest;
  };
  const kept = removed.length > 0 ? await without(base, removed, put) : await merged(base, put);
  const fresh =
    added.length > 0
      ? [
          put(
            added.map((file) => ({status: ADDED, file})),
            kind,
          ),
        ]
      : [];
  return {written, all: [...fresh, ...kept]};
}

type Put = (entries: Entry[], kind: ManifestKind) => ManifestFile;

function kindOf(metadata: TableMetadata, specId: number): ManifestKind {
  return {
    schema: currentSchema(metadata),
    spec: specOf(metadata, specId),
    sortOrder: metadata["default-sort-order-id"],
  };
}

const isData = ({content}: ManifestFile) => content === 0;
/** A manifest of nothing but what an earlier snapshot has removed says nothing to this one. */
const isLive = ({added, existing}: ManifestFile) => added.files + existing.files > 0;

async function without(base: Base, removed: NonNullable<Change["removed"]>, put: Put): Promise<ManifestFile[]> {
  const gone = new Set(removed.map(({path}) => path));
  const kept: ManifestFile[] = [];
  for (const manifest of base.manifests) {
    if (!isLive(manifest)) continue;
    const files = gone.size > 0 && isData(manifest) ? await base.read(manifest) : [];
    if (!files.some(({path}) => gone.has(path))) {
      kept.push(manifest);
      continue;
    }
    const entries: Entry[] = files.map((file) => ({status: gone.delete(file.path) ? DELETED : EXISTING, file}));
    kept.push(put(entries, kindOf(base.metadata, manifest.specId)));
  }
  if (gone.size > 0)
    throw new Removed(`${gone.size} files that were to be replaced are not in the table any more, as ${[...gone][0]}`);
  return kept;
}

async function merged(base: Base, put: Put): Promise<ManifestFile[]> {
  const live = base.manifests.filter(isLive);
  const small = live.filter((one) => isData(one) && one.bytes < SMALL_BYTES);
  if (small.length < MOST_SMALL) return live;
  const together: ManifestFile[] = [];
  for (const [specId, all] of Map.groupBy(small, (one) => one.specId)) {
    const entries: Entry[] = [];
    for (const manifest of all) for (const file of await base.read(manifest)) entries.push({status: EXISTING, file});
    together.push(put(entries, kindOf(base.metadata, specId)));
  }
  return [...together, ...live.filter((one) => !small.includes(one))];
}

const KEPT = /^telemetry\./;

/** The snapshot of a change. */
export function snapshotOf(
  metadata: TableMetadata,
  {operation, added = [], removed = [], summary = {}}: Change,
  {all}: Manifests,
  {snapshotId, sequence}: Numbers,
  list: string,
): Snapshot {
  const head = headOf(metadata);
  const inherited = Object.entries(head?.summary ?? {}).filter(([key]) => KEPT.test(key));
  const sum = (of: (manifest: ManifestFile) => number) =>
    String(all.filter(isData).reduce((total, manifest) => total + of(manifest), 0));
  const partitions = new Set([...added, ...removed].map(({partition}) => JSON.stringify(partition)));
  return {
    "snapshot-id": snapshotId,
    ...(head ? {"parent-snapshot-id": head["snapshot-id"]} : {}),
    "sequence-number": sequence,
    // Catalogues refuse a time before that of the table's last change, which another clock may have given.
    "timestamp-ms": Math.max(Date.now(), metadata["last-updated-ms"], head?.["timestamp-ms"] ?? 0),
    "manifest-list": list,
    "schema-id": metadata["current-schema-id"],
    summary: {
      ...Object.fromEntries(inherited),
      operation,
      ...countsOf(added),
      ...(removed.length > 0 ? {"deleted-data-files": String(removed.length)} : {}),
      "changed-partition-count": String(partitions.size),
      "total-data-files": sum(({added, existing}) => added.files + existing.files),
      "total-records": sum(({added, existing}) => added.rows + existing.rows),
      ...summary,
    },
  };
}

function countsOf(added: NewFile[]): Record<string, string> {
  if (added.length === 0) return {};
  const total = (of: (file: NewFile) => number) => String(added.reduce((sum, file) => sum + of(file), 0));
  return {
    "added-data-files": String(added.length),
    "added-records": total(({rows}) => rows),
    "added-files-size": total(({bytes}) => bytes),
  };
}

/** The partition of a day, in days since 1970. */
export const partitionOfDay = (metadata: TableMetadata, day: number): NewFile["partition"] => {
  const [field] = defaultSpec(metadata).fields;
  return field ? {[field.name]: day} : {};
};
