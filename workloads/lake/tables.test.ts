import {expect, test} from "vitest";
import type {TableMetadata} from "./iceberg/types.ts";
import {additionOf, DEAD_LETTERS, EVENTS, eventTableColumns, madeColumns, newTable, tablePlans} from "./tables.ts";

const DOOR = {name: "door", type: "boolean" as const};
const ODOMETER = {name: "odometer", type: "bigint" as const};
const plans = tablePlans([DOOR], "VehicleAndTime");
const made = newTable(plans[EVENTS]!);
const metadata = {
  "current-schema-id": 0,
  "last-column-id": made.schema.fields.length,
  schemas: [made.schema],
  properties: made.properties,
} as unknown as TableMetadata;

test("tables are partitioned by the day of their time, and know what their columns were made of", () => {
  expect(Object.keys(plans)).toEqual([EVENTS, DEAD_LETTERS]);
  const time = made.schema.fields.find(({name}) => name === "timestamp")!;
  expect(made.spec.fields).toEqual([
    {name: "timestamp_day", transform: "day", "source-id": time.id, "field-id": 1_000},
  ]);
  expect(madeColumns(metadata)).toEqual([DOOR]);
});

test("a further field is a new column behind the others, which keep their ids", () => {
  const columns = eventTableColumns([DOOR, ODOMETER]);
  const missing = columns.filter(({name}) => name === "odometer");
  const updates = additionOf(metadata, missing, [DOOR, ODOMETER], "VehicleAndTime");
  const [add, set, note] = updates;
  const {fields} = add!.schema as typeof made.schema;
  expect(fields.slice(0, -1)).toEqual(made.schema.fields);
  expect(fields.at(-1)).toMatchObject({id: made.schema.fields.length + 1, name: "odometer", type: "long"});
  expect(set).toMatchObject({action: "set-current-schema", "schema-id": -1});
  expect(madeColumns({properties: note!.updates as Record<string, string>})).toEqual([DOOR, ODOMETER]);
});
