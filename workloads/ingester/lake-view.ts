import type {EventColumn} from "../../api/event/columns.ts";
import {byFigure, type FigureName, TIME, VEHICLE} from "../../api/event.ts";
import type {Head, Table} from "../lake/iceberg/table.ts";
import {currentSchema, type LiveFile, type TableMetadata} from "../lake/iceberg/types.ts";
import {decodeValue} from "../lake/iceberg/values.ts";
import {madeColumns} from "../lake/tables.ts";
import type {Row} from "../telemetry.ts";
import {type Key, LAST_TEXT} from "./lake-groups.ts";
import {GONE} from "./lake-positions.ts";

const DAY_MS = 86_400_000;
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

/** A data file with the keys that it may have. */
export interface KeyedFile {
  path: string;
  bytes: number;
  from: Key;
  to: Key;
}

function keyedFile(metadata: TableMetadata, {path, bytes, lower, upper}: LiveFile): KeyedFile {
  const idOf = (name: string) => currentSchema(metadata).fields.find((field) => field.name === name)?.id ?? -1;
  const [vehicle, time] = [idOf(VEHICLE.name), idOf(TIME.name)];
  const ms = (bound: Buffer | undefined, other: number) => (bound ? decodeValue("timestamptz", bound) / 1_000 : other);
  return {
    path,
    bytes,
    from: {vehicle: lower.get(vehicle)?.toString() ?? "", ms: ms(lower.get(time), Number.NEGATIVE_INFINITY)},
    to: {vehicle: upper.get(vehicle)?.toString() ?? LAST_TEXT, ms: ms(upper.get(time), Number.POSITIVE_INFINITY)},
  };
}

export const mayHold = ({from, to}: Pick<KeyedFile, "from" | "to">, {vehicle, ms}: Key): boolean =>
  ms >= from.ms && ms <= to.ms && vehicle >= from.vehicle && vehicle <= to.vehicle;

/** The table at the moment that rows are compared with. */
export interface View {
  head: Head | undefined;
  /** Moves to another moment; undefined: to none, until somebody asks. */
  move(head: Head | undefined): void;
  files(day: number): Promise<KeyedFile[]>;
  /** The columns that were made of fields, whether the spec still has these or not. */
  made(): EventColumn[];
}

export function createView(table: Pick<Table, "files">): View {
  let byDay = new Map<number, Promise<KeyedFile[]>>();
  const view: View = {
    head: undefined,
    move(head) {
      view.head = head;
      byDay = new Map();
    },
    files(day) {
      const {head} = view;
      if (!head) throw GONE();
      const read = async () =>
        (await table.files(head, {from: day, to: day})).map((file) => keyedFile(head.metadata, file));
      const found = byDay.get(day) ?? read();
      byDay.set(day, found);
      found.catch(() => byDay.delete(day));
      return found;
    },
    made: () => (view.head ? madeColumns(view.head.metadata) : []),
  };
  return view;
}

/** A row of a file, as far as it was sent. */
export const rowOf = (
  made: EventColumn[],
  content: Map<string, ArrayLike<any>>,
  at: number,
): Pick<Row, FigureName | "extra" | "fields"> => ({
  ...byFigure(({name}) => content.get(name)?.[at] ?? null),
  extra: content.get("extra")?.[at] ?? null,
  fields: made.map(({name, type}) => {
    const value = content.get(name)?.[at] ?? null;
    return type === "timestamp" && value !== null ? new Date(value / 1_000) : value;
  }),
});

/** Files of a day that others have brought between two moments; what only puts rows into other files brings none. */
export async function broughtBetween(
  table: Pick<Table, "files">,
  before: Head,
  now: Head,
  day: number,
  ours: (path: string) => boolean,
): Promise<KeyedFile[]> {
  const days = {from: day, to: day};
  const known = new Set((await table.files(before, days)).map(({path}) => path));
  const replaced = new Set(
    (now.metadata.snapshots ?? [])
      .filter(({summary}) => summary.operation === "replace")
      .map((snapshot) => snapshot["snapshot-id"]),
  );
  const brought = (await table.files(now, days)).filter(
    ({path, snapshotId}) => !known.has(path) && !ours(path) && !replaced.has(snapshotId),
  );
  return brought.map((file) => keyedFile(now.metadata, file));
}
