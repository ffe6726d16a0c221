import {expect, test} from "vitest";
import {judge, type Reading} from "./fleet.ts";

const reading = (vehicle: string, age: number, values: Reading["values"] = {}): Reading => ({
  vehicle,
  age,
  values: {speed: 50, temperature: 5, humidity: 60, ...values},
});

const of = (readings: Reading[], remembered: {vehicle: string; age: number}[] = []) => ({readings, remembered});

test("silent and out of range are counted in full; ten of them are named, those silent for longest first", () => {
  const fleet = Array.from({length: 1_000}, (_, index) =>
    reading(`v${String(index).padStart(3, "0")}`, index, {temperature: index % 2 === 0 ? 9 : 5}),
  );
  const looks = judge(of(fleet), 300, {temperature: {max: 8}});
  expect(looks).toMatchObject({seen: 1_000, silent: 699, outOfRange: 500});
  expect(looks.silentest.map(({vehicle}) => vehicle)).toEqual(
    Array.from({length: 10}, (_, index) => `v${999 - index}`),
  );
  expect(looks.outside).toHaveLength(10);
  expect(looks.outside[0]).toEqual({vehicle: "v000", field: "temperature", value: 9});
});

test("without ranges nothing is out of range; a bound itself is inside", () => {
  expect(judge(of([reading("a", 0, {speed: 900})]), 300, {}).outOfRange).toBe(0);
  expect(judge(of([reading("a", 0, {speed: 80})]), 300, {speed: {min: 80, max: 80}}).outOfRange).toBe(0);
  expect(judge(of([reading("a", 0, {speed: 79.9})]), 300, {speed: {min: 80}}).outside).toEqual([
    {vehicle: "a", field: "speed", value: 79.9},
  ]);
});

test("a vehicle that is outside in two fields is one vehicle", () => {
  const looks = judge(of([reading("a", 0, {speed: 900, humidity: 99})]), 300, {speed: {max: 200}, humidity: {max: 90}});
  expect(looks.outOfRange).toBe(1);
  expect(looks.outside.map(({field}) => field)).toEqual(["speed", "humidity"]);
});

test("a vehicle that nobody has heard for longer than an hour is silent, and its old values are no news", () => {
  const looks = judge(of([reading("a", 3_700, {speed: 900}), reading("b", 5)], [{vehicle: "c", age: 90_000}]), 300, {
    speed: {max: 200},
  });
  expect(looks).toMatchObject({seen: 1, silent: 2, outOfRange: 0});
  expect(looks.silentest).toEqual([
    {vehicle: "c", seconds: 90_000},
    {vehicle: "a", seconds: 3_700},
  ]);
});

test("a reading that a vehicle does not have is outside of no range", () => {
  const ranges = {temperature: {min: 2, max: 8}, humidity: {min: 20}};
  const looks = judge(of([reading("a", 0, {temperature: null, humidity: null})]), 300, ranges);
  expect(looks).toMatchObject({seen: 1, outOfRange: 0, outside: []});
});

test("a field of the spec has a range like any other; while it has no column it is outside of none", () => {
  const ranges = {speed: {max: 200}, fuel: {min: 10}};
  const looks = judge(of([reading("a", 0, {fuel: 9}), reading("b", 0, {fuel: 10}), reading("c", 0)]), 300, ranges);
  expect(looks.outside).toEqual([{vehicle: "a", field: "fuel", value: 9}]);
});
