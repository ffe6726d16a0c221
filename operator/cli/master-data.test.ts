import {createReadStream} from "node:fs";
import {PassThrough} from "node:stream";
import {text} from "node:stream/consumers";
import {expect, test} from "vitest";
import {framed, wordsOf} from "./master-data.ts";

const linesOf = (file: ReturnType<typeof framed>) => text(file.lines());

test("a file goes to the pod as lines of base64, with a mark behind the last that a file which breaks off lacks", async () => {
  const bytes = Buffer.from([0, 10, 255, 13]);
  expect(await linesOf(framed(PassThrough.from([bytes, bytes])))).toBe("AAr/DQ==\nAAr/DQ==\n.\n");
  const folder = framed(createReadStream(import.meta.dirname));
  expect(await linesOf(folder)).toBe("!\n");
  expect(folder.problem).toMatch(/EISDIR/);
});

test("what an import did is said in words, without what did not happen", () => {
  const counts = {new: 2, changed: 0, corrected: 0, unchanged: 1, ended: 0};
  expect(wordsOf({what: "vehicles", rows: 3, ...counts, groups: 1, drivers: 0}, false)).toBe(
    "3 vehicles: 2 new, 1 unchanged; groups made: 1",
  );
  expect(wordsOf({what: "drivers", rows: 3, ...counts}, true)).toBe(
    "3 drivers: 2 new, 1 unchanged (nothing was written)",
  );
});
