import {expect, test} from "vitest";
import {type Recommendation, scale} from "./autoscale.ts";

const spec = {replicas: 1, autoscale: {maxReplicas: 4, targetLag: 1_000}};

/** Looks every 5 s at the given lags; the replicas after each. */
function run(lags: (number | undefined)[], live = 1, behind = 12) {
  const history: Recommendation[] = [];
  return lags.map((lag, index) => {
    live = scale(spec, live, lag === undefined ? undefined : {lag, behind}, history, index * 5_000);
    return live;
  });
}

test("a lag that lasts adds pods up to the limit, a peak does not", () => {
  expect(run([0, 9_000, 9_000, 9_000, 9_000])).toEqual([1, 1, 1, 1, 4]);
  expect(run([9_000, 0, 9_000, 9_000, 9_000])).toEqual([1, 1, 1, 1, 1]);
  expect(run([2_500, 2_500, 2_500, 2_500])).toEqual([1, 1, 1, 3]);
});

test("pods go after five quiet minutes, not earlier, and never below replicas", () => {
  const quiet = run(Array(70).fill(0), 4);
  expect(quiet.indexOf(1)).toBe(60);
  expect(quiet.slice(0, 60)).toEqual(Array(60).fill(4));
  expect(run([...Array(50).fill(0), 3_500, ...Array(40).fill(0)], 4)).toEqual(Array(91).fill(4));
});

test("a partition that is stuck alone adds none: one ingester reads it", () => {
  expect(run(Array(100).fill(1e6), 1, 1)).toEqual(Array(100).fill(1));
  expect(run(Array(4).fill(1e6), 1, 2)).toEqual([1, 1, 1, 2]);
});

test("an unknown lag, as while the ingester starts, changes nothing", () => {
  expect(run(Array(100).fill(undefined), 3)).toEqual(Array(100).fill(3));
});

test("without autoscale, and switched off, replicas is what the spec says", () => {
  expect(scale({replicas: 2}, 5, {lag: 1e9, behind: 12}, [], 0)).toBe(2);
  expect(scale({...spec, replicas: 0}, 3, {lag: 1e9, behind: 12}, [], 0)).toBe(0);
});
