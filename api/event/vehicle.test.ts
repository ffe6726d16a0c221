import {expect, test} from "vitest";
import {VEHICLE} from "../event.ts";
import {createReader} from "./read.ts";

const TIME = "2026-11-24T16:04:26.752Z";
const read = (vehicle_id: unknown) =>
  createReader()({
    key: null,
    value: Buffer.from(JSON.stringify({vehicle_id, timestamp: TIME, latitude: 48, longitude: 11})),
  });

test.each<[unknown, string]>([
  ["KA 01 AB 1234", "KA 01 AB 1234"],
  ["M-ÜX 42", "M-ÜX 42"],
  ["品川 500 さ 12-34", "品川 500 さ 12-34"],
  ["กข 1234", "กข 1234"],
  ["fleet/north/7", "fleet/north/7"],
  ["driver@example.com", "driver@example.com"],
  ["+4915112345678", "+4915112345678"],
  ["#7 (spare)", "#7 (spare)"],
  ["urn:ngsi-ld:Vehicle:vehicle:WasteManagement:1", "urn:ngsi-ld:Vehicle:vehicle:WasteManagement:1"],
  ["  truck-7\t", "truck-7"],
  ["x".repeat(64), "x".repeat(64)],
  [867946050786710, "867946050786710"],
])("%j is a vehicle", (given, vehicle) => {
  expect(read(given).rows.map(({vehicle_id}) => vehicle_id)).toEqual([vehicle]);
  // The stream job goes by the same rule.
  expect(vehicle).toMatch(new RegExp(VEHICLE.pattern, "u"));
});

test.each<[unknown]>([
  [""],
  [" "],
  ["x".repeat(65)],
  ['a"b'],
  ["a\\b"],
  ["a|b"],
  ["a\nb"],
  ["a\u0000b"],
  ["a<b>"],
  ["a'b"],
  ["🚚"],
  [7.5],
  [true],
  [{id: 7}],
])("%j is none, and the reason names the rule", (given) => {
  expect(read(given).problems).toEqual([
    {
      reason: expect.stringContaining(
        "vehicle_id: 1 to 64 letters, digits, . _ : / + # @ ( ) - and blanks between them",
      ),
    },
  ]);
});
