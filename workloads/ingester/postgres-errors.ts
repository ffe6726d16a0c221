import type {Trouble} from "./store.ts";

interface DatabaseError {
  code?: string;
}

/**
 * No word on what a row holds: connection, login, a server that only reads or waits, conflict, resources, locks, shutdown, disk, broken
 * files. What it refuses now it may take in a moment, and a row beside it at the same time. 53400 is the limit of somebody's setting, as that
 * of rows to decompress.
 */
const PASSING = /^(08|25|28|3D|40|53(?!400)|55P03|55006|57|58|XX00[12]|E[A-Z]{4})/;

export const isRefusal = (error: unknown): boolean => {
  const {code} = error as DatabaseError;
  return code?.length === 5 && !PASSING.test(code);
};

const TROUBLES: [RegExp, Trouble][] = [
  [/^53100$/, "disk-full"],
  [/^(28|3D000|42501)/, "credentials"],
  // The table's demands on every row: a constraint, a trigger, a column that is missing or that no row fills.
  [/^(0A|2[1-4]|42|44|53400|54|55000|P0)/, "schema"],
  [/^(53|55P03|57014)/, "overloaded"],
  [/^(08|57P|E[A-Z]{4})/, "unreachable"],
];

export function troubleOf(error: unknown): Trouble {
  const {code} = error as DatabaseError;
  // Without a code, pg says that a connection ended or did not come about.
  if (code === undefined) return "unreachable";
  return TROUBLES.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
}
