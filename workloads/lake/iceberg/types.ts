import type {Long} from "./json.ts";

/** The parts of Iceberg's table metadata (format version 2) that are used here, by the names of its JSON. */
export interface Field {
  id: number;
  name: string;
  required: boolean;
  /** Of a column; nested types are objects, and left alone. */
  type: string | object;
  doc?: string;
}

export interface TableSchema {
  type: "struct";
  "schema-id"?: number;
  fields: Field[];
}

interface PartitionField {
  name: string;
  transform: string;
  "source-id": number;
  "field-id": number;
}

export interface PartitionSpec {
  "spec-id": number;
  fields: PartitionField[];
}

export interface SortOrder {
  "order-id": number;
  fields: {transform: string; "source-id": number; direction: "asc" | "desc"; "null-order": string}[];
}

export interface Snapshot {
  "snapshot-id": Long;
  "parent-snapshot-id"?: Long;
  "sequence-number": number;
  "timestamp-ms": number;
  "manifest-list": string;
  summary: Record<string, string>;
  "schema-id"?: number;
}

export interface TableMetadata {
  "format-version": number;
  "table-uuid": string;
  location: string;
  "last-sequence-number": number;
  "last-updated-ms": number;
  "last-column-id": number;
  "last-partition-id": number;
  "current-schema-id": number;
  schemas: TableSchema[];
  "default-spec-id": number;
  "partition-specs": PartitionSpec[];
  "default-sort-order-id": number;
  "sort-orders": SortOrder[];
  properties?: Record<string, string>;
  "current-snapshot-id"?: Long | null;
  snapshots?: Snapshot[];
  refs?: Record<string, {"snapshot-id": Long; type: string}>;
}

/** A change of a table as the REST catalogue takes it. */
export type Update = {action: string; [more: string]: unknown};
export type Requirement = {type: string; [more: string]: unknown};

/** Values of a data file's partition, by the name of the field; of a day: days since 1970. */
type Partition = Record<string, any>;

/** By column's id. */
export type ByColumn<T> = Map<number, T>;

/** A data file that is to be in a table. */
export interface NewFile {
  path: string;
  partition: Partition;
  rows: number;
  bytes: number;
  columnSizes: ByColumn<number>;
  valueCounts: ByColumn<number>;
  nullCounts: ByColumn<number>;
  /** In the binary form of single values. */
  lower: ByColumn<Buffer>;
  upper: ByColumn<Buffer>;
  /** Where its row groups begin. */
  splits?: number[];
}

/** A data file of a snapshot. */
export interface LiveFile extends NewFile {
  /** When it came into the table. */
  snapshotId: Long;
  sequence: Long;
  fileSequence: Long;
  sortOrder: number | null;
}

/** An entry of a manifest list. */
export interface ManifestFile {
  path: string;
  bytes: number;
  specId: number;
  /** 0: data files; 1: deletes of rows. */
  content: number;
  sequence: Long;
  minSequence: Long;
  snapshotId: Long;
  added: Count;
  existing: Count;
  deleted: Count;
  /** By field of the partition spec. */
  partitions: {hasNull: boolean; hasNan: boolean | null; lower: Buffer | null; upper: Buffer | null}[];
}

interface Count {
  files: number;
  rows: number;
}

export const currentSchema = (metadata: TableMetadata): TableSchema =>
  metadata.schemas.find((schema) => (schema["schema-id"] ?? 0) === metadata["current-schema-id"])!;

export const defaultSpec = (metadata: TableMetadata): PartitionSpec => specOf(metadata, metadata["default-spec-id"]);

export const specOf = (metadata: TableMetadata, id: number): PartitionSpec =>
  metadata["partition-specs"].find((spec) => spec["spec-id"] === id)!;

/** The snapshot that readers see; undefined of a table that nobody has written to. */
export function headOf({refs, snapshots = [], ...metadata}: TableMetadata): Snapshot | undefined {
  const id = refs?.main?.["snapshot-id"] ?? metadata["current-snapshot-id"];
  return snapshots.find((snapshot) => snapshot["snapshot-id"] === id);
}
