import {expect, test} from "vitest";
import type {EventColumn} from "./columns.ts";
import {MOST_WINDOW_FIELDS, windowColumns} from "./windows.ts";

test("windows summarise fields that are numbers, each as wide as its values, and no more than Flink can plan", () => {
  const fields: EventColumn[] = [
    {name: "door", type: "boolean"},
    {name: "gear", type: "int"},
    {name: "fuel", type: "float"},
    ...Array.from({length: 150}, (_, at): EventColumn => ({name: `f${at}`, type: "double"})),
  ];
  const columns = windowColumns(fields);
  expect(columns.slice(0, 6).map(({name, postgres}) => `${name} ${postgres}`)).toEqual([
    "avg_gear double precision",
    "min_gear bigint",
    "max_gear bigint",
    "avg_fuel double precision",
    "min_fuel double precision",
    "max_fuel double precision",
  ]);
  expect(columns).toHaveLength(MOST_WINDOW_FIELDS * 3);
});
