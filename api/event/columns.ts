import type {FieldMapping} from "../components/event.ts";
import {FIGURE_NAMES, TIME, VEHICLE} from "../event.ts";
import {isRawJSON} from "../exact-json.ts";
import {FLAG_COLUMN} from "./quality.ts";
import {unstorable} from "./row.ts";
import {instantOf} from "./time.ts";
import type {UnitName} from "./units.ts";
import {numberOf} from "./value.ts";
import type {Zone} from "./zone.ts";

/** A field of the event beyond those of the list (api/event.ts), with a column of its own in each store: an entry of spec.event.fields. */
export interface EventColumn extends Omit<Partial<FieldMapping>, "name" | "unit"> {
  name: string;
  type: ColumnType;
  min?: number | undefined;
  max?: number | undefined;
  required?: boolean | undefined;
  /** The symbol of the unit that it is kept in. */
  unit?: string | undefined;
  from?: UnitName | undefined;
}

interface Kind {
  postgres: string;
  cassandra: string;
  flink: string;
  iceberg: string;
  /** Of numbers: whether they have a fraction. */
  number?: "whole" | "real";
  /** The column's value of one that an event has; undefined if it is none. A number that JavaScript would round comes as its digits. */
  read(value: unknown, zone?: Zone): unknown;
  /** What a column holds as JSON text. */
  json(value: any): string;
}

const finite = (value: number | undefined) => (Number.isFinite(value) ? value : undefined);
const storable = (value: unknown) => unstorable(value) === "";
const plainOf = (value: unknown) => (typeof value === "number" ? String(value) : value);

/** What nearly all are, without a way over their digits. A negative zero is none. */
const isInt32 = (value: unknown): value is number => typeof value === "number" && Object.is(value | 0, value);

function integerOf(value: unknown, bits: number): bigint | undefined {
  const given = plainOf(value);
  // Python and others write a whole number as 5.0.
  const text = typeof given === "string" ? given.replace(/^(\s*-?\d{1,19})\.0{1,30}(\s*)$/, "$1$2") : given;
  if (typeof text !== "string" || !/^\s*-?\d{1,19}\s*$/.test(text)) return undefined;
  const integer = BigInt(text.trim());
  return BigInt.asIntN(bits, integer) === integer ? integer : undefined;
}

/** The fewest digits that are this float32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(value);
}

const DAY = /^\d{4}-\d\d-\d\d$/;
/** The years that have four digits in every store. */
const [FIRST_MS, LAST_MS] = [Date.parse("0001-01-01T00:00:00Z"), Date.UTC(9999, 11, 31)];

/** A day is its beginning by UTC; a number that is none of this century counts milliseconds. */
function instantIn(value: unknown, zone: Zone | undefined): Date | undefined {
  const plain = typeof value === "number" || (typeof value === "string" && DAY.test(value));
  const found = instantOf(value, {format: "Auto", zone});
  const ms = "ms" in found ? found.ms : plain ? new Date(value).getTime() : Number.NaN;
  return ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms) : undefined;
}

/** As senders write them: many have no more than 1 and 0. */
const [YES, NO] = [new Set<unknown>([true, 1, "1", "1.0", "true"]), new Set<unknown>([false, 0, "0", "0.0", "false"])];
const truthOf = (value: unknown) => (YES.has(value) ? true : NO.has(value) ? false : undefined);

const kinds = {
  double: {
    postgres: "double precision",
    cassandra: "double",
    flink: "DOUBLE",
    iceberg: "double",
    number: "real",
    read: (value) => finite(numberOf(value)),
    json: String,
  },
  float: {
    postgres: "real",
    cassandra: "float",
    flink: "DOUBLE",
    iceberg: "float",
    number: "real",
    read: (value) => finite(Math.fround(numberOf(value) ?? Number.NaN)),
    json: shortest,
  },
  int: {
    postgres: "integer",
    cassandra: "int",
    flink: "INT",
    iceberg: "int",
    number: "whole",
    read: (value) => (isInt32(value) ? value : finite(Number(integerOf(value, 32) ?? Number.NaN))),
    json: String,
  },
  bigint: {
    postgres: "bigint",
    cassandra: "bigint",
    flink: "BIGINT",
    iceberg: "long",
    number: "whole",
    read: (value) => (Number.isSafeInteger(value) ? BigInt(value as number) : integerOf(value, 64)),
    json: String,
  },
  boolean: {
    postgres: "boolean",
    cassandra: "boolean",
    flink: "BOOLEAN",
    iceberg: "boolean",
    read: truthOf,
    json: String,
  },
  string: {
    postgres: "text",
    cassandra: "text",
    flink: "STRING",
    iceberg: "string",
    read: (value) => (typeof plainOf(value) === "string" && storable(value) ? plainOf(value) : undefined),
    json: (value) => JSON.stringify(value),
  },
  timestamp: {
    postgres: "timestamp with time zone",
    cassandra: "timestamp",
    flink: "TIMESTAMP_LTZ(3)",
    iceberg: "timestamptz",
    read: instantIn,
    json: (value: Date) => JSON.stringify(value),
  },
  json: {
    postgres: "jsonb",
    cassandra: "text",
    flink: "STRING",
    iceberg: "string",
    read: (value) => (storable(value) ? JSON.stringify(value) : undefined),
    json: String,
  },
} satisfies Record<string, Kind>;

export type ColumnType = keyof typeof kinds;
export const COLUMN_TYPES = Object.keys(kinds) as ColumnType[];
/** The types of numbers. */
export const NUMBERS: ColumnType[] = ["double", "float", "int", "bigint"];
export const kindOf = ({type}: EventColumn): Kind => kinds[type];

/**
 * The column's value of what an event has; undefined if it is none, being of another type or out of range. A time that names no zone is
 * of `zone`.
 */
export function readColumn(column: EventColumn, value: unknown, zone?: Zone): unknown {
  const {type, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY} = column;
  const read = kindOf(column).read(isRawJSON(value) && type !== "json" ? value.rawJSON : value, zone);
  const outside = (typeof read === "number" || typeof read === "bigint") && (read < min || read > max);
  return outside ? undefined : read;
}

/** A column's value as the text that PostgreSQL reads it from. */
export function textOf(column: EventColumn, value: any): string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? value : kindOf(column).json(value);
}

/** The columns of an exported table, in their order. */
export const tableNames = (columns: EventColumn[]): string[] => [
  VEHICLE.name,
  TIME.name,
  ...FIGURE_NAMES,
  ...columns.map(({name}) => name),
  FLAG_COLUMN,
  "extra",
];

/** JSON text of a row's columns and of what is in none; null if it has neither. */
export function restOf(columns: EventColumn[], values: readonly unknown[], extra: string | null): string | null {
  const parts = columns.flatMap((column, at) => {
    const value = values[at] ?? null;
    return value === null ? [] : [`${JSON.stringify(column.name)}:${kindOf(column).json(value)}`];
  });
  if (parts.length === 0) return extra;
  return extra === null || extra === "{}" ? `{${parts}}` : `{${parts},${extra.slice(extra.indexOf("{") + 1)}`;
}
