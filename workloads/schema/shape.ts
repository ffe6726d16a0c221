import type pg from "pg";

/** The parts of a table that writers and readers rely on. */
export interface Table {
  /** Type by column. */
  columns: Record<string, string>;
  /** Columns that a row cannot do without: not null, and nothing fills them. */
  required: string[];
  key: string[];
  hypertable: boolean;
}

const COLUMNS = `SELECT c.relname AS table_name, a.attname AS column_name, format_type(a.atttypid, a.atttypmod) AS type,
  a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required,
  coalesce(array_position(k.conkey, a.attnum), 0) AS key_position,
  EXISTS (SELECT FROM timescaledb_information.hypertables WHERE hypertable_schema = $1 AND hypertable_name = c.relname) AS hypertable
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY 1, key_position`;

/** The tables of a schema by name. */
export async function tablesOf(client: pg.Client, schema: string): Promise<Record<string, Table>> {
  const {rows} = await client.query(COLUMNS, [schema]);
  const tables: Record<string, Table> = {};
  for (const {table_name, column_name, type, required, key_position, hypertable} of rows) {
    tables[table_name] ??= {columns: {}, required: [], key: [], hypertable};
    const table = tables[table_name];
    table.columns[column_name] = type;
    if (required) table.required.push(column_name);
    if (key_position > 0) table.key.push(column_name);
  }
  return tables;
}

/** The differences from the wanted tables, a sentence each. Additions by hand that harm no writer are not judged. */
export function differences(wanted: Record<string, Table>, live: Record<string, Table>): string[] {
  return Object.entries(wanted).flatMap(([name, table]) => {
    const found = live[name];
    if (!found) return [`table ${name} is missing`];
    const columns = Object.entries(table.columns).flatMap(([column, type]) => {
      const is = found.columns[column];
      if (is === undefined) return [`column ${name}.${column} (${type}) is missing`];
      return is === type ? [] : [`column ${name}.${column} is ${is}, not ${type}`];
    });
    const added = found.required
      .filter((column) => !(column in table.columns))
      .map((column) => `column ${name}.${column} was added as NOT NULL without a default, and no writer fills it`);
    const key = `(${table.key.join(", ")})`;
    return [
      ...columns,
      ...added,
      ...(found.key.join() === table.key.join() ? [] : [`the primary key of ${name} is (${found.key}), not ${key}`]),
      ...(table.hypertable && !found.hypertable ? [`${name} is no hypertable`] : []),
    ];
  });
}
