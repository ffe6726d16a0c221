import {expect, test} from "vitest";
import type {EventField} from "../../api/components/event.ts";
import {createSelection} from "./selection.ts";

const FUEL: EventField = {name: "fuel", type: "float", unit: "l", description: "Fuel in the tank.", max: 100};
const DOOR: EventField = {name: "door", type: "boolean"};

/** A store whose rows are given by the test, newest first, and what it was asked for. */
function store() {
  const asked: [vehicle: string, fields: string[], after: number | undefined][] = [];
  const rows: {ms: number; values: (number | boolean | null)[]}[] = [];
  const newest = async (vehicle: string, fields: {name: string}[], after?: number) => {
    asked.push([vehicle, fields.map(({name}) => name), after]);
    return rows;
  };
  return {asked, rows, source: {newest}};
}

test("a page gets the fields and their newest values at first, then what changed", async () => {
  const {asked, rows, source} = store();
  const selection = createSelection(source);
  selection.describe([FUEL, DOOR]);
  rows.push({ms: 2_000, values: [null, true]}, {ms: 1_000, values: [50, false]});
  await selection.read(new Set(["a"]));
  const first = selection.since("a", -1)!;
  expect(first.message).toEqual({
    vehicle: "a",
    fields: [
      {name: "fuel", type: "float", number: true, unit: "l", description: "Fuel in the tank."},
      {name: "door", type: "boolean", number: false},
    ],
    values: {fuel: [50, 1_000], door: [true, 2_000]},
  });
  await selection.read(new Set(["a"]));
  expect(selection.since("a", first.version)).toBeUndefined();
  rows.unshift({ms: 9_000, values: [49, null]});
  await selection.read(new Set(["a"]));
  expect(selection.since("a", first.version)!.message).toEqual({vehicle: "a", values: {fuel: [49, 9_000]}});
  // The first time all that is recent, then only what is new.
  expect(asked.map(([, , after]) => after)).toEqual([undefined, -1_000, -1_000]);
});

test("a row that came late does not stand for a newer one", async () => {
  const {rows, source} = store();
  const selection = createSelection(source);
  selection.describe([FUEL]);
  rows.push({ms: 2_000, values: [50]});
  await selection.read(new Set(["a"]));
  rows.splice(0, 1, {ms: 1_500, values: [60]});
  await selection.read(new Set(["a"]));
  expect(selection.since("a", -1)!.message.values).toEqual({fuel: [50, 2_000]});
});

test("of vehicles that no page has selected, and of a spec without fields, nothing is asked", async () => {
  const {asked, source} = store();
  const selection = createSelection(source);
  await selection.read(new Set(["a"]));
  expect(selection.since("a", -1)!.message).toEqual({vehicle: "a", fields: [], values: {}});
  selection.describe([FUEL]);
  await selection.read(new Set(["a", "b"]));
  await selection.read(new Set(["b"]));
  expect(asked.map(([vehicle]) => vehicle)).toEqual(["a", "b", "b"]);
  expect(selection.since("a", -1)).toBeUndefined();
});

test("other fields of the spec come with all values again; the same ones said anew are no news", async () => {
  const {rows, source} = store();
  const selection = createSelection(source);
  selection.describe([FUEL]);
  rows.push({ms: 1_000, values: [50]});
  await selection.read(new Set(["a"]));
  const {version} = selection.since("a", -1)!;
  selection.describe([{...FUEL}]);
  expect(selection.since("a", version)).toBeUndefined();
  selection.describe([DOOR, FUEL]);
  rows[0] = {ms: 1_000, values: [true, 50]};
  await selection.read(new Set(["a"]));
  expect(selection.since("a", version)!.message).toMatchObject({
    fields: [{name: "door"}, {name: "fuel"}],
    values: {door: [true, 1_000], fuel: [50, 1_000]},
  });
});
