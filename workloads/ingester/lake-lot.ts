import {randomUUID} from "node:crypto";
import {partitionOfDay} from "../lake/iceberg/change.ts";
import type {Objects} from "../lake/iceberg/objects.ts";
import {type Head, newId} from "../lake/iceberg/table.ts";
import {currentSchema, type NewFile} from "../lake/iceberg/types.ts";
import {writeParquet} from "../lake/parquet/writer.ts";
import type {Columns} from "./lake-columns.ts";
import type {Positions} from "./lake-positions.ts";

/** Rows that come into the lake with one commit. */
export interface Lot<B extends Columns<any>> {
  /** Of the snapshot, so that a commit whose answer was lost is found. */
  id: number;
  buffer: B;
  /** When its first row came, by the clock of performance. */
  since: number | undefined;
  /** By partition of Kafka: the offset that follows what was taken in as a whole; undefined where only a part was. */
  places: Map<string, string | undefined>;
  /** Called once its rows are in the lake. */
  whenIn: (() => void)[];
  /** The table as it was when its first row was compared with it. */
  base: Head | undefined;
  /** Files that came since, and were compared with its rows. */
  compared: Set<string>;
  /** By day: those that are in the bucket. */
  files: Map<number, NewFile>;
  /** Its partitions may be somebody else's: it is of no use any more. */
  isDropped: boolean;
}

export const createLot = <B extends Columns<any>>(buffer: B): Lot<B> => ({
  id: newId(),
  buffer,
  since: undefined,
  places: new Map(),
  whenIn: [],
  base: undefined,
  compared: new Set(),
  files: new Map(),
  isDropped: false,
});

/** A lot is written when it has so much, however young it is. */
const MOST_ROWS = 500_000;
export const isFull = ({buffer}: Lot<Columns<any>>, mostBytes: number): boolean =>
  buffer.rows >= MOST_ROWS || buffer.bytes >= mostBytes;

/** That the table is not as rows need it; the set-up makes it so. */
export class TableProblem extends Error {
  override name = "TableProblem";
}

/** Writes the lot's files to the bucket, as far as they are not there. */
export async function upload(
  {buffer, files}: Lot<Columns<any>>,
  {metadata}: Head,
  objects: Pick<Objects, "write">,
  table: string,
): Promise<void> {
  const fields = new Map(currentSchema(metadata).fields.map((field) => [field.name, field]));
  const columns = buffer.columns().map((column) => {
    const field = fields.get(column.name);
    if (!field) throw new TableProblem(`column ${column.name} of table ${table} is missing: the set-up adds it`);
    if (field.type !== column.type)
      throw new TableProblem(`column ${column.name} of table ${table} is ${field.type}, not ${column.type}`);
    return {id: field.id, ...column};
  });
  for (const [day, order] of buffer.days()) {
    if (files.has(day)) continue;
    const {bytes, facts} = await writeParquet(columns, order);
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
    const path = `${metadata.location}/data/timestamp_day=${date}/${randomUUID()}.parquet`;
    await objects.write(path, bytes);
    files.set(day, {path, partition: partitionOfDay(metadata, day), ...facts});
  }
}

/** Up to where the table is with the lot in it. */
export function positionsAfter({places, id}: Lot<Columns<any>>, before: Positions): Positions {
  const entries = [...places].map(([place, next]) => [place, [next ?? before[place]?.[0] ?? "0", String(id)]]);
  return {...before, ...Object.fromEntries(entries)};
}
