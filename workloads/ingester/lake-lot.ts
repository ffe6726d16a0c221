import {randomUUID} from "node:crypto";
import type {EventColumn} from "../../api/event/columns.ts";
import {partitionOfDay} from "../lake/iceberg/change.ts";
import type {Objects} from "../lake/iceberg/objects.ts";
import {type Head, newId, type Table} from "../lake/iceberg/table.ts";
import {currentSchema, type NewFile} from "../lake/iceberg/types.ts";
import {GROUP_ROWS, writeParquet} from "../lake/parquet/writer.ts";
import {createBuffer, type LakeBuffer} from "./lake-buffer.ts";
import {type GroupKeys, type Groups, type Key, keysOf} from "./lake-groups.ts";
import {collisionOf} from "./lake-known.ts";
import {Fenced, type Positions} from "./lake-positions.ts";
import {broughtBetween, dayOf} from "./lake-view.ts";

/** Rows that come into the lake with one commit. */
export interface Lot {
  /** Of the snapshot, so that a commit whose answer was lost is found. */
  id: number;
  buffer: LakeBuffer;
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

export const createLot = (columns: EventColumn[]): Lot => ({
  id: newId(),
  buffer: createBuffer(columns),
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
const MOST_BYTES = 64 * 1_048_576;
export const isFull = ({buffer}: Lot): boolean => buffer.rows >= MOST_ROWS || buffer.bytes >= MOST_BYTES;

/** That the table is not as rows need it; the set-up makes it so. */
export class TableProblem extends Error {
  override name = "TableProblem";
}

/** Writes the lot's files to the bucket, as far as they are not there. */
export async function upload({buffer, files}: Lot, {metadata}: Head, objects: Pick<Objects, "write">): Promise<void> {
  const fields = new Map(currentSchema(metadata).fields.map((field) => [field.name, field]));
  const columns = buffer.columns().map((column) => {
    const field = fields.get(column.name);
    if (!field) throw new TableProblem(`column ${column.name} of table events is missing: the set-up adds it`);
    if (field.type !== column.type)
      throw new TableProblem(`column ${column.name} of table events is ${field.type}, not ${column.type}`);
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

/** The keys of its files' row groups, in their order. */
export function* groupKeys({buffer, files}: Lot): Iterable<{path: string; at: number; keys: GroupKeys}> {
  const {times, vehicleCodes, vehicles} = buffer;
  for (const [day, order] of buffer.days()) {
    const {path} = files.get(day)!;
    for (let from = 0, at = 0; from < order.length; from += GROUP_ROWS, at++) {
      const rows = Math.min(GROUP_ROWS, order.length - from);
      const rowAt = (row: number) => order[from + row]!;
      const keys = keysOf(
        rows,
        (row) => vehicles[vehicleCodes[rowAt(row)]!]!,
        (row) => times[rowAt(row)]!,
      );
      yield {path, at, keys};
    }
  }
}

/** Up to where the table is with the lot in it. */
export function positionsAfter({places, id}: Lot, before: Positions): Positions {
  const entries = [...places].map(([place, next]) => [place, [next ?? before[place]?.[0] ?? "0", String(id)]]);
  return {...before, ...Object.fromEntries(entries)};
}

/**
 * Compares the lot with files that others have brought since its rows were compared with the table.
 *
 * @throws Fenced if one of them has one of its rows
 */
export async function compare(lot: Lot, now: Head, table: Pick<Table, "files">, groups: Groups): Promise<void> {
  const {times, vehicleCodes, vehicles, rows} = lot.buffer;
  for (const day of lot.files.keys()) {
    const others = await broughtBetween(table, lot.base!, now, day, (path) => lot.compared.has(path));
    if (others.length === 0) continue;
    const keys: Key[] = [];
    for (let at = 0; at < rows; at++)
      if (dayOf(times[at]!) === day) keys.push({vehicle: vehicles[vehicleCodes[at]!]!, ms: times[at]!});
    const found = await collisionOf(groups, keys, others);
    if (found) {
      const which = `that of ${found.vehicle} at ${new Date(found.ms).toISOString()}`;
      throw new Fenced(`another ingester has written some of these events meanwhile, as ${which}: they are read again`);
    }
    for (const {path} of others) lot.compared.add(path);
  }
}
