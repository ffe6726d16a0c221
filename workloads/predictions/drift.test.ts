import {expect, test} from "vitest";
import {random} from "../simulator/random.ts";
import {createDrift} from "./drift.ts";
import type {Card} from "./registry.ts";

const EVEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** Four in ten are zero, three in ten one. */
const OFTEN = [0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1];
const card = {
  features: [
    {name: "even", deciles: EVEN},
    {name: "often", deciles: OFTEN},
  ],
} as Card;
const next = random(2);
const often = () => [0, 0, 0, 0.1, 0.3, 0.6, 0.8, 1, 1, 1][Math.floor(next() * 10)]!;
const rowsOf = (even: () => number, other: () => number) =>
  Float32Array.from({length: 40_000}, (_, at) => (at % 2 ? other() : even()));
const NOW = Date.UTC(2026, 10, 3);

test("data like the training's has an index of nearly zero, also of a figure that is often the same", () => {
  const drift = createDrift(card);
  drift.see(
    rowsOf(() => next() * 10, often),
    20_000,
    NOW,
  );
  const indices = drift.indices(NOW)!;
  expect([indices.get("even")! < 0.05, indices.get("often")! < 0.05]).toEqual([true, true]);
});

test("data that has moved has a large one, of the feature that has", () => {
  const drift = createDrift(card);
  drift.see(
    rowsOf(() => 5 + next() * 10, often),
    20_000,
    NOW,
  );
  const indices = drift.indices(NOW)!;
  expect([indices.get("even")! > 0.25, indices.get("often")! < 0.05]).toEqual([true, true]);
});

test("what is older than an hour does not count, and few events say nothing", () => {
  const drift = createDrift(card);
  drift.see(
    rowsOf(() => 20, often),
    20_000,
    NOW,
  );
  expect(drift.indices(NOW + 3_700_000)).toBe(undefined);
});
