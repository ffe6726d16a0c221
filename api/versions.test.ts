import {expect, test} from "vitest";
import {refusal, versions} from "./versions.ts";

const tested = ["1.0", "1.1", "1.2"];
test.each([
  ["the same version", "1.1", "1.1", ""],
  ["the next one", "1.0", "1.1", ""],
  ["a step that is left out", "1.0", "1.2", "from 1.0 the next step is 1.1"],
  ["a way back", "1.2", "1.1", "it runs at 1.2, and its data cannot go back to 1.1"],
  ["an unknown one that runs", "0.9", "1.1", "it runs at 0.9, from where no step was tested"],
])("%s", (_, from, to, why) => {
  expect(refusal(tested, from, to)).toBe(why);
});

test.each(Object.entries(versions))("%s has its versions oldest first, each once", (_, list) => {
  const rising = [...new Set(list)].sort((one, other) => one.localeCompare(other, "en", {numeric: true}));
  expect(list).toEqual(rising);
});
