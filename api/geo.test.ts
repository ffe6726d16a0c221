import {expect, test} from "vitest";
import {EARTH_KM, isPlace, isStep, kmBetween} from "./geo.ts";
import * as sql from "./geo-sql.ts";

/** The condition of SQL, as JavaScript: both know comparisons and brackets. */
const inSql = (condition: string, values: Record<string, number>): boolean =>
  new Function(
    "ABS",
    ...Object.keys(values),
    `return ${condition.replaceAll(" AND ", " && ").replaceAll(" OR ", " || ")}`,
  )(Math.abs, ...Object.values(values));

test.each([
  [0, 0],
  [0.0009, -0.0009],
  [0.001, 0],
  [0, 11],
  [51, 0],
  [90, 0],
  [-90, 120],
  [89.999, 120],
])("the stream job, the dashboards and the console agree whether %d/%d is a place", (latitude, longitude) => {
  expect(inSql(sql.isPlace(), {latitude, longitude})).toBe(isPlace({latitude, longitude}));
});

test("they agree which step a vehicle can have driven", () => {
  const from = {latitude: 48, longitude: 11};
  for (const seconds of [0, 1, 60, 3_600]) {
    const most = Number(new Function(`return ${sql.mostKm(String(seconds))}`)());
    for (const factor of [0.99, 1.01]) {
      const to = {latitude: 48 + (most * factor * 180) / (Math.PI * EARTH_KM), longitude: 11};
      expect([seconds, factor, isStep(from, to, seconds * 1_000)]).toEqual([
        seconds,
        factor,
        kmBetween(from, to) <= most,
      ]);
    }
  }
});
