import type {AvroSchema} from "./avro.ts";
import type {PartitionSpec, TableSchema} from "./types.ts";

const optional = (type: AvroSchema): AvroSchema => ["null", type];
const field = (id: number, name: string, type: AvroSchema) => ({
  name,
  type,
  "field-id": id,
  ...(Array.isArray(type) ? {default: null} : {}),
});
const list = (id: number, items: AvroSchema): AvroSchema => ({type: "array", items, "element-id": id});

/** Avro has no map by numbers: a list of pairs. */
const byColumn = (key: number, value: number, values: AvroSchema): AvroSchema =>
  optional({
    type: "array",
    logicalType: "map",
    items: {
      type: "record",
      name: `k${key}_v${value}`,
      fields: [field(key, "key", "int"), field(value, "value", values)],
    },
  });

const AVRO_TYPES: Record<string, AvroSchema> = {
  boolean: "boolean",
  int: "int",
  long: "long",
  float: "float",
  double: "double",
  date: {type: "int", logicalType: "date"},
  timestamp: {type: "long", logicalType: "timestamp-micros", "adjust-to-utc": false},
  timestamptz: {type: "long", logicalType: "timestamp-micros", "adjust-to-utc": true},
  string: "string",
  binary: "bytes",
};

/** The type of a partition's values. */
export function partitionType(
  schema: TableSchema,
  {transform, "source-id": source}: PartitionSpec["fields"][number],
): string {
  if (transform === "day") return "date";
  if (/^(year|month|hour|bucket)/.test(transform)) return "int";
  if (transform === "void") return "string";
  const type = schema.fields.find(({id}) => id === source)?.type;
  if (typeof type === "string" && AVRO_TYPES[type]) return type;
  throw new Error(`the table is partitioned by ${transform} of a column of type ${type}, which is not supported here`);
}

/** The entries of a manifest: data files and what has become of them. */
export function entrySchema(schema: TableSchema, spec: PartitionSpec): AvroSchema {
  const partition = spec.fields.map((one) =>
    field(one["field-id"], one.name, optional(AVRO_TYPES[partitionType(schema, one)]!)),
  );
  const file = [
    field(134, "content", "int"),
    field(100, "file_path", "string"),
    field(101, "file_format", "string"),
    field(102, "partition", {type: "record", name: "r102", fields: partition}),
    field(103, "record_count", "long"),
    field(104, "file_size_in_bytes", "long"),
    field(108, "column_sizes", byColumn(117, 118, "long")),
    field(109, "value_counts", byColumn(119, 120, "long")),
    field(110, "null_value_counts", byColumn(121, 122, "long")),
    field(137, "nan_value_counts", byColumn(138, 139, "long")),
    field(125, "lower_bounds", byColumn(126, 127, "bytes")),
    field(128, "upper_bounds", byColumn(129, 130, "bytes")),
    field(131, "key_metadata", optional("bytes")),
    field(132, "split_offsets", optional(list(133, "long"))),
    field(135, "equality_ids", optional(list(136, "int"))),
    field(140, "sort_order_id", optional("int")),
  ];
  return {
    type: "record",
    name: "manifest_entry",
    fields: [
      field(0, "status", "int"),
      field(1, "snapshot_id", optional("long")),
      field(3, "sequence_number", optional("long")),
      field(4, "file_sequence_number", optional("long")),
      field(2, "data_file", {type: "record", name: "r2", fields: file}),
    ],
  };
}

const summary: AvroSchema = {
  type: "record",
  name: "r508",
  fields: [
    field(509, "contains_null", "boolean"),
    field(518, "contains_nan", optional("boolean")),
    field(510, "lower_bound", optional("bytes")),
    field(511, "upper_bound", optional("bytes")),
  ],
};

/** The manifests of a snapshot. */
export const manifestListSchema: AvroSchema = {
  type: "record",
  name: "manifest_file",
  fields: [
    field(500, "manifest_path", "string"),
    field(501, "manifest_length", "long"),
    field(502, "partition_spec_id", "int"),
    field(517, "content", "int"),
    field(515, "sequence_number", "long"),
    field(516, "min_sequence_number", "long"),
    field(503, "added_snapshot_id", "long"),
    field(504, "added_files_count", "int"),
    field(505, "existing_files_count", "int"),
    field(506, "deleted_files_count", "int"),
    field(512, "added_rows_count", "long"),
    field(513, "existing_rows_count", "long"),
    field(514, "deleted_rows_count", "long"),
    field(507, "partitions", optional(list(508, summary))),
    field(519, "key_metadata", optional("bytes")),
  ],
};
