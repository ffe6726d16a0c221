import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {modelNamed} from "../../../api/models.ts";
import {number, text} from "../../lib/environment.ts";
import {runToEnd} from "../problem.ts";
import {featureRows, openSource, type Source, TABLE} from "../source.ts";
import {type Meta, writeDataset} from "./dataset.ts";
import {type Plan, planOf} from "./plans.ts";

/**
 * `extract MODEL`, the first step of a training: writes features and labels of the days before INTERVAL_END (default: now) into the folder WORK, for
 * train.py and then judge.ts. Where there is too little to learn from, result.json says so, and the further steps do nothing: that is no failure.
 */
const LEAST_POSITIVES = 30;
/** More would take a pod's memory, and teach little: steps are longer then. */
const MOST_ROWS = 2_000_000;

await runToEnd(async () => {
  const model = modelNamed(process.argv[2] ?? "");
  const plan = planOf(model);
  const work = text("WORK");
  const source = await openSource();
  try {
    const meta = await extract(model, plan, work, source);
    const skipped = "skipped" in meta ? meta.skipped : shortOf(meta);
    if (skipped) writeFileSync(join(work, "result.json"), JSON.stringify({skipped}));
    process.stdout.write(`${JSON.stringify(skipped ? {skipped} : meta)}\n`);
  } finally {
    await source.close();
  }
});

async function extract(
  model: string,
  {features, target, sampling, unit, days, ...plan}: Plan,
  work: string,
  source: Source,
): Promise<Meta | {skipped: string}> {
  const end = new Date(process.env.INTERVAL_END ?? Date.now()).getTime();
  const until = new Date(Math.floor(end / unit / 1_000) * unit * 1_000);
  const since = new Date(until.getTime() - days * 86_400_000);
  const {vehicles, seconds} = await extentOf(source, since, until);
  const least = number("MIN_VEHICLES", 10);
  if (vehicles < least) return {skipped: `not enough data yet: events of ${vehicles} vehicles, of ${least} needed`};
  const step = Math.max(plan.step, Math.ceil((vehicles * seconds) / MOST_ROWS));
  const sql = plan.sql({table: TABLE, since, until, step});
  return writeDataset(work, source.rows(featureRows(sql, features, "label IS NOT NULL")), {
    ...{model, features: [...features], target, sampling, step, source: source.name},
    ...{since: since.toISOString(), until: until.toISOString()},
  });
}

/** How many vehicles sent something, and for how long. */
async function extentOf(source: Source, since: Date, until: Date): Promise<{vehicles: number; seconds: number}> {
  const within = `ts >= TIMESTAMPTZ '${since.toISOString()}' AND ts < TIMESTAMPTZ '${until.toISOString()}'`;
  const sql = `SELECT count(DISTINCT vehicle_id)::float8, extract(epoch FROM max(ts) - min(ts))::float8 FROM ${TABLE} WHERE ${within}`;
  for await (const [vehicles, seconds] of source.rows(sql))
    return {vehicles: vehicles as number, seconds: (seconds as number | null) ?? 0};
  return {vehicles: 0, seconds: 0};
}

/** What the data lacks to learn and to judge by. */
function shortOf({rows, vehicles, positives, testVehicles, testPositives}: Meta): string | undefined {
  const [leastRows, leastVehicles] = [number("MIN_ROWS", 1_000), number("MIN_VEHICLES", 10)];
  const lacks = [
    ...(vehicles < leastVehicles ? [`usable rows of ${vehicles} vehicles, of ${leastVehicles} needed`] : []),
    ...(rows < leastRows ? [`${rows} rows, of ${leastRows} needed`] : []),
    ...(positives < LEAST_POSITIVES ? [`it happened ${positives} times, of ${LEAST_POSITIVES} needed`] : []),
    ...(testPositives === 0 ? [`it never happened to the ${testVehicles} vehicles that a model is judged by`] : []),
    ...(testPositives === positives && positives > 0
      ? ["it never happened to the vehicles that a model learns from"]
      : []),
  ];
  return lacks.length > 0 ? `not enough data yet: ${lacks.join("; ")}` : undefined;
}
