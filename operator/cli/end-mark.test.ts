import {execFileSync, spawnSync} from "node:child_process";
import {text} from "node:stream/consumers";
import {expect, test} from "vitest";
import {EndMark, withEndMark} from "./end-mark.ts";

/** The output of these chunks, and whether it was complete. */
async function passed(...chunks: Buffer[]) {
  const output = new EndMark();
  for (const chunk of chunks) output.write(chunk);
  output.end();
  return [await text(output), output.seen];
}

const output = (...command: string[]): Buffer => {
  const [program, ...args] = withEndMark(command);
  return execFileSync(program!, args);
};

test("an output that came to its end is passed on as it was, however it is cut into chunks", async () => {
  const bytes = output("printf", "a\\nä\\n");
  expect(await passed(bytes)).toEqual(["a\nä\n", true]);
  expect(await passed(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(["a\nä\n", true]);
  expect(await passed(output("true"))).toEqual(["", true]);
});

test("the mark within an output, such as in a text of a vehicle, is a character like any other", async () => {
  const bytes = output("printf", "a\\004b\\004\\n");
  expect(await passed(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(["a\u0004b\u0004\n", true]);
});

test("one that lost its end is seen, wherever it was cut", async () => {
  const bytes = output("printf", "one\\ntwo\\n");
  for (let length = 0; length < bytes.length; length++)
    expect(await passed(bytes.subarray(0, length))).toEqual([bytes.subarray(0, length).toString(), false]);
});

test("arguments and exit code are the command's own", () => {
  const [program, ...args] = withEndMark(["sh", "-c", 'echo "$1"; exit 3', "sh", "it's $HOME"]);
  expect(spawnSync(program!, args)).toMatchObject({status: 3, stdout: Buffer.from("it's $HOME\n\u0004")});
});
