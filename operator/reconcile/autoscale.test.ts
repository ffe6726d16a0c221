import {expect, test} from "vitest";
import {type Recommendation, scale} from "./autoscale.ts";

const spec = {replicas: 1, autoscale: {maxReplicas: 4, targetLag: 1_000}};

/** Looks every 5 s at the given lags; the replicas after each. */
function run(lags: (number | undefined)[], live = 1) {
  const history: Recommendation[] = [];
  return lags.map((lag, index) => {
    live = scale(spec, live, lag, history, index * 5_000);
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

test("an unknown lag, as while the ingester starts, changes nothing", () => {
  expect(run(Array(100).fill(undefined), 3)).toEqual(Array(100).fill(3));
});

test("without autoscale, and switched off, replicas is what the spec says", () => {
  expect(scale({replicas: 2}, 5, 1e9, [], 0)).toBe(2);
  expect(scale({...spec, replicas: 0}, 3, 1e9, [], 0)).toBe(0);
});
