import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {expect, test} from "vitest";
import {toX, toY} from "./projection.ts";
import {type Line, outlinesOf} from "./topology.ts";

const file = createRequire(import.meta.url).resolve("world-atlas/countries-50m.json");
const {land, lines, countries} = outlinesOf(JSON.parse(readFileSync(file, "utf8")));

/** How often a ring's edges are crossed on the way to the right: odd is inside. */
function crossings({points}: Line, x: number, y: number): number {
  let count = 0;
  for (let at = 0; at < points.length; at += 2) {
    const next = (at + 2) % points.length;
    const [x1, y1, x2, y2] = [points[at]!, points[at + 1]!, points[next]!, points[next + 1]!];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) count++;
  }
  return count;
}

test.each([
  ["Munich", 48.14, 11.58, true],
  ["the middle of the Atlantic", 30, -40, false],
  ["the Black Sea", 43.5, 34, false],
  ["Chukotka, beyond the 180th meridian", 66, -173.5, true],
  ["Siberia", 62, 110, true],
  ["the sea east of Kamchatka", 52, 175, false],
  ["Antarctica, whose ring goes around the pole", -82, 30, true],
])("%s is land: %s, %s → %s", (_, latitude, longitude, is) => {
  const crossed = land.reduce((sum, ring) => sum + crossings(ring, toX(longitude), toY(latitude)), 0);
  expect(crossed % 2 === 1).toBe(is);
});

test("no line jumps across the map", () => {
  for (const {points} of lines)
    for (let at = 2; at < points.length; at += 2) expect(Math.abs(points[at]! - points[at - 2]!)).toBeLessThan(0.5);
});

test("a country's name is in the middle of its largest part", () => {
  const france = countries.find(({name}) => name === "France")!;
  expect(Math.abs(france.x - toX(2.5))).toBeLessThan(toX(2) - toX(0));
  expect(Math.abs(france.y - toY(46.6))).toBeLessThan(toY(0) - toY(2));
});
