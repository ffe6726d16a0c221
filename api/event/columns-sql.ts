import type {EventColumn} from "./columns.ts";

/** A time as events have it. */
export const isoSql = (time: string) => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** `restOf` (columns.ts) in SQL: a row's columns and what is in none, as jsonb; NULL if it has neither. */
export function restSql(columns: EventColumn[]): string {
  if (columns.length === 0) return "extra";
  const parts = columns.map(({name, type}) => {
    const value = type === "timestamp" ? isoSql(`"${name}"`) : `"${name}"`;
    return `CASE WHEN "${name}" IS NULL THEN '{}' ELSE jsonb_build_object('${name}', ${value}) END`;
  });
  return `nullif(${parts.join(" || ")} || coalesce(extra, '{}'), '{}')`;
}
