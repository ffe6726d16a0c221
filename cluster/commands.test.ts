import {spawnSync} from "node:child_process";
import {join} from "node:path";
import {expect, test} from "vitest";

const run = (...args: string[]) => {
  const {status, stdout, stderr} = spawnSync(process.execPath, [join(import.meta.dirname, "main.ts"), ...args]);
  return {code: status, out: String(stdout), err: String(stderr)};
};

test("--help shows the commands, and a command's --help its options, without a cluster", () => {
  expect(run("--help")).toMatchObject({code: 0, out: expect.stringMatching(/^ {2}kubectl +Run kubectl/m), err: ""});
  expect(run("stop", "--help").out).toMatch(/--purge +Remove its data as well/);
});

test.each([
  [["stop", "--purg"], /^error: stop takes no option --purg; did you mean --purge\?\n/],
  [["strat"], /^error: unknown command "strat"; did you mean "start"\?\n/],
])("%j is refused with what is right", (args, message) => {
  expect(run(...args)).toMatchObject({code: 2, out: "", err: expect.stringMatching(message)});
});
