import {rmSync} from "node:fs";
import {afterAll, expect, test} from "vitest";
import {openInstance} from "./instance.ts";
import {run} from "./shell.ts";

const NAME = "opened-at-once";
afterAll(async () => rmSync((await openInstance(NAME)).dir, {recursive: true}));

test("processes that open an instance at once agree on its ports and tokens", async () => {
  // All have loaded by then.
  const at = Date.now() + 2_000;
  const program = `import {openInstance} from "./cluster/instance.ts";
    await new Promise((next) => setTimeout(next, ${at} - Date.now()));
    const {apiPort, consolePort, tokens} = await openInstance("${NAME}");
    console.log(JSON.stringify({apiPort, consolePort, tokens}));`;
  const args = ["--input-type=module-typescript", "-e", program];
  const seen = await Promise.all(Array.from({length: 6}, () => run(process.execPath, args)));
  expect(new Set(seen).size).toBe(1);
});

test("a scope that changes is never read in part", async () => {
  const opens = (scope: string) => `import {openInstance} from "./cluster/instance.ts";
    for (let round = 0; round < 500; round++) await openInstance("${NAME}", ${scope});`;
  const runs = ['["cluster", "control-plane"][round % 2]', "undefined", "undefined"].map((scope) =>
    run(process.execPath, ["--input-type=module-typescript", "-e", opens(scope)]),
  );
  await Promise.all(runs);
});
