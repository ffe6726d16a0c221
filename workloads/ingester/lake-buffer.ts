import {type ColumnType, type EventColumn, kindOf} from "../../api/event/columns.ts";
import {POSITION} from "../../api/event/identity.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {byFigure, FIGURE_NAMES, TIME, VEHICLE} from "../../api/event.ts";
import type {Row} from "../telemetry.ts";
import {
  booleans,
  type Columns,
  coded,
  FIRST_ROWS,
  type Growing,
  larger,
  longs,
  numbers,
  texts,
} from "./lake-columns.ts";

const DAY_MS = 86_400_000;

/** Events in columns, as they go into files: a tenth of the memory that they take as objects. */
export interface LakeBuffer extends Columns<Row> {
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** Of each row, the place of its vehicle among `vehicles`. */
  readonly vehicleCodes: Uint32Array;
  readonly vehicles: string[];
  /** The row as it was added, as far as it was sent. */
  row(at: number): Row;
}

/** Further columns keep times of any year, which microseconds count beyond what a number holds. */
const instant = {
  to: (value: Date) => BigInt(value.getTime()) * 1_000n,
  from: (value: bigint) => new Date(Number(value / 1_000n)),
};

const MAKERS: Record<ColumnType, (name: string, type: string) => Growing> = {
  double: (name, type) => numbers(name, type, "double"),
  float: (name, type) => numbers(name, type, "float"),
  int: (name, type) => numbers(name, type, "int"),
  bigint: (name, type) => longs(name, type),
  boolean: booleans,
  string: texts,
  timestamp: (name, type) => longs(name, type, instant),
  json: texts,
};

const made = (column: EventColumn): Growing => MAKERS[column.type](column.name, kindOf(column).iceberg);

/** Rows take so much of memory beside their texts. */
const FIXED_BYTES = 8 * (FIGURE_NAMES.length + 6);

/** @param fields those of the spec; behind their values rows have the position in Kafka */
export function createBuffer(fields: EventColumn[]): LakeBuffer {
  const vehicles = coded(VEHICLE.name);
  const times = numbers(TIME.name, "timestamptz", "steps", {
    to: (ms: number) => ms * 1_000,
    from: (micros: number) => micros / 1_000,
  });
  const figures = FIGURE_NAMES.map((name) => numbers(name, "double", "double"));
  const more = fields.map(made);
  const flags = numbers(FLAG_COLUMN, "int", "int");
  const extra = texts("extra");
  const [topic, partition, offset, event] = [
    coded(POSITION[0]!.name),
    numbers(POSITION[1]!.name, "int", "int"),
    numbers(POSITION[2]!.name, "long", "steps", {to: Number, from: BigInt}),
    numbers(POSITION[3]!.name, "int", "int"),
  ];
  const position = [topic, partition, offset, event];
  const columns: Growing[] = [vehicles, times, ...figures, ...more, flags, extra, ...position];
  let ms = new Float64Array(FIRST_ROWS);
  let capacity = FIRST_ROWS;
  let rows = 0;
  let bytes = 0;
  /** Of so many rows. */
  let days: {rows: number; found: Map<number, Uint32Array>} | undefined;

  function grow() {
    capacity *= 2;
    for (const column of columns) column.grow(capacity);
    ms = larger(ms, new Float64Array(capacity));
  }

  return {
    get rows() {
      return rows;
    },
    get bytes() {
      return bytes;
    },
    add(row) {
      if (rows === capacity) grow();
      ms[rows] = row.ts.getTime();
      vehicles.put(rows, row.vehicle_id);
      times.put(rows, ms[rows]);
      for (let at = 0; at < figures.length; at++) figures[at]!.put(rows, row[FIGURE_NAMES[at]!]);
      const values = row.fields!;
      for (let at = 0; at < more.length; at++) {
        more[at]!.put(rows, values[at]);
        const value = values[at];
        bytes += typeof value === "string" ? 2 * value.length : 8;
      }
      flags.put(rows, row.quality_flags || null);
      extra.put(rows, row.extra);
      for (let at = 0; at < position.length; at++) position[at]!.put(rows, values[more.length + at]);
      bytes += FIXED_BYTES + 2 * (row.extra?.length ?? 0);
      rows++;
    },
    get times() {
      return ms;
    },
    get vehicleCodes() {
      return vehicles.codes();
    },
    vehicles: vehicles.texts,
    row: (at) => ({
      vehicle_id: vehicles.at(at) as string,
      ts: new Date(ms[at]!),
      ...byFigure((figure) => figures[FIGURE_NAMES.indexOf(figure.name)]!.at(at) as number | null),
      extra: extra.at(at) as string | null,
      fields: [...more, ...position].map((column) => column.at(at)),
    }),
    columns: () => columns.map(({name, type, data}) => ({name, type, data: data()})),
    days() {
      if (days?.rows !== rows) days = {rows, found: sortedDays(rows, ms, vehicles.codes(), vehicles.texts)};
      return days.found;
    },
  };
}

/** By counting, as there are far fewer vehicles than rows, each of whose rows come in order as a rule. */
function sortedDays(rows: number, times: Float64Array, codes: Uint32Array, texts: string[]): Map<number, Uint32Array> {
  const ranks = new Uint32Array(texts.length);
  const byName = texts.map((_, code) => code).sort((a, b) => (texts[a]! < texts[b]! ? -1 : 1));
  for (const [rank, code] of byName.entries()) ranks[code] = rank;
  return new Map([...byDay(rows, times)].map(([day, list]) => [day, sorted(list, times, codes, ranks)]));
}

/** Counted first: there may be many days. */
function byDay(rows: number, times: Float64Array): Map<number, Uint32Array> {
  const counts = new Map<number, number>();
  eachRun(rows, times, (day, from, to) => counts.set(day, (counts.get(day) ?? 0) + to - from));
  const lists = new Map([...counts].map(([day, count]) => [day, {rows: new Uint32Array(count), filled: 0}]));
  eachRun(rows, times, (day, from, to) => {
    const list = lists.get(day)!;
    for (let row = from; row < to; row++) list.rows[list.filled++] = row;
  });
  return new Map([...lists].map(([day, list]) => [day, list.rows]));
}

/** Rows of one day that came one after another. */
function eachRun(rows: number, times: Float64Array, call: (day: number, from: number, to: number) => void): void {
  for (let from = 0, to = 0; from < rows; from = to) {
    const day = Math.floor(times[from]! / DAY_MS);
    const [begin, end] = [day * DAY_MS, (day + 1) * DAY_MS];
    to = from + 1;
    while (to < rows && times[to]! >= begin && times[to]! < end) to++;
    call(day, from, to);
  }
}

function sorted(list: Uint32Array, times: Float64Array, codes: Uint32Array, ranks: Uint32Array): Uint32Array {
  const ends = new Uint32Array(ranks.length + 1);
  for (let at = 0; at < list.length; at++) ends[ranks[codes[list[at]!]!]! + 1]!++;
  for (let rank = 0; rank < ranks.length; rank++) ends[rank + 1]! += ends[rank]!;
  const next = ends.slice();
  const order = new Uint32Array(list.length);
  for (let at = 0; at < list.length; at++) order[next[ranks[codes[list[at]!]!]!]!++] = list[at]!;
  for (let rank = 0; rank < ranks.length; rank++) sortByTime(order.subarray(ends[rank], ends[rank + 1]), times);
  return order;
}

function sortByTime(rows: Uint32Array, times: Float64Array): void {
  for (let at = 1; at < rows.length; at++)
    if (times[rows[at]!]! < times[rows[at - 1]!]!) {
      rows.sort((a, b) => times[a]! - times[b]! || a - b);
      return;
    }
}
