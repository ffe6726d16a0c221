import {expect, test} from "vitest";
import {type EventMapping, event} from "../components/event.ts";
import {canonical} from "./canonical.ts";
import type {EventColumn} from "./columns.ts";
import {createReader} from "./read.ts";

const plain = {vehicle_id: "a", timestamp: "2025-11-24T16:04:26.752Z", latitude: 10, longitude: 20};
const read = (value: object | string, mapping?: EventMapping, columns: EventColumn[] = []) =>
  createReader(
    mapping && event.schema.parse({mapping}).mapping,
    columns,
  )({
    key: null,
    value: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
  });
const LONG = 500_000;

test.each<[string, string, EventMapping?]>([
  ["digits", `${"1".repeat(LONG)}x`],
  ["spaces", `4803.5${" ".repeat(LONG)}x`, {fields: [{name: "latitude", path: "speed", unit: "Nmea"}]}],
])("a text of half a megabyte of %s that is no number is read as quickly as any other", (_, speed, mapping) => {
  const {rows, problems} = read({...plain, speed}, mapping);
  expect(rows.length + problems.length).toBe(1);
});

test("a number of as many zeros is compared as quickly", () => {
  expect(canonical(`{"a":1${"0".repeat(LONG)}1}`)).toBe(canonical(`{"a":1${"0".repeat(LONG)}1.0}`));
});

test.each([(text: string) => text, (text: string) => `\uFEFF${text}`, (text: string) => `[${text}]`])(
  "a mapping that reads a field under the name of another does so in each form of a message",
  (form) => {
    const fields: EventMapping["fields"] = [
      {name: "latitude", path: "longitude"},
      {name: "longitude", path: "latitude"},
    ];
    const whole = {...plain, speed: 1, temperature: 2, humidity: 3};
    const [row] = read(form(JSON.stringify(whole)), {fields}).rows;
    expect(row).toMatchObject({latitude: 20, longitude: 10});
    expect(read(form(JSON.stringify({...plain, latitude: 50, longitude: 100})), {fields}).rows).toEqual([]);
  },
);

test("whole numbers that a sender writes with a fraction of zeros are whole numbers, and 1.0 is true", () => {
  const columns: EventColumn[] = [
    {name: "gear", type: "int"},
    {name: "on", type: "boolean"},
    {name: "half", type: "int"},
  ];
  const [row] = read(`${JSON.stringify(plain).slice(0, -1)},"gear":5.0,"on":1.0,"half":0.5}`, undefined, columns).rows;
  expect(row!.fields).toEqual([5, true, null]);
});

test("a day that does not exist is none in words either", () => {
  const {problems} = read({...plain, timestamp: "Mon, 31 Feb 2025 10:00:00 GMT"});
  expect(problems.map(({reason}) => reason)).toEqual([expect.stringContaining("is no time that exists")]);
});

test("a time before the first year is none of a field, and stays beside it", () => {
  const [row] = read({...plain, made: -63e12}, undefined, [{name: "made", type: "timestamp"}]).rows;
  expect(row).toMatchObject({fields: [null], extra: '{"made":-63000000000000}'});
});
