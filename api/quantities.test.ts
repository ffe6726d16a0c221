import {expect, test} from "vitest";
import {bytesOf, bytesText, coresOf, cpuText, durationOf, secondsOf} from "./quantities.ts";

test("durations and quantities have one meaning", () => {
  expect(["90s", "15m", "12h", "7d"].map(secondsOf)).toEqual([90, 900, 43_200, 604_800]);
  expect([90, 900, 43_200, 604_800].map(durationOf)).toEqual(["90s", "15m", "12h", "7d"]);
  expect(["50m", "2", "1500m"].map(coresOf)).toEqual([0.05, 2, 1.5]);
  expect(bytesOf("5Gi")).toBe(5 * 2 ** 30);
  // As the API server writes sizes, or others in their claims.
  expect(["1Pi", "1Ti", "1536Mi", "10G", "1.5G", "1000", "1e3", "128974848000m"].map(bytesOf)).toEqual([
    2 ** 50,
    2 ** 40,
    1536 * 2 ** 20,
    10e9,
    1.5e9,
    1000,
    1000,
    128974848,
  ]);
});

test("quantities are written as the API server writes them", () => {
  expect([2, "2", "2000m", "0.5", "1.5", "250m"].map(cpuText)).toEqual(["2", "2", "2", "500m", "1500m", "250m"]);
  expect(["1024Mi", "1536Mi", "512Mi", "1048576Ki", "1000M", "512M", "5Gi"].map(bytesText)).toEqual([
    "1Gi",
    "1536Mi",
    "512Mi",
    "1Gi",
    "1G",
    "512M",
    "5Gi",
  ]);
});
