import {expect, test} from "vitest";
import {
  fit,
  metresPerPixel,
  nearTo,
  niceBelow,
  screenX,
  toLatitude,
  toLongitude,
  toX,
  toY,
  zoomed,
} from "./projection.ts";

test("a place comes back from the projection", () => {
  for (const [latitude, longitude] of [
    [48.137, 11.575],
    [-33.86, 151.2],
    [0, -180],
  ] as const) {
    expect(toLatitude(toY(latitude))).toBeCloseTo(latitude, 9);
    expect(toLongitude(toX(longitude))).toBeCloseTo(longitude, 9);
  }
});

test("all vehicles are inside the view that fits them", () => {
  const points = [
    [48.05, 11.4],
    [48.22, 11.7],
    [48.1, 11.5],
  ].map(([latitude, longitude]) => ({x: toX(longitude!), y: toY(latitude!)}));
  const view = fit(points, 800, 400)!;
  for (const {x, y} of points) {
    expect(Math.abs(x - view.x) * view.scale).toBeLessThan(400);
    expect(Math.abs(y - view.y) * view.scale).toBeLessThan(200);
  }
  expect(fit([], 800, 400)).toBeUndefined();
});

test("one vehicle alone is shown with its surroundings", () => {
  const view = fit([{x: toX(11.5), y: toY(48.1)}], 800, 400)!;
  expect(metresPerPixel(view) * 400).toBeGreaterThan(500);
  expect(metresPerPixel(view) * 400).toBeLessThan(5_000);
});

test("the place under the pointer stays there during a zoom", () => {
  const before = {x: 0.53, y: 0.34, scale: 100_000};
  const after = zoomed(before, 2, 120, -40);
  expect(after.x + 120 / after.scale).toBeCloseTo(before.x + 120 / before.scale, 12);
  expect(after.y - 40 / after.scale).toBeCloseTo(before.y - 40 / before.scale, 12);
});

test("a scale bar is a round number", () => {
  expect([0.034, 1.9, 2, 7_300].map(niceBelow)).toEqual([0.02, 1, 2, 5_000]);
});

test.each([
  ["around the 180th meridian", [170, -170, 175], 20],
  ["around Greenwich", [-10, 10, 0], 20],
  ["on three continents", [-100, 10, 140], 230],
])("vehicles %s are in the narrowest view that has them all", (_, longitudes, degrees) => {
  const points = longitudes.map((longitude) => ({x: toX(longitude), y: 0.5}));
  const view = fit(points, 860, 400)!;
  expect((0.86 * 860 * 360) / view.scale).toBeCloseTo(degrees, 6);
  for (const {x} of points) expect(Math.abs(screenX(view, x, 860) - 430)).toBeLessThanOrEqual(430);
});

test("a place is drawn at the turn of the world that is nearest", () => {
  expect(nearTo(toX(-179.9), toX(179.9))).toBeCloseTo(toX(180.1), 9);
  expect(nearTo(0.3, 0.4)).toBe(0.3);
});
