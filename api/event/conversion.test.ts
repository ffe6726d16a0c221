import {expect, test} from "vitest";
import {event} from "../components/event.ts";
import type {EventColumn} from "./columns.ts";
import {createReader} from "./read.ts";
import {conversionOf, UNIT_KINDS} from "./units.ts";

const BASE = {vehicle_id: "v", timestamp: "2026-01-01T00:00:00.000Z", latitude: 1, longitude: 2};

/** What a field of the spec holds of an event, and what stays beside it. */
function held(field: Omit<EventColumn, "name">, more: object) {
  const {fields} = event.schema.parse({fields: [{name: "x", ...field}]});
  const {rows, problems} = createReader(
    {},
    fields,
  )({
    key: null,
    value: Buffer.from(JSON.stringify({...BASE, ...more})),
  });
  return rows[0] ? [rows[0].fields?.[0], rows[0].extra] : problems[0]!.reason;
}

test.each<[string, Omit<EventColumn, "name">, object, unknown]>([
  ["Fahrenheit", {type: "double", unit: "°C", path: "obd.oil_f", from: "Fahrenheit"}, {obd: {oil_f: 212}}, 100],
  ["Fahrenheit under its own name", {type: "float", unit: "°C", from: "Fahrenheit"}, {x: "50"}, 10],
  ["Celsius for a board in Kelvin", {type: "double", unit: "K", from: "Celsius"}, {x: 26.85}, 300],
  ["psi as kPa", {type: "double", unit: "kPa", from: "Psi"}, {x: 32}, 220.632233381],
  ["psi as bar", {type: "double", unit: "bar", from: "Psi"}, {x: 32}, 2.206322334],
  ["gallons", {type: "double", unit: "l", from: "UsGallons"}, {x: 10}, 37.85411784],
  ["miles as metres, whole ones", {type: "bigint", unit: "m", from: "Miles"}, {x: 1.5}, 2414n],
  ["millivolts", {type: "double", unit: "V", from: "Millivolts"}, {x: 12_650}, 12.65],
  ["a scale alone", {type: "int", scale: 0.5}, {x: 131}, 66],
  ["whole numbers of 64 bits are exact", {type: "bigint", nulls: [-1]}, {x: "9007199254740993"}, 9007199254740993n],
  ["a part of a text", {type: "int", path: "io", separator: ";", part: 2}, {io: "1;0;42"}, 42],
  ["a sentinel", {type: "int", nulls: [255]}, {x: 255}, null],
  ["a default", {type: "int", nulls: [255], default: 7}, {x: 255}, 7],
  ["a default of what is missing", {type: "double", default: 1.5}, {}, 1.5],
  ["a constant", {type: "int", constant: 3}, {}, 3],
  [
    "a second place",
    {type: "double", unit: "°", path: "to", from: "Microdegrees", hemisphere: "h"},
    {to: 1e6, h: "S"},
    -1,
  ],
])("%s", (_, field, more, value) => {
  const result = held(field, more);
  expect([result[0]]).toEqual([value]);
});

test("numbers of 64 bits in a text that holds JSON keep their digits", () => {
  const read = createReader({events: "payload"}, [{name: "odo", type: "bigint"}]);
  const payload = JSON.stringify({...BASE, note: 1}).replace(":1}", ':18446744073709551615,"odo":9007199254740993}');
  const {rows} = read({key: null, value: Buffer.from(JSON.stringify({payload}))});
  expect(rows[0]).toMatchObject({fields: [9007199254740993n], extra: '{"note":18446744073709551615}'});
});

test("the bounds are of the unit that is kept, and what is out of them stays as it came", () => {
  const field = {type: "double", unit: "°C", path: "oil_f", from: "Fahrenheit", max: 150} as const;
  expect(held(field, {oil_f: 302})).toEqual([150, null]);
  expect(held(field, {oil_f: 303})).toEqual([null, '{"oil_f":303}']);
  expect(held({...field, required: true}, {oil_f: 303})).toBe("x: is no double within its bounds");
});

test("an export, which has the field under its own name and in its own unit, is not converted twice", () => {
  const field = {type: "double", unit: "°C", path: "oil_f", from: "Fahrenheit"} as const;
  expect(held(field, {x: 100})).toEqual([100, null]);
});

test("two fields of one name are refused without an API server too", () => {
  const fields = ["int", "json"].map((type) => ({name: "x", type}));
  const {error} = event.schema.safeParse({fields});
  expect(error?.issues).toMatchObject([
    {path: ["fields"], message: expect.stringContaining("two fields have one name")},
  ]);
});

test("each unit becomes every other of its kind, and is itself again", () => {
  for (const {units} of UNIT_KINDS)
    for (const {name: from, symbols} of units)
      for (const {name: back, symbols: to} of units) {
        if (symbols.length === 0 || to.length === 0) continue;
        const [there, again] = [conversionOf(from, to[0]!), conversionOf(back, symbols[0]!)];
        const other = (50 + there.before) * there.factor + there.after;
        expect((other + again.before) * again.factor + again.after, `${from} as ${back}`).toBeCloseTo(50, 6);
      }
});
