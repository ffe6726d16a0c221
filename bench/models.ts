import {once} from "node:events";
import {chmodSync, createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {type DuckDBConnection, DuckDBInstance} from "@duckdb/node-api";
import type {ModelName} from "../api/models.ts";
import {runIn} from "../test/data/in-image.ts";
import {rootfsOf} from "../test/data/rootfs.ts";
import {openModel, type Scorer} from "../workloads/predictions/onnx.ts";
import type {Quality} from "../workloads/predictions/registry.ts";
import {type Cell, featureRows} from "../workloads/predictions/source.ts";
import {cardOf} from "../workloads/predictions/training/card.ts";
import {bytesIn, readDataset, writeDataset} from "../workloads/predictions/training/dataset.ts";
import {planOf} from "../workloads/predictions/training/plans.ts";
import type {Scored} from "../workloads/predictions/vehicles.ts";
import {parseFleet} from "../workloads/simulator/config.ts";
import {Fleet} from "../workloads/simulator/fleet.ts";
import {live} from "./live.ts";

/** °C, of a hold that is kept at -18. */
const MAX = "-12";
const FROM = Date.UTC(2026, 9, 1);
const STEP_MS = 1_000;
const FAILING = {coolingUnitPerMillion: 300_000, coolingUnitHours: 48};

interface Trial {
  model: ModelName;
  scenario: string;
  hours: number;
  rate: number;
  faults?: object;
  /** Whether it is also judged in production. */
  isLive?: boolean;
}

const TRIALS: Trial[] = [
  {model: "cold-chain-breach", scenario: "cold-chain", hours: 48, rate: 0.2},
  {model: "cold-chain-breach", scenario: "delivery", hours: 48, rate: 0.2, faults: FAILING, isLive: true},
  {model: "cooling-unit", scenario: "delivery", hours: 21 * 24, rate: 1 / 30, faults: FAILING},
];
const VEHICLES = 60;
/** Others, which a model in production predicts of: their first rounds. */
const LIVE = {vehicles: 12, hours: 14, rates: [0.2, 1]};

/** How much better than their rules models are, on vehicles that they were not trained on: by the steps of a real training, and a simulated fleet. */
export async function models(): Promise<void> {
  process.env.COLD_CHAIN_MAX = MAX;
  const [root] = (await rootfsOf(["training"])) as [string];
  for (const trial of TRIALS) {
    const folder = mkdtempSync(join(tmpdir(), "models-"));
    try {
      await train(trial, folder, root);
    } finally {
      rmSync(folder, {recursive: true});
    }
  }
}

async function train({model, isLive, ...fleet}: Trial, folder: string, root: string): Promise<void> {
  const work = join(folder, "work");
  const {events, meta, extracted} = await extract(model, {...fleet, from: 0, to: VEHICLES}, folder, work);
  const began = performance.now();
  await runIn(
    {root, folder: join(folder, "python"), env: {WORK: "/work"}, mounts: {"/work": work}, confined: {user: 10_001}},
    "exec python3 /opt/train.py",
  );
  const trained = lap(began);
  const dataset = readDataset(work);
  const scorer = await openModel(readFileSync(join(work, "model.onnx")), meta.features.length, "the model");
  const training = JSON.parse(readFileSync(join(work, "training.json"), "utf8"));
  const card = await cardOf({dataset, training, scorer, trained: new Float32Array(bytesIn(work, "scores.f32"))});
  console.log(
    `\n${model}, ${fleet.scenario}, ${VEHICLES} vehicles for ${fleet.hours} h: ${events} events, ${meta.rows} rows, ${meta.positives} positive`,
  );
  console.log(`extracted in ${extracted}, trained in ${trained}; ONNX differs by ${card.parity.toExponential(0)}`);
  console.log("         AUC    AP     recall  false alarms/vehicle-week");
  for (const [name, quality] of [["model", card.model] as const, ["rule", card.rule] as const])
    console.log(line(name, quality));
  const [right, wrong, missed, quiet] = await confusion(dataset, scorer, card.threshold);
  console.log(
    `confusion at ${card.threshold.toFixed(3)}: right ${right}, wrong ${wrong}, missed ${missed}, quiet ${quiet}`,
  );
  console.log(card.refusal ?? "promoted");
  if (isLive) await judgeLive(fleet, scorer, card.threshold, folder);
}

/** The model in production, of other vehicles, which report as often as those that it was trained on, and more often. */
async function judgeLive(
  fleet: Omit<Trial, "model">,
  scorer: Scorer,
  threshold: number,
  folder: string,
): Promise<void> {
  const target = {max: Number(MAX), horizon: 120};
  for (const rate of LIVE.rates) {
    const others = {...fleet, rate, hours: LIVE.hours, from: VEHICLES, to: VEHICLES + LIVE.vehicles};
    const {connection, events} = await simulated(others, folder);
    const {stored, warned, right, came} = await live(inOrder(connection), {scorer, threshold}, target);
    connection.closeSync();
    console.log(
      `live, ${LIVE.vehicles} other vehicles for ${LIVE.hours} h at ${rate} events/s: ${events} events, ${stored} predictions, ${warned} warn; precision ${(right / warned).toFixed(3)}, recall ${(right / came).toFixed(3)}`,
    );
  }
}

/** As the scorer takes them. */
async function* inOrder(connection: DuckDBConnection): AsyncIterable<Scored[]> {
  const result = await connection.stream(
    "SELECT vehicle_id, epoch_ms(ts)::double, speed, temperature FROM telemetry ORDER BY ts",
  );
  for await (const rows of result.yieldRows())
    yield (rows as [string, number, number | null, number | null][]).map(([vehicle_id, ms, speed, temperature]) => ({
      ...{vehicle_id, ts: new Date(ms), speed, temperature},
      ...{humidity: null, latitude: null, longitude: null},
    }));
}

const lap = (began: number) => `${((performance.now() - began) / 1_000).toFixed(0)} s`;

/** Simulates a fleet and writes what there is to learn from it into a folder. */
async function extract(model: ModelName, fleet: Simulated, folder: string, work: string) {
  const {connection, events} = await simulated(fleet, folder);
  const {features, target, sampling, step, sql} = planOf(model);
  mkdirSync(work);
  chmodSync(work, 0o777);
  const [since, until] = [new Date(FROM), new Date(FROM + fleet.hours * 3_600_000)];
  const wanted = featureRows(sql({table: "telemetry", since, until, step}), features, "label IS NOT NULL");
  const began = performance.now();
  const meta = await writeDataset(work, rowsOf(connection, wanted), {
    ...{model, features: [...features], target, sampling, step, source: "lake"},
    ...{since: since.toISOString(), until: until.toISOString()},
  });
  const extracted = lap(began);
  connection.closeSync();
  return {events, meta, extracted};
}

const line = (name: string, {auc, averagePrecision, recall, falseAlarms}: Quality): string =>
  `${name.padEnd(8)} ${auc.toFixed(3)}  ${averagePrecision.toFixed(3)}  ${recall.toFixed(3)}   ${falseAlarms.toFixed(1)}`;

/** Rows of the test vehicles: warned and it came, warned and not, not warned and it came, neither. */
async function confusion(
  {features, labels, test, meta}: ReturnType<typeof readDataset>,
  scorer: Awaited<ReturnType<typeof openModel>>,
  threshold: number,
) {
  const scores = await scorer.score(features, meta.rows);
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < meta.rows; row++)
    if (test[row]) counts[(scores[row]! >= threshold ? 0 : 2) + (labels[row] ? 0 : 1)]!++;
  return counts;
}

async function* rowsOf(connection: DuckDBConnection, sql: string): AsyncIterable<Cell[]> {
  const result = await connection.stream(sql);
  for await (const rows of result.yieldRows()) yield* rows as Cell[][];
}

/** The vehicles of a fleet from a number up to, not including, another. */
interface Simulated extends Omit<Trial, "model" | "isLive"> {
  from: number;
  to: number;
}

/** A fleet's events in a table of DuckDB. */
async function simulated({scenario, hours, rate, faults, from, to}: Simulated, folder: string) {
  const config = parseFleet({vehicles: VEHICLES + LIVE.vehicles, ratePerVehicle: rate, scenario, seed: 7, faults});
  const fleet = new Fleet(config, {from, to}, FROM);
  const path = join(folder, "events.csv");
  const file = createWriteStream(path);
  const last = FROM + hours * 3_600_000 - 1;
  let events = 0;
  for (let now = FROM; ; now = Math.min(now + STEP_MS / rate, last)) {
    for (const some of fleet.due(now)) {
      const lines = some.map(({value}) => {
        const {vehicle_id, timestamp, speed, temperature} = JSON.parse(value);
        return `${vehicle_id},${timestamp},${speed},${temperature}\n`;
      });
      events += some.length;
      if (!file.write(lines.join(""))) await once(file, "drain");
    }
    if (now >= last) break;
  }
  file.end();
  await once(file, "finish");
  const database = await DuckDBInstance.create(":memory:", {memory_limit: "3GB", temp_directory: folder});
  const connection = await database.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const columns = "{vehicle_id: 'text', ts: 'timestamptz', speed: 'double', temperature: 'double'}";
  await connection.run(`CREATE TABLE telemetry AS SELECT * FROM read_csv('${path}', columns = ${columns})`);
  return {connection, events};
}
