import {type EventColumn, kindOf} from "../../api/event/columns.ts";
import {POSITION} from "../../api/event/identity.ts";
import {positionColumns} from "../lib/event-columns.ts";
import {SchemaProblem} from "./migrations.ts";

/** The key as spec.event.identity wants it, beside the one that a table has. */
interface Keys {
  isPositioned: boolean;
  shallBe: boolean;
}

export const keysOf = (columns: string[]): Keys => ({
  isPositioned: columns.includes(POSITION[0]!.name),
  shallBe: positionColumns().length > 0,
});

/** @throws SchemaProblem what a table with rows would have to lose, or cannot be told of them */
export function refuseRows({isPositioned}: Keys): never {
  const [was, key] = isPositioned
    ? ["VehicleTimeAndPosition", "vehicle, time and position in Kafka"]
    : ["VehicleAndTime", "vehicle and time"];
  throw new SchemaProblem(
    `spec.event.identity: the rows of table telemetry have ${key} as their key, which cannot be changed: set it to ${was}, or give the pipeline another database and keyspace`,
  );
}

const KEY = ["vehicle_id", "ts"];
const POSITION_NAMES = POSITION.map(({name}) => name);

/** The statements that give an empty table of PostgreSQL the other key. */
export function rekey(constraint: string, {shallBe}: Keys): string {
  const columns = (one: (column: EventColumn) => string) => POSITION.map(one);
  return `ALTER TABLE telemetry DROP CONSTRAINT "${constraint}", ${[
    ...columns((column) =>
      shallBe ? `ADD COLUMN ${column.name} ${kindOf(column).postgres} NOT NULL` : `DROP COLUMN ${column.name}`,
    ),
    `ADD PRIMARY KEY (${shallBe ? [...KEY, ...POSITION_NAMES] : KEY})`,
  ].join(", ")}`;
}

/**
 * The statements that make an empty table of Cassandra anew with the other key.
 *
 * @param types by column
 * @param compaction as the system table has it
 */
export function remade(types: Record<string, string>, compaction: Record<string, string>, {shallBe}: Keys): string[] {
  const others = Object.entries(types).filter(([name]) => !POSITION_NAMES.includes(name));
  const position = shallBe ? POSITION.map((column) => [column.name, kindOf(column).cassandra] as const) : [];
  const columns = [...others, ...position].map(([name, type]) => `"${name}" ${type}`);
  const clustering = ["ts", ...position.map(([name]) => name)];
  const options = Object.entries(compaction).map(([name, value]) => `'${name}': '${value}'`);
  return [
    "DROP TABLE telemetry",
    `CREATE TABLE telemetry (${columns.join(", ")}, PRIMARY KEY ((vehicle_id, day), ${clustering.join(", ")}))
  WITH CLUSTERING ORDER BY (${clustering.map((name) => `${name} DESC`).join(", ")}) AND compaction = {${options.join(", ")}}`,
  ];
}
