import {pino} from "pino";
import {expect, test} from "vitest";
import {createUnreadable} from "./unreadable.ts";

test("what cannot be read is a problem for as long as it is heard, and is logged once", () => {
  let now = 0;
  const lines: string[] = [];
  const log = pino({level: "warn"}, {write: (line: string) => void lines.push(line)});
  const {hear, words} = createUnreadable(log, () => now);
  expect(words()).toBeUndefined();
  for (; now < 60_000; now += 1_000) hear("unreadable: a batch");
  expect(words()).toBe("unreadable: a batch");
  expect(lines).toHaveLength(1);
  now += 30_000;
  expect(words()).toBeUndefined();
});
