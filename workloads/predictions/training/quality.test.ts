import {describe, expect, test} from "vitest";
import {leastGain, refusalOf} from "./gate.ts";
import {areaUnderCurve, averagePrecision, falseAlarms, qualityOf, ranked, type Scored, thresholdOf} from "./quality.ts";

/** Rows of one vehicle, unless others are named. */
const scored = (scores: number[], labels: number[], vehicles = labels.map(() => 0)): Scored => ({
  scores: Float32Array.from(scores),
  labels: Uint8Array.from(labels),
  vehicles: Int32Array.from(vehicles),
});

describe("the order of scores", () => {
  // By scikit-learn's definitions, worked out by hand.
  test.each([
    ["perfect", [4, 3, 2, 1], [1, 1, 0, 0], 1, 1],
    ["reversed", [1, 2, 3, 4], [1, 1, 0, 0], 0, (1 / 3 + 2 / 4) / 2],
    ["one exchanged", [4, 3, 2, 1], [1, 0, 1, 0], 0.75, (1 + 2 / 3) / 2],
    ["all the same", [1, 1, 1, 1], [1, 0, 1, 0], 0.5, 0.5],
    ["some the same", [2, 2, 1, 1], [1, 0, 1, 0], 0.5, 0.5],
    ["nothing happened", [2, 1], [0, 0], 0.5, 0],
    ["it always happened", [2, 1], [1, 1], 0.5, 1],
  ])("%s", (_, scores, labels, auc, precision) => {
    const rows = scored(scores, labels);
    const order = ranked(rows.scores);
    expect(areaUnderCurve(rows, order)).toBeCloseTo(auc, 12);
    expect(averagePrecision(rows, order)).toBeCloseTo(precision, 12);
  });

  test("rows of a vehicle that is drawn twice count twice", () => {
    const once = scored([4, 3, 2, 1], [1, 0, 1, 0], [0, 0, 1, 1]);
    const twice = scored([4, 3, 2, 2, 1, 1], [1, 0, 1, 1, 0, 0], [0, 0, 1, 1, 1, 1]);
    expect(averagePrecision(once, ranked(once.scores), Uint32Array.of(1, 2))).toBeCloseTo(
      averagePrecision(twice, ranked(twice.scores)),
      12,
    );
  });
});

describe("the threshold", () => {
  const ten = Array.from({length: 12}, (_, at) => 12 - at);
  test.each([
    [
      "is the lowest at which nine in ten are right",
      ten,
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1],
      {threshold: 3, recall: 0.9},
    ],
    ["takes rows of one score together", [3, 3, 2], [1, 0, 1], {threshold: 2, recall: 0}],
    ["is that of the best F1 where nine in ten are never right", [3, 2, 1], [0, 1, 0], {threshold: 2, recall: 0}],
    ["warns of nothing where nothing happened", [2, 1], [0, 0], {threshold: Number.POSITIVE_INFINITY, recall: 0}],
  ])("%s", (_, scores, labels, expected) => {
    const rows = scored(scores, labels);
    expect(thresholdOf(rows, ranked(rows.scores))).toEqual(expected);
  });
});

test("false alarms are counted by vehicle and week, those that follow one another once", () => {
  const rows = scored([9, 9, 1, 9, 9, 9], [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 1]);
  // Six days of two vehicles: one alarm that goes on, one more, and one of the other vehicle.
  expect(falseAlarms(rows, 5, 86_400)).toBeCloseTo(3 / (6 / 7), 12);
  expect(qualityOf(rows, 86_400).quality.falseAlarms).toBeGreaterThan(0);
});

describe("the gate", () => {
  const good = {auc: 0.9, averagePrecision: 0.8, recall: 0.7, falseAlarms: 1};
  const rule = {auc: 0.8, averagePrecision: 0.7, recall: 0.5, falseAlarms: 1};
  test.each([
    [{model: good, rule, gain: 0.01}, undefined],
    [{model: good, rule, gain: 0}, /0\.800 is not surely above the rule's 0\.700 \(difference from 0\.000 on\)$/],
    [{model: {...good, recall: 0.4}, rule, gain: 0.01}, /tells 0\.400 of what happens, the rule 0\.500$/],
    [{model: {...good, auc: 0.59}, rule, gain: 0.01}, /ROC curve 0\.590 is below 0\.6$/],
    [{model: {...good, auc: 0.5, recall: 0}, rule, gain: -1}, /surely above.*; at a precision.*; area under/],
  ])("%o", (figures, expected) => {
    if (expected) expect(refusalOf(figures)).toMatch(expected);
    else expect(refusalOf(figures)).toBeUndefined();
  });

  test("is sure of a gain that all vehicles have, and not of one that a single vehicle has", () => {
    const fleet = (better: number) => {
      const vehicles = Array.from({length: 20}, (_, at) => [at, at, at, at]).flat();
      const labels = vehicles.map((_, at) => (at % 4 === 0 ? 1 : 0));
      const blind = vehicles.map(() => 0);
      const seeing = vehicles.map((vehicle, at) => (vehicle < better ? labels[at]! : 0));
      return leastGain(scored(seeing, labels, vehicles), scored(blind, labels, vehicles));
    };
    expect(fleet(20)).toBeGreaterThan(0.5);
    expect(fleet(1)).toBe(0);
    expect(fleet(0)).toBe(0);
  });
});
