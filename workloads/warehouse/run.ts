import {collectDefaultMetrics} from "prom-client";
import {sleep} from "../../api/backoff.ts";
import {serve} from "../lib/http.ts";
import {logger} from "../lib/process.ts";
import {stopSignal} from "../lib/stop.ts";
import {openDruid} from "./druid.ts";
import {keep, type TableState} from "./keep.ts";
import * as metrics from "./metrics.ts";
import {rowServer} from "./prediction-rows.ts";
import {keepLoading} from "./predictions.ts";
import {wantedPredictions, wantedTables} from "./wanted.ts";

/**
 * Keeps Druid's tables as the spec has them: supervisors, retention, compaction; and loads predictions where there are any. Serves how they are:
 * /metrics, and /status with `{problem, predictions}`: what keeps events from the tables, and predictions from theirs; null while nothing does.
 */
const PERIOD_MS = 10_000;
const signal = stopSignal();
const log = logger("warehouse-keeper");
const wanted = wantedTables();
const predictions = wantedPredictions();
const druid = openDruid();
const rows = rowServer();
const now: {problem: string | null; predictions: string | null} = {
  problem: "Druid has not been asked yet",
  predictions: null,
};

collectDefaultMetrics();
serve(8_080, () => now.problem === null, {"/status": async () => now}, rows.handler);
if (predictions)
  void keepLoading({...predictions, druid, wanted, rows, log, signal}, (problem) => {
    now.predictions = problem ?? null;
  });
while (!signal.aborted) {
  const before = now.problem;
  try {
    const states = await keep(druid, wanted, log, predictions && {problem: now.predictions ?? undefined});
    metrics.show(states);
    now.problem = problemOf(predictions ? states.slice(0, -1) : states);
    await metrics.ask(druid, wanted.table);
  } catch (error) {
    metrics.forget();
    now.problem = `Druid does not answer: ${(error as Error).message}`;
  }
  const {problem} = now;
  if (problem !== before) log[problem === null ? "info" : "warn"](problem ?? "each table is filled");
  await sleep(PERIOD_MS, signal);
}
process.exit(0);

function problemOf(states: TableState[]): string | null {
  const ill = states.filter(({healthy}) => !healthy);
  return ill.length === 0 ? null : ill.map(({table, problem}) => `table ${table}: ${problem}`).join("; ");
}
