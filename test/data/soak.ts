import {appendFileSync, existsSync, readFileSync} from "node:fs";
import {parseArgs} from "node:util";
import {STORES, storeIn} from "../../api/stores.ts";
import {prepareSchemas} from "./prepare.ts";
import {isExact, type Outcome, randomRun} from "./random-run.ts";
import {LANES, startStack} from "./stack.ts";

/**
 * `make soak`: many random runs beside one another, of the stores in turn. Each is repeated by its seed and stores (`SEED=n RUNS=1`); with a report file, the
 * runs that it holds are not done again. Exits with 1 unless all were exact.
 */
const {values} = parseArgs({
  options: {
    seed: {type: "string", default: String(Date.now() % 1_000_000)},
    runs: {type: "string", default: "1000"},
    lanes: {type: "string", default: String(LANES)},
    report: {type: "string", default: "soak.ndjson"},
    stores: {type: "string", default: STORES.join()},
  },
});
const stores = values.stores.split(",").map(storeIn);
const [first, runs, lanes] = [Number(values.seed), Number(values.runs), Number(values.lanes)];
const lines = existsSync(values.report) ? readFileSync(values.report, "utf8").trim().split("\n").filter(Boolean) : [];
const done = new Set(
  lines
    .map((line) => JSON.parse(line))
    .filter(({verdict}) => verdict)
    .map(({seed}) => seed as number),
);
const seeds = Array.from({length: runs}, (_, index) => first + index).filter((seed) => !done.has(seed));
console.log(
  `seed ${first}, stores ${stores}, ${runs} runs, ${runs - seeds.length} of them done before; report ${values.report}`,
);

const wanted = seeds.length;
const {stack, stop} = await startStack(lanes);
const outcomes: Outcome[] = [];
const failures: string[] = [];
try {
  await prepareSchemas(stack);
  await Promise.all(Array.from({length: lanes}, (_, lane) => work(lane)));
} finally {
  await stop();
}
const sum = (read: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + read(outcome), 0);
const most = (read: (outcome: Outcome) => number) => Math.max(0, ...outcomes.map(read));
console.log(
  [
    `${outcomes.filter(isExact).length} of ${wanted} runs exact, ${failures.length} not`,
    `events ${sum(({verdict}) => verdict.acknowledged)}, lost ${sum(({verdict}) => verdict.lost)}, extra ${sum(({verdict}) => verdict.extra)}, altered ${sum(({verdict}) => verdict.altered)}`,
    `slowest recovery ${(most(({recoveredMs}) => recoveredMs) / 1_000).toFixed(1)} s, slowest drain ${(most(({drainMs}) => drainMs) / 1_000).toFixed(1)} s`,
    ...failures,
  ].join("\n"),
);
process.exit(failures.length > 0 ? 1 : 0);

async function work(lane: number) {
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
    try {
      const outcome = await randomRun(stack, seed, lane, stores);
      outcomes.push(outcome);
      appendFileSync(values.report, `${JSON.stringify(outcome)}\n`);
      const {verdict, recoveredMs, drainMs, store, happenings} = outcome;
      const figures = `${verdict.acknowledged} events, recovered in ${(recoveredMs / 1_000).toFixed(1)} s, drained in ${(drainMs / 1_000).toFixed(1)} s`;
      console.log(`${isExact(outcome) ? "✓" : "✗"} ${seed} ${store}: ${figures}; ${happenings.join("; ")}`);
      if (!isExact(outcome)) failures.push(JSON.stringify(outcome));
    } catch (error) {
      const {message} = error as Error;
      failures.push(message);
      console.log(`✗ ${message}`);
    }
  }
}
