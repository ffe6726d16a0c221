import {expect, test} from "vitest";
import {fit, metresPerPixel, niceBelow, toLatitude, toLongitude, toX, toY, zoomed} from "./projection.ts";

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
