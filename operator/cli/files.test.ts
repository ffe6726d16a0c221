import {existsSync, mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, test} from "vitest";
import {sendBytes} from "../../workloads/lake/files.ts";
import {receiveFiles} from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "files-"));
afterAll(() => rmSync(folder, {recursive: true}));

const sent = async (files: Record<string, Buffer[]>): Promise<string[]> => {
  const lines: string[] = [];
  for (const [name, pieces] of Object.entries(files))
    await sendBytes(name, Buffer.concat(pieces).length, pieces, async (text) => {
      lines.push(...text.trimEnd().split("\n"));
    });
  return lines;
};

test("files of any size come as they were, however they were cut", async () => {
  const large = Buffer.from(Uint8Array.from({length: 200_001}, (_, at) => (at * 31) % 251));
  const cuts = [0, 1, 50_000, 50_001, 149_000, large.length];
  const pieces = cuts.slice(1).map((end, at) => large.subarray(cuts[at], end));
  const receiver = receiveFiles((name) => join(folder, name));
  for (const line of await sent({"day=1/a": pieces, empty: [], b: [Buffer.from("b")]})) await receiver.add(line);
  expect(await receiver.finish()).toBe(3);
  expect(readFileSync(join(folder, "day=1/a")).equals(large)).toBe(true);
  expect(readFileSync(join(folder, "empty"))).toHaveLength(0);
  expect(readFileSync(join(folder, "b"), "utf8")).toBe("b");
});

test("a file that is cut off is refused, and does not have its name", async () => {
  const lines = await sent({c: [Buffer.alloc(100_000)]});
  const receiver = receiveFiles((name) => join(folder, name));
  for (const line of lines.slice(0, -1)) await receiver.add(line);
  await expect(receiver.finish()).rejects.toThrow("c came with 98304 of 100000 bytes");
  expect(existsSync(join(folder, "c"))).toBe(false);
});
