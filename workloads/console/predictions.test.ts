import {expect, test} from "vitest";
import {readPredictions} from "./predictions.ts";

const ts = new Date("2026-01-01T00:00:00Z");
const row = (label: string) => ({vehicle: "lorry-7", model: "cold-chain-breach", label, score: 0.9, ts});

test("a vehicle whose newest prediction says that nothing is wrong is not warned of", async () => {
  const {warnings} = readPredictions(async () => [row("breach"), row("none"), row("healthy"), row("stuck")]);
  expect((await warnings()).map(({label}) => label)).toEqual(["breach", "stuck"]);
});

test("what came of a prediction is shown beside it", async () => {
  const {past} = readPredictions(async () => [
    {model: "cooling-unit", version: 2, label: "failing", score: 0.8, actual: "healthy", ts},
  ]);
  expect(await past("lorry-7", 0, 1)).toEqual([
    {model: "cooling-unit", version: 2, label: "failing", score: 0.8, actual: "healthy", ms: ts.getTime()},
  ]);
});
