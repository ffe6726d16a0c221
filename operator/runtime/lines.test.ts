import {expect, test} from "vitest";
import {readLines} from "./lines.ts";

async function lines(chunks: Uint8Array[], all = false): Promise<string[]> {
  const result: string[] = [];
  for await (const line of readLines(
    (async function* () {
      yield* chunks;
    })(),
    all,
  ))
    result.push(line);
  return result;
}

test("cuts lines across any chunk border, inside a character as well", async () => {
  const bytes = new TextEncoder().encode('{"a":"é"}\n\n{"b":"日"}\nrest');
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(await lines([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(['{"a":"é"}', '{"b":"日"}', "rest"]);
  }
});

test("keeps empty lines where they are part of the output", async () => {
  const bytes = new TextEncoder().encode('a,"1\n\n2"\n');
  expect(await lines([bytes], true)).toEqual(['a,"1', "", '2"']);
});
