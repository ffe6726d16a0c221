import {type FileMetaData, parquetRead} from "hyparquet";
import {TIME, VEHICLE} from "../../api/event.ts";
import type {Objects} from "../lake/iceberg/objects.ts";
import {bufferOf, compressors, footerOf, plainParsers} from "../lake/parquet/read.ts";

/** The keys of a row group: for each vehicle its times in order, in milliseconds, and where its rows are. */
export interface GroupKeys {
  rows: number;
  vehicles: Map<string, {from: number; to: number}>;
  times: Float64Array;
  /** Their places in the group; absent where they are in this order. */
  places?: Uint32Array;
}

/** A vehicle and a time that may be in the lake. */
export interface Key {
  vehicle: string;
  ms: number;
}

/** A row group of a data file. */
export interface Group {
  path: string;
  /** Of the file. */
  bytes: number;
  /** Which it is. */
  at: number;
  firstRow: number;
  rows: number;
  from: Key;
  to: Key;
}

/** Those of rows in the order of a file. */
export function keysOf(rows: number, vehicleAt: (at: number) => string, timeAt: (at: number) => number): GroupKeys {
  const times = new Float64Array(rows);
  const vehicles: GroupKeys["vehicles"] = new Map();
  let last: {from: number; to: number} | undefined;
  let name: string | undefined;
  let isSorted = true;
  for (let at = 0; at < rows; at++) {
    const vehicle = vehicleAt(at);
    times[at] = timeAt(at);
    if (vehicle === name) {
      if (times[at]! < times[at - 1]!) isSorted = false;
      last!.to = at + 1;
      continue;
    }
    if (vehicles.has(vehicle)) isSorted = false;
    name = vehicle;
    last = {from: at, to: at + 1};
    vehicles.set(vehicle, last);
  }
  return isSorted ? {rows, vehicles, times} : sortedKeys(rows, vehicleAt, times);
}

/** Of a file that somebody else has written in another order. */
function sortedKeys(rows: number, vehicleAt: (at: number) => string, times: Float64Array): GroupKeys {
  const byVehicle = new Map<string, number[]>();
  for (let at = 0; at < rows; at++) {
    const vehicle = vehicleAt(at);
    const list = byVehicle.get(vehicle);
    if (list) list.push(at);
    else byVehicle.set(vehicle, [at]);
  }
  const places = new Uint32Array(rows);
  const vehicles: GroupKeys["vehicles"] = new Map();
  let next = 0;
  for (const [vehicle, list] of byVehicle) {
    list.sort((a, b) => times[a]! - times[b]!);
    places.set(list, next);
    vehicles.set(vehicle, {from: next, to: next + list.length});
    next += list.length;
  }
  return {rows, vehicles, times: Float64Array.from(places, (at) => times[at]!), places};
}

/** The rows of a key in a group: more than one where the position in Kafka is in the key, or somebody else has written. */
export function placesOf({vehicles, times, places}: GroupKeys, {vehicle, ms}: Key): number[] {
  const range = vehicles.get(vehicle);
  if (!range) return [];
  let [low, high] = [range.from, range.to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let at = low; at < range.to && times[at] === ms; at++) found.push(places ? places[at]! : at);
  return found;
}

/** Most rows whose keys are kept, and footers: some 40 MB, and 10. */
const MOST_ROWS = 4_000_000;
const MOST_FOOTERS = 200;
/** Groups whose rows are kept with all their columns, for others of them may be asked for in a moment. */
const MOST_CONTENTS = 2;

/** The row groups of the lake's files, of which those that were used last are kept in memory. */
export interface Groups {
  of(file: {path: string; bytes: number}): Promise<Group[]>;
  keys(group: Group): Promise<GroupKeys>;
  /** All columns of a group, by name. */
  content(group: Group): Promise<Map<string, ArrayLike<any>>>;
  /** Of a file that this process has written. */
  remember(path: string, at: number, keys: GroupKeys): void;
  forget(): void;
}

export function openGroups(objects: Pick<Objects, "readPart">): Groups {
  const footers = new Map<string, FileMetaData>();
  const kept = new Map<string, GroupKeys>();
  const contents = new Map<string, Map<string, ArrayLike<any>>>();
  let rows = 0;

  async function footer(path: string, bytes: number): Promise<FileMetaData> {
    const found = footers.get(path) ?? (await footerOf(bufferOf(objects, path, bytes)));
    use(footers, path, found, MOST_FOOTERS);
    return found;
  }

  async function read({path, bytes, firstRow, rows}: Group, columns?: string[]) {
    const found = new Map<string, ArrayLike<any>>();
    await parquetRead({
      file: bufferOf(objects, path, bytes),
      metadata: await footer(path, bytes),
      ...(columns ? {columns} : {}),
      rowStart: firstRow,
      rowEnd: firstRow + rows,
      compressors,
      parsers: plainParsers,
      geoparquet: false,
      onChunk({columnName, columnData}) {
        const before = found.get(columnName);
        found.set(columnName, before ? [...Array.from(before), ...Array.from(columnData)] : columnData);
      },
    });
    return found;
  }

  function keep(name: string, keys: GroupKeys): GroupKeys {
    rows -= kept.get(name)?.rows ?? 0;
    kept.delete(name);
    kept.set(name, keys);
    rows += keys.rows;
    for (const [oldest, {rows: more}] of kept) {
      if (rows <= MOST_ROWS || kept.size === 1) break;
      kept.delete(oldest);
      rows -= more;
    }
    return keys;
  }

  return {
    async of({path, bytes}) {
      const {row_groups: all} = await footer(path, bytes);
      let firstRow = 0;
      return all.map((group, at) => {
        const [vehicle, time] = [VEHICLE.name, TIME.name].map(
          (name) =>
            group.columns.find(({meta_data: chunk}) => chunk?.path_in_schema.join(".") === name)?.meta_data?.statistics,
        );
        const rows = Number(group.num_rows);
        firstRow += rows;
        return {
          path,
          bytes,
          at,
          firstRow: firstRow - rows,
          rows,
          from: {vehicle: textOf(vehicle?.min_value) ?? "", ms: msOf(time?.min_value) ?? Number.NEGATIVE_INFINITY},
          to: {vehicle: textOf(vehicle?.max_value) ?? LAST_TEXT, ms: msOf(time?.max_value) ?? Number.POSITIVE_INFINITY},
        };
      });
    },
    async keys(group) {
      const name = `${group.path} ${group.at}`;
      const found = kept.get(name);
      if (found) return keep(name, found);
      const columns = await read(group, [VEHICLE.name, TIME.name]);
      const [vehicles, times] = [columns.get(VEHICLE.name)!, columns.get(TIME.name)!];
      return keep(
        name,
        keysOf(
          group.rows,
          (at) => vehicles[at],
          (at) => times[at] / 1_000,
        ),
      );
    },
    async content(group) {
      const name = `${group.path} ${group.at}`;
      const found = contents.get(name) ?? (await read(group));
      use(contents, name, found, MOST_CONTENTS);
      return found;
    },
    remember: (path, at, keys) => void keep(`${path} ${at}`, keys),
    forget() {
      kept.clear();
      contents.clear();
      rows = 0;
    },
  };
}

/** Behind every text. */
export const LAST_TEXT = "\u{10ffff}";

/** Bounds of texts may be cut off. */
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const msOf = (value: unknown): number | undefined => (typeof value === "number" ? value / 1_000 : undefined);

/** Keeps an entry as the newest of at most so many. */
function use<V>(map: Map<string, V>, name: string, value: V, most: number): void {
  map.delete(name);
  map.set(name, value);
  if (map.size > most) map.delete(map.keys().next().value!);
}
