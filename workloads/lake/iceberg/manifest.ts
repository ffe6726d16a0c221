import {readContainer, writeContainer} from "./container.ts";
import {extremesOf} from "./extremes.ts";
import type {Long} from "./json.ts";
import {entrySchema, manifestListSchema, partitionType} from "./manifest-schema.ts";
import type {ByColumn, LiveFile, ManifestFile, NewFile, PartitionSpec, TableSchema} from "./types.ts";
import {decodeValue, encodeValue} from "./values.ts";

/** What a manifest says of a data file. */
export const EXISTING = 0;
export const ADDED = 1;
export const DELETED = 2;

/** A file and what has become of it; one that is added gets its snapshot and sequence numbers from the manifest's own entry in the list. */
export type Entry = {status: typeof ADDED; file: NewFile} | {status: typeof EXISTING | typeof DELETED; file: LiveFile};

/** What the manifests of one table have in common. */
export interface ManifestKind {
  schema: TableSchema;
  spec: PartitionSpec;
  /** The table's own, in which files are sorted that are added. */
  sortOrder: number;
}

/** The least of `Entry` that a manifest's bounds are made of. */
const partitionsOf = (entries: Entry[], {schema, spec}: ManifestKind): ManifestFile["partitions"] =>
  spec.fields.map((field) => {
    const type = partitionType(schema, field);
    const values = entries.map(({file}) => file.partition[field.name] ?? null);
    const known = values.filter((value) => value !== null) as any[];
    const {least, most} = extremesOf(known);
    return {
      hasNull: known.length < values.length,
      hasNan: false,
      lower: known.length > 0 ? encodeValue(type, least) : null,
      upper: known.length > 0 ? encodeValue(type, most) : null,
    };
  });

const pairs = (map: ByColumn<unknown>) => (map.size > 0 ? [...map].map(([key, value]) => ({key, value})) : null);

function recordOf({status, file}: Entry, {sortOrder}: ManifestKind, snapshotId: Long) {
  const live = status === ADDED ? undefined : (file as LiveFile);
  return {
    status,
    snapshot_id: status === EXISTING ? live!.snapshotId : snapshotId,
    sequence_number: live?.sequence ?? null,
    file_sequence_number: live?.fileSequence ?? null,
    data_file: {
      content: 0,
      file_path: file.path,
      file_format: "PARQUET",
      partition: file.partition,
      record_count: file.rows,
      file_size_in_bytes: file.bytes,
      column_sizes: pairs(file.columnSizes),
      value_counts: pairs(file.valueCounts),
      null_value_counts: pairs(file.nullCounts),
      nan_value_counts: null,
      lower_bounds: pairs(file.lower),
      upper_bounds: pairs(file.upper),
      key_metadata: null,
      split_offsets: file.splits ?? null,
      equality_ids: null,
      sort_order_id: live ? live.sortOrder : sortOrder,
    },
  };
}

/** A manifest's bytes, and its entry in the list of snapshot `snapshotId` with sequence number `sequence`. */
export function writeManifest(
  path: string,
  entries: Entry[],
  kind: ManifestKind,
  {snapshotId, sequence}: {snapshotId: Long; sequence: Long},
): {bytes: Buffer; manifest: ManifestFile} {
  const {schema, spec} = kind;
  const bytes = writeContainer(
    entrySchema(schema, spec),
    {
      schema: JSON.stringify(schema),
      "schema-id": String(schema["schema-id"] ?? 0),
      "partition-spec": JSON.stringify(spec.fields),
      "partition-spec-id": String(spec["spec-id"]),
      "format-version": "2",
      content: "data",
    },
    entries.map((entry) => recordOf(entry, kind, snapshotId)),
  );
  const count = (wanted: number) => {
    const files = entries.filter(({status}) => status === wanted);
    return {files: files.length, rows: files.reduce((sum, {file}) => sum + file.rows, 0)};
  };
  const kept = entries.flatMap((entry) => (entry.status === EXISTING ? [BigInt(entry.file.sequence)] : []));
  const {least} = extremesOf([...kept, BigInt(sequence)]);
  const manifest: ManifestFile = {
    path,
    bytes: bytes.length,
    specId: spec["spec-id"],
    content: 0,
    sequence,
    minSequence: Number(least),
    snapshotId,
    added: count(ADDED),
    existing: count(EXISTING),
    deleted: count(DELETED),
    partitions: partitionsOf(entries, kind),
  };
  return {bytes, manifest};
}

const mapOf = <T>(list: {key: number; value: T}[] | null): ByColumn<T> =>
  new Map((list ?? []).map(({key, value}) => [key, value]));
const copied = (map: ByColumn<Buffer>): ByColumn<Buffer> =>
  new Map([...map].map(([key, value]) => [key, Buffer.from(value)]));

/** The data files of a manifest that are in the table. */
export function readManifest(bytes: Buffer, manifest: ManifestFile): LiveFile[] {
  return readContainer(bytes)
    .values.filter(({status}) => status !== DELETED)
    .map(({snapshot_id, sequence_number, file_sequence_number, data_file: file}) => ({
      path: file.file_path,
      partition: file.partition,
      rows: Number(file.record_count),
      bytes: Number(file.file_size_in_bytes),
      columnSizes: mapOf<number>(file.column_sizes),
      valueCounts: mapOf<number>(file.value_counts),
      nullCounts: mapOf<number>(file.null_value_counts),
      lower: copied(mapOf<Buffer>(file.lower_bounds)),
      upper: copied(mapOf<Buffer>(file.upper_bounds)),
      ...(file.split_offsets ? {splits: file.split_offsets.map(Number)} : {}),
      snapshotId: snapshot_id ?? manifest.snapshotId,
      sequence: sequence_number ?? manifest.sequence,
      fileSequence: file_sequence_number ?? manifest.sequence,
      sortOrder: file.sort_order_id ?? null,
    }));
}

/** The list of a snapshot's manifests. */
export function writeManifestList(
  manifests: ManifestFile[],
  {snapshotId, parentId, sequence}: {snapshotId: Long; parentId: Long | undefined; sequence: Long},
): Buffer {
  const meta = {
    "snapshot-id": String(snapshotId),
    "parent-snapshot-id": parentId === undefined ? "null" : String(parentId),
    "sequence-number": String(sequence),
    "format-version": "2",
  };
  return writeContainer(
    manifestListSchema,
    meta,
    manifests.map((one) => ({
      manifest_path: one.path,
      manifest_length: one.bytes,
      partition_spec_id: one.specId,
      content: one.content,
      sequence_number: one.sequence,
      min_sequence_number: one.minSequence,
      added_snapshot_id: one.snapshotId,
      added_files_count: one.added.files,
      existing_files_count: one.existing.files,
      deleted_files_count: one.deleted.files,
      added_rows_count: one.added.rows,
      existing_rows_count: one.existing.rows,
      deleted_rows_count: one.deleted.rows,
      partitions: one.partitions.map(({hasNull, hasNan, lower, upper}) => ({
        contains_null: hasNull,
        contains_nan: hasNan,
        lower_bound: lower,
        upper_bound: upper,
      })),
      key_metadata: null,
    })),
  );
}

export function readManifestList(bytes: Buffer): ManifestFile[] {
  const count = (one: any, what: string) => ({
    // Older writers have another name for it.
    files: Number(one[`${what}_files_count`] ?? one[`${what}_data_files_count`] ?? 0),
    rows: Number(one[`${what}_rows_count`] ?? 0),
  });
  return readContainer(bytes).values.map((one) => ({
    path: one.manifest_path,
    bytes: Number(one.manifest_length),
    specId: one.partition_spec_id,
    content: one.content ?? 0,
    sequence: one.sequence_number ?? 0,
    minSequence: one.min_sequence_number ?? 0,
    snapshotId: one.added_snapshot_id,
    added: count(one, "added"),
    existing: count(one, "existing"),
    deleted: count(one, "deleted"),
    partitions: (one.partitions ?? []).map((part: any) => ({
      hasNull: part.contains_null,
      hasNan: part.contains_nan ?? null,
      lower: part.lower_bound && Buffer.from(part.lower_bound),
      upper: part.upper_bound && Buffer.from(part.upper_bound),
    })),
  }));
}

/** Whether a manifest may have files whose partition's first field is between these. */
export function mayHave(manifest: ManifestFile, type: string, least: number, most: number): boolean {
  const [bounds] = manifest.partitions;
  if (!bounds?.lower || !bounds.upper) return true;
  return decodeValue(type, bounds.lower) <= most && decodeValue(type, bounds.upper) >= least;
}
