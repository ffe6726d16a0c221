import {renameSync} from "node:fs";
import {fileWriter, ParquetWriter} from "hyparquet-writer";
import {FIGURES, TIME, VEHICLE} from "../../api/event.ts";
import {columnsOf} from "./columns.ts";

/** Rows of one row group, which is held in memory. */
const GROUP = 50_000;

const SCHEMA = [
  {name: "root", num_children: FIGURES.length + 3},
  {name: VEHICLE.name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED"},
  {name: TIME.name, type: "INT64", converted_type: "TIMESTAMP_MILLIS", repetition_type: "REQUIRED"},
  ...FIGURES.map(({name}) => ({name, type: "DOUBLE" as const, repetition_type: "OPTIONAL" as const})),
  {name: "extra", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL"},
] as const;

interface ParquetFile {
  /** Takes one event as its JSON line. */
  add(line: string): Promise<void>;
  /** Writes what is left and the footer. Until then the file has the ending .part. */
  finish(): Promise<void>;
}

/** A Parquet file of events, by the columns of the stores. */
export function parquetFile(path: string): ParquetFile {
  const part = `${path}.part`;
  const parquet = new ParquetWriter({writer: fileWriter(part), schema: [...SCHEMA]});
  let lines: string[] = [];

  async function flush() {
    const events = lines.map(columnsOf);
    lines = [];
    const columnData = SCHEMA.slice(1).map(({name}) => ({
      name,
      data: events.map(({values, extra}) =>
        name === TIME.name ? new Date(values.timestamp) : name === "extra" ? extra : values[name],
      ),
    }));
    await parquet.write({columnData, rowGroupSize: GROUP});
  }

  return {
    async add(line) {
      lines.push(line);
      if (lines.length === GROUP) await flush();
    },
    async finish() {
      if (lines.length > 0) await flush();
      await parquet.finish();
      renameSync(part, path);
    },
  };
}
