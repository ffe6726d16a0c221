import type {Trouble} from "./store.ts";

interface DatabaseError {
  code?: string;
  column?: string;
}

/** Columns that each row fills. */
const FILLED = /^(vehicle_id|ts|latitude|longitude|speed|temperature|humidity)$/;

/** A column that somebody added and that no row can fill: not what this row holds, but what the table asks of every row. */
const isAddedColumn = ({code, column = ""}: DatabaseError) => code === "23502" && !FILLED.test(column);

/** Data exceptions, integrity constraints and limits, by the class of the SQLSTATE. */
export const refusesRow = (error: unknown): boolean =>
  /^(22|23|54)/.test((error as DatabaseError).code ?? "") && !isAddedColumn(error as DatabaseError);

const TROUBLES: [RegExp, Trouble][] = [
  [/^53100$/, "disk-full"],
  [/^(53|55P03|57014)/, "overloaded"],
  [/^(28|3D000|42501)/, "credentials"],
  [/^(42|0A)/, "schema"],
  [/^(08|57P|E[A-Z]{4})/, "unreachable"],
];

export function troubleOf(error: unknown): Trouble {
  if (isAddedColumn(error as DatabaseError)) return "schema";
  const {code} = error as DatabaseError;
  // Without a code, pg says that a connection ended or did not come about.
  if (code === undefined) return "unreachable";
  return TROUBLES.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
}
