import type pg from "pg";
import {type EventColumn, kindOf, textOf} from "../../api/event/columns.ts";
import {restSql} from "../../api/event/columns-sql.ts";
import {contentOf, type Found} from "../../api/event/identity.ts";
import {FIGURE_NAMES} from "../../api/event.ts";
import {madeColumns} from "../query/timescaledb-columns.ts";
import type {Row} from "../telemetry.ts";
import {float8Array, textArray, timestamptzArray} from "./arrays.ts";

const DAY_MS = 86_400_000;

/**
 * The row of each event's key, if it is there. The bounds, the parameters from `n` on, leave out all chunks but those between them. It has the
 * table's own name, for that is in what PostgreSQL says of a column that is missing.
 */
const there = (n: number, position: string[] = []) => `CROSS JOIN LATERAL (SELECT * FROM telemetry
  WHERE ${["telemetry.vehicle_id = event.v1", "telemetry.ts = event.v2", ...position, `telemetry.ts BETWEEN $${n} AND $${n + 1}`].join(" AND ")} LIMIT 1) telemetry`;

interface Keyed {
  columns: EventColumn[];
  /** Those of the columns that belong to the key. */
  position: EventColumn[];
  /** The statement of `askOf`. */
  ask: string;
}

/** Which of the events of a list are there, and whether as they are. */
export function askOf(columns: EventColumn[], position: EventColumn[]): string {
  const types = typesOf(columns);
  const values = types.map((_, at) => `v${at + 1}`);
  const [extra, flags] = [3 + FIGURE_NAMES.length, 4 + FIGURE_NAMES.length];
  const given = (column: EventColumn) => `event.v${flags + 1 + columns.indexOf(column)}::${kindOf(column).postgres}`;
  const same = [
    ...FIGURE_NAMES.map((name, at) => `telemetry.${name} IS NOT DISTINCT FROM event.v${at + 3}`),
    `telemetry.extra IS NOT DISTINCT FROM event.v${extra}::jsonb`,
    ...columns.map((column) => `telemetry."${column.name}" IS NOT DISTINCT FROM ${given(column)}`),
  ];
  return `SELECT event.at::int AS at, ${same.join(" AND ")} AS same
FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`)}) WITH ORDINALITY AS event(${values}, at)
${there(
  types.length + 1,
  position.map((column) => `telemetry.${column.name} = ${given(column)}`),
)}`;
}

/** Tells the rows that are not there from those that are. A day at a time: each chunk that a query looks at takes locks. */
export async function sorted(
  client: pg.ClientBase,
  {columns, position, ask}: Keyed,
  rows: Row[],
): Promise<{fresh: Row[]} & Found> {
  const fresh: Row[] = [];
  const found: Found = {repeated: [], taken: []};
  for (const all of Map.groupBy(rows, ({ts}) => Math.floor(ts.getTime() / DAY_MS)).values()) {
    const {rows: there} = await client.query(ask, [...columnsOf(all, columns), ...boundsOf(all)]);
    const same = new Map<number, boolean>(there.map(({at, same}) => [at - 1, same]));
    const others = all.filter((_, at) => same.get(at) === false);
    // With its position in the key it is the same, read by another mapping.
    const contents = others.length > 0 && position.length === 0 ? await contentsOf(client, columns, others) : undefined;
    for (const [at, row] of all.entries()) {
      const content = contents?.get(row);
      if (!same.has(at)) fresh.push(row);
      else if (same.get(at) || position.length > 0 || content === contentOf(columns, row)) found.repeated.push(row);
      else found.taken.push({row, there: content});
    }
  }
  return {fresh, ...found};
}

function boundsOf(rows: Row[]): [Date, Date] {
  const times = rows.map(({ts}) => ts.getTime());
  return [new Date(Math.min(...times)), new Date(Math.max(...times))];
}

/** What is in the place of rows, whichever columns it is in: one may have been made, or taken away, since it was written. */
async function contentsOf(client: pg.ClientBase, columns: EventColumn[], rows: Row[]): Promise<Map<Row, string>> {
  const query = `SELECT event.at::int AS at, ${FIGURE_NAMES.map((name) => `telemetry.${name}`)}, (${restSql(await madeColumns(client))})::text AS extra
FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS event(v1, v2, at) ${there(3)}`;
  const [ids, times] = columnsOf(rows, columns);
  const {rows: found} = await client.query(query, [ids, times, ...boundsOf(rows)]);
  return new Map(found.map((row) => [rows[row.at - 1]!, contentOf([], row)]));
}

/** The types of the arrays of `columnsOf`, for unnest; a column's own type is cast from its text. */
export const typesOf = (columns: EventColumn[]): string[] => [
  "text",
  "timestamptz",
  ...FIGURE_NAMES.map(() => "float8"),
  "text",
  "text",
  ...columns.map(() => "text"),
];

/** The rows by column: what PostgreSQL takes at the least cost, for it and for us. */
export function columnsOf(rows: Row[], columns: EventColumn[]): Buffer[] {
  return [
    textArray(rows.map(({vehicle_id}) => vehicle_id)),
    timestamptzArray(rows.map(({ts}) => ts)),
    ...FIGURE_NAMES.map((name) => float8Array(rows.map((row) => row[name]))),
    textArray(rows.map(({extra}) => extra)),
    textArray(rows.map(({quality_flags: flags}) => (flags ? String(flags) : null))),
    ...columns.map((column, at) => textArray(rows.map(({fields}) => textOf(column, fields?.[at] ?? null)))),
  ];
}
