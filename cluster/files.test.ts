import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {afterEach, expect, test} from "vitest";
import {makeWhole} from "./files.ts";

const dir = join(mkdtempSync(join(tmpdir(), "files-")), "program");
const file = join(dir, "version");
afterEach(() => rmSync(dir, {recursive: true, force: true}));

test("a folder that several want at once is made once", async () => {
  let made = 0;
  const make = () => makeWhole(dir, async (out) => writeFileSync(join(out, "version"), String(++made)));
  await Promise.all([make(), make(), make()]);
  await make();
  expect(readFileSync(file, "utf8")).toBe("1");
});

test("another process that was faster has made it; nothing of one's own is left", async () => {
  await makeWhole(dir, async (out) => {
    writeFileSync(join(out, "version"), "mine");
    mkdirSync(dir);
    writeFileSync(file, "the other's");
  });
  expect(readFileSync(file, "utf8")).toBe("the other's");
  expect(readdirSync(dirname(dir))).toEqual(["program"]);
});

test("one that could not be made is not there, and is tried again", async () => {
  const failed = makeWhole(dir, async (out) => {
    writeFileSync(join(out, "version"), "half");
    throw new Error("the network is away");
  });
  await expect(failed).rejects.toThrow("the network is away");
  expect(existsSync(dir)).toBe(false);
  await makeWhole(dir, async (out) => writeFileSync(join(out, "version"), "whole"));
  expect(readFileSync(file, "utf8")).toBe("whole");
});
