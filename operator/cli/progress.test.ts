import {afterEach, beforeEach, expect, test, vi} from "vitest";
import {showProgress} from "./progress.ts";

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(console, "error").mockImplementation((text) => void said.push(text));
});
afterEach(() => void vi.restoreAllMocks());

async function* lines(...texts: string[]) {
  for (const text of texts) yield Buffer.from(`${text}\n`);
}
const at = (part: number, parts: number) => JSON.stringify({part, parts, resume: `mark-${part}`, rows: part * 10});

test("a log gets a line for each eighth of the parts, and the last mark is where a cut export continues", async () => {
  const all = Array.from({length: 200}, (_, index) => at(index + 1, 256));
  expect(await showProgress(lines(...all))).toBe("mark-200");
  expect(said).toEqual(
    [32, 64, 96, 128, 160, 192].map((part) => `part ${part} of 256, ${part * 10} events (--resume mark-${part})`),
  );
});

test("each of few parts gets a line, and other output is passed on", async () => {
  expect(await showProgress(lines(at(1, 2), "a warning", at(2, 2)))).toBe("mark-2");
  expect(said).toEqual([
    "part 1 of 2, 10 events (--resume mark-1)",
    "a warning",
    "part 2 of 2, 20 events (--resume mark-2)",
  ]);
});
