import {expect, test} from "vitest";
import {readLines} from "./lines.ts";

async function lines(chunks: Uint8Array[]): Promise<string[]> {
  const result: string[] = [];
  for await (const line of readLines(
    (async function* () {
      yield* chunks;
    })(),
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
