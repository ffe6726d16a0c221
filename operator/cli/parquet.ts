import {renameSync} from "node:fs";
import type {SchemaElement} from "hyparquet";
import {fileWriter, ParquetWriter} from "hyparquet-writer";
import type {ColumnType, EventColumn} from "../../api/event/columns.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {FIGURES, TIME, VEHICLE} from "../../api/event.ts";
import {columnReader} from "./columns.ts";

/** Rows of one row group, which is held in memory; fewer where each has many columns. */
const GROUP = 50_000;
const groupOf = ({length}: EventColumn[]) => Math.ceil((GROUP * FIGURES.length) / (FIGURES.length + length));

const TEXT = {type: "BYTE_ARRAY", converted_type: "UTF8"} as const;
const TIMESTAMP = {type: "INT64", converted_type: "TIMESTAMP_MILLIS"} as const;
const TYPES = {
  double: {type: "DOUBLE"},
  float: {type: "FLOAT"},
  int: {type: "INT32"},
  bigint: {type: "INT64"},
  boolean: {type: "BOOLEAN"},
  string: TEXT,
  timestamp: TIMESTAMP,
  json: TEXT,
} as const satisfies Record<ColumnType, object>;

const schemaOf = (columns: EventColumn[]): SchemaElement[] => {
  const further = columns.map(({name, type}) => ({name, ...TYPES[type], repetition_type: "OPTIONAL" as const}));
  return [
    {name: "root", num_children: FIGURES.length + further.length + 4},
    {name: VEHICLE.name, ...TEXT, repetition_type: "REQUIRED"},
    {name: TIME.name, ...TIMESTAMP, repetition_type: "REQUIRED"},
    ...FIGURES.map(({name}) => ({name, ...TYPES.double, repetition_type: "OPTIONAL" as const})),
    ...further,
    {name: FLAG_COLUMN, ...TEXT, repetition_type: "OPTIONAL"},
    {name: "extra", ...TEXT, repetition_type: "OPTIONAL"},
  ];
};

interface ParquetFile {
  /** Takes one event as its JSON line. */
  add(line: string): Promise<void>;
  /** Writes what is left and the footer. Until then the file has the ending .part. */
  finish(): Promise<void>;
}

/** A Parquet file of events, by the columns of the stores. */
export function parquetFile(path: string, columns: EventColumn[]): ParquetFile {
  const part = `${path}.part`;
  const schema = schemaOf(columns);
  const read = columnReader(columns);
  const group = groupOf(columns);
  const parquet = new ParquetWriter({writer: fileWriter(part), schema});
  let lines: string[] = [];

  async function flush() {
    const events = lines.map(read);
    lines = [];
    const columnData = schema.slice(1).map(({name}) => ({
      name,
      data: events.map(({values, extra}) =>
        name === TIME.name ? new Date(values.timestamp) : name === "extra" ? extra : values[name],
      ),
    }));
    await parquet.write({columnData, rowGroupSize: group});
  }

  return {
    async add(line) {
      lines.push(line);
      if (lines.length === group) await flush();
    },
    async finish() {
      if (lines.length > 0) await flush();
      await parquet.finish();
      renameSync(part, path);
    },
  };
}
