import {spawn} from "node:child_process";
import {existsSync, readFileSync} from "node:fs";
import {relative} from "node:path";
import {repository} from "../cluster/instance.ts";
import {run} from "../cluster/shell.ts";
import {fitting} from "./report/budget.ts";
import {timesFile} from "./report/reporter.ts";

/**
 * `make quick`: types, lint, the unit tests, and the API server's tests that import what has changed since SINCE (default: the last commit), as
 * many as fit into three minutes. Those that do not fit are named.
 */
/** Of tests, which three workers share. */
const API_SECONDS = 240;
const since = process.argv[2] || "HEAD";
const vitest = ["node_modules/vitest/vitest.mjs"];

const times: Record<string, number> = existsSync(timesFile) ? JSON.parse(readFileSync(timesFile, "utf8")) : {};
const listed = await run(
  process.execPath,
  [...vitest, "list", "--project", "apiserver", "--changed", since, "--filesOnly", "--json"],
  {cwd: repository},
);
const touched = [
  ...new Set<string>((JSON.parse(listed || "[]") as {file: string}[]).map(({file}) => relative(repository, file))),
];
const {chosen, left} = fitting(touched, times, API_SECONDS);
console.log(`${chosen.length} of the API server's test files touch what changed since ${since}`);
if (left.length > 0) console.log(`not run, for time (make test has them): ${left.join(", ")}`);

const began = performance.now();
const commands = [
  ["npm", "run", "--silent", "check"],
  [process.execPath, ...vitest, "run", "--project", "unit", "--reporter", "dot"],
  ...(chosen.length > 0
    ? [[process.execPath, ...vitest, "run", "--project", "apiserver", "--reporter", "dot", ...chosen]]
    : []),
];
const codes = await Promise.all(commands.map(([program, ...args]) => ended(program!, args)));
console.log(
  `${codes.every((code) => code === 0) ? "✓" : "✗"} quick: ${Math.round((performance.now() - began) / 1_000)} s`,
);
process.exit(codes.every((code) => code === 0) ? 0 : 1);

/** Its output is printed whole once it has ended: three at once could not be read. */
function ended(program: string, args: string[]): Promise<number> {
  const child = spawn(program, args, {cwd: repository, stdio: ["ignore", "pipe", "pipe"]});
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return new Promise((done) => {
    child.once("close", (code) => {
      console.log(output.trimEnd());
      done(code ?? 1);
    });
  });
}
