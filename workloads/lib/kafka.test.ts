import {expect, test} from "vitest";
import {portions} from "./kafka.ts";

test("no portion is too large for one record batch, and no message is lost or moved", () => {
  const messages = Array.from({length: 20_000}, (_, index) => ({
    key: `v${index % 7}`,
    value: `${index}`.padEnd(index % 500),
  }));
  const parts = portions(messages);
  expect(parts.flat()).toEqual(messages);
  for (const part of parts) expect(part.reduce((sum, {value}) => sum + value!.length, 0)).toBeLessThan(1_000_000);
});

test("a message that is larger than a portion goes alone", () => {
  const large = {key: "v", value: "x".repeat(900_000)};
  const small = {key: "v", value: "x"};
  expect(portions([small, large, small])).toEqual([[small], [large], [small]]);
  expect(portions([])).toEqual([]);
});
