import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
} from "@duckdb/node-api";

/** A value of DuckDB as JSON. Whole numbers and decimals keep all their digits; what JSON has no form for is its text. */
export function jsonOf(value: DuckDBValue): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBTimestampTZValue) return JSON.stringify(isoOf(value));
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return `[${value.items.map(jsonOf)}]`;
  if (value instanceof DuckDBStructValue) return objectOf(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue)
    return `[${value.entries.map(({key, value: item}) =>
      objectOf([
        ["key", key],
        ["value", item],
      ]),
    )}]`;
  return JSON.stringify(value.toString());
}

const objectOf = (entries: (readonly [string, DuckDBValue])[]): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${jsonOf(value)}`)}}`;

/** The years that a Date has four digits for. */
const [FIRST_MS, LAST_MS] = [Date.UTC(0, 0, 1), Date.UTC(9999, 11, 31)];

/** With microseconds where it has any. */
function isoOf(value: DuckDBTimestampTZValue): string {
  const micros = value.micros;
  const ms = Number(micros / 1_000n);
  if (!value.isFinite || ms < FIRST_MS || ms > LAST_MS) return value.toString();
  const rest = Number(((micros % 1_000n) + 1_000n) % 1_000n);
  const iso = new Date(rest > 0 && micros < 0n ? ms - 1 : ms).toISOString();
  return rest === 0 ? iso : iso.replace("Z", `${String(rest).padStart(3, "0")}Z`);
}
