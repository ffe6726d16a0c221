import {type EventColumn, kindOf} from "../../api/event/columns.ts";
import type {StoreName} from "../../api/stores.ts";
import {SchemaProblem} from "./migrations.ts";

const TYPE = {timescaledb: "postgres", cassandra: "cassandra", lake: "iceberg"} as const;

/**
 * The columns of fields that the table lacks. A column that no field has any more stays with its data.
 *
 * @param types of the store, by column of the table
 * @param made the fields that columns were made of
 * @throws SchemaProblem if a column is there with another type, which its data may not survive
 */
export function missingOf(
  store: StoreName,
  columns: EventColumn[],
  types: Record<string, string>,
  made: Pick<EventColumn, "name" | "type">[],
): EventColumn[] {
  const before = new Map(made.map(({name, type}) => [name, type]));
  const problems = columns.flatMap((column) => {
    const {name, type} = column;
    const [is, wanted, was] = [
      Object.hasOwn(types, name) ? types[name] : undefined,
      typeOf(store, column),
      before.get(name),
    ];
    if (is === undefined || (is === wanted && (was ?? type) === type)) return [];
    return [`column telemetry.${name} is ${was ?? is}, not ${type}`];
  });
  if (problems.length > 0)
    throw new SchemaProblem(
      `spec.event.fields: ${problems.join("; ")}. Its data would not survive: put the type back, or give the field another name`,
    );
  return columns.filter(({name}) => !Object.hasOwn(types, name));
}

/** The fields whose columns are not noted as made of them yet, whoever made them. */
export const unnotedOf = (columns: EventColumn[], made: Pick<EventColumn, "name">[]): EventColumn[] =>
  columns.filter((column) => !made.some(({name}) => name === column.name));

/** None gets a default: no row is written anew, and nothing is locked for longer than it takes to say so. */
export function addition(store: StoreName, missing: EventColumn[]): string {
  const definitions = missing.map((column) => `"${column.name}" ${typeOf(store, column)}`);
  return store === "cassandra"
    ? `ALTER TABLE telemetry ADD (${definitions.join(", ")})`
    : `ALTER TABLE telemetry ${definitions.map((one) => `ADD COLUMN IF NOT EXISTS ${one}`).join(", ")}`;
}

const typeOf = (store: StoreName, column: EventColumn) => kindOf(column)[TYPE[store]];
