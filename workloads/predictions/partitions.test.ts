import {expect, test} from "vitest";
import {createPartitions} from "./partitions.ts";
import {createPart} from "./scorer.ts";

const part = createPart({max: -12, horizon: 120});
const isLost = () => false;

test("the vehicles of a partition go on where its last batch ended, past marks that are no messages", () => {
  const partitions = createPartitions();
  partitions.keep("0", {part, next: "10"});
  expect(partitions.take("0", "12")).toBe(part);
});

test("they are built anew for a batch that comes again, and after one that was not taken to its end", () => {
  const partitions = createPartitions();
  partitions.keep("0", {part, next: "10"});
  expect(partitions.take("0", "5")).toBe(undefined);
  partitions.keep("0", {part, next: "10"});
  partitions.take("0", "10");
  expect(partitions.take("0", "10")).toBe(undefined);
});

test("after the group has changed they go on only where nobody can have read meanwhile, and are forgotten where another reads", () => {
  const partitions = createPartitions();
  for (const place of ["0", "1", "2"]) partitions.keep(place, {part, next: "10"});
  partitions.regroup((place) => place === "2");
  expect(["0", "1", "2"].map((place) => partitions.take(place, place === "1" ? "11" : "10"))).toEqual([
    part,
    undefined,
    undefined,
  ]);
  partitions.keep("0", {part, next: "10"});
  partitions.regroup(isLost);
  partitions.keep("0", {part, next: "20"});
  expect(partitions.take("0", "21")).toBe(part);
});
