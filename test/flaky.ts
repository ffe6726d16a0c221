import {type ChildProcess, spawn} from "node:child_process";
import {once} from "node:events";
import {closeSync, existsSync, mkdtempSync, openSync, readFileSync} from "node:fs";
import {availableParallelism, tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {parseArgs} from "node:util";
import {type Failure, failuresIn, tally} from "./failures.ts";

/**
 * `make flaky`: runs test files again and again beside programs that do nothing but take CPU, and says what failed how often. Exits with 1
 * unless every run passed.
 */
const {values, positionals: files} = parseArgs({
  allowPositionals: true,
  options: {times: {type: "string", default: "10"}, load: {type: "string", default: String(availableParallelism())}},
});
const [times, busy] = [Number(values.times), Number(values.load)];
if (files.length === 0 || !(times > 0) || !(busy >= 0)) {
  console.error('usage: make flaky FILES="test/apiserver/faults.test.ts …" [TIMES=10] [LOAD=number of busy programs]');
  process.exit(2);
}
const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "flaky-"));

/** Ends with this program at the latest, however that ends. */
const BUSY = "const parent = process.ppid; while (process.ppid === parent);";
const load = Array.from({length: busy}, () => spawn(process.execPath, ["-e", BUSY], {stdio: "ignore"}));
const failures: Failure[] = [];
let red = 0;
try {
  for (let run = 1; run <= times; run++) {
    const began = performance.now();
    const log = join(folder, `${run}.log`);
    const failed = await runOnce(log, join(folder, `${run}.json`));
    failures.push(...failed);
    if (failed.length > 0) red++;
    const verdict = failed.length > 0 ? `✗ ${failed.length} failed, see ${log}` : "✓ passed";
    console.log(`run ${run}: ${verdict} (${((performance.now() - began) / 1_000).toFixed(1)} s)`);
  }
} finally {
  for (const child of load) child.kill("SIGKILL");
}
console.log([`${times - red} of ${times} runs passed`, ...tally(failures, times)].join("\n"));
process.exit(red > 0 ? 1 : 0);

/** What failed in one run of vitest. */
async function runOnce(log: string, report: string): Promise<Failure[]> {
  const output = openSync(log, "w");
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...files];
  const vitest: ChildProcess = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", ...args], {
    cwd: root,
    stdio: ["ignore", output, output],
  });
  const [code] = await once(vitest, "exit");
  closeSync(output);
  const failed = existsSync(report) ? failuresIn(JSON.parse(readFileSync(report, "utf8")), root) : [];
  // A set-up that fails, an error between two tests or no test at all: the report has no line of these.
  if (code !== 0 && failed.length === 0) return [{test: files.join(" "), error: `vitest ended with ${code}`}];
  return failed;
}
