import {spawn} from "node:child_process";
import {once} from "node:events";
import {expect, test} from "vitest";

/** Much more than a pipe holds. */
const BYTES = 4_000_000;

const ends = async (script: string) => {
  const source = `import {exitFlushed} from "./workloads/lib/output.ts"; ${script}`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", source], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let bytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const [code] = await once(child, "close");
  return {code, bytes};
};

test("a program that ends has printed all that it said, however slowly it is read", async () => {
  const print = `process.stdout.write("x".repeat(${BYTES}));`;
  expect(await ends(`${print} await exitFlushed(3);`)).toEqual({code: 3, bytes: BYTES});
});

test("one that nobody reads ends all the same", async () => {
  const source = `process.stdout.on("error", () => {}); process.stdout.write("x".repeat(${BYTES}));`;
  const child = spawn(
    process.execPath,
    [
      "--input-type=module-typescript",
      "-e",
      `import {exitFlushed} from "./workloads/lib/output.ts"; ${source} await exitFlushed(3);`,
    ],
    {stdio: ["ignore", "pipe", "ignore"]},
  );
  child.stdout.destroy();
  expect((await once(child, "close"))[0]).toBe(3);
});
