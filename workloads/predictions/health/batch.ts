import type pg from "pg";
import {RULE} from "../../../api/models.ts";
import {number, text} from "../../lib/environment.ts";
import {connected, inTransaction} from "../../lib/postgres.ts";
import {postAlerts} from "../alerts.ts";
import {loadModel} from "../model.ts";
import {runToEnd} from "../problem.ts";
import {inProduction} from "../registry.ts";
import {featureRows, openSource, TABLE} from "../source.ts";
import {alertsOf} from "./alerts.ts";
import {HEALTH_FEATURES, healthSql} from "./features.ts";
import {healthTarget} from "./target.ts";

/**
 * Predicts for each vehicle whether its cooling unit fails on the day after the last whole one before INTERVAL_END (default: now), notes what came of
 * earlier predictions, and warns by Alertmanager if ALERTMANAGER_URL is set. A run that is repeated does the same. Prints counts.
 */
const MODEL = "cooling-unit";
const DAY_MS = 86_400_000;
/** Late events have come by then. */
const SETTLED_MS = 30 * 60_000;
/** Of predictions whose outcome is looked for. */
const OPEN_DAYS = 7;

interface Day {
  vehicle: string;
  /** ms since the epoch: the end of the day. */
  end: number;
  features: number[];
  rule: number;
  label: number | null;
}

const now = new Date(process.env.INTERVAL_END ?? Date.now());
const until = new Date(Math.floor((now.getTime() - SETTLED_MS) / DAY_MS) * DAY_MS);

await runToEnd(async () => {
  const days = await readDays();
  const {predictions, ...told} = await connected((client) =>
    inTransaction(client, async () => {
      const ofNow = days.filter(({end}) => end === until.getTime());
      const known = days.filter(({label}) => label !== null);
      return {...(await predict(client, ofNow)), settled: await settle(client, known)};
    }),
  );
  const failing = predictions.filter(({label}) => label === "failing");
  const url = process.env.ALERTMANAGER_URL;
  if (url && failing.length > 0) await postAlerts(url, alertsOf(failing, aboutOf(), new Date()));
  const day = new Date(until.getTime() - DAY_MS).toISOString().slice(0, 10);
  process.stdout.write(`${JSON.stringify({day, predicted: predictions.length, failing: failing.length, ...told})}\n`);
});

function aboutOf() {
  return {namespace: text("NAMESPACE"), pipeline: text("PIPELINE"), site: process.env.CONSOLE_URL || undefined};
}

/** Of some days, the last with the one before it for what has changed. */
async function readDays(): Promise<Day[]> {
  const since = new Date(until.getTime() - OPEN_DAYS * DAY_MS);
  const sql = healthSql({table: TABLE, since, until, target: healthTarget()});
  const source = await openSource();
  const days: Day[] = [];
  try {
    for await (const [vehicle, seconds, ...figures] of source.rows(featureRows(sql, HEALTH_FEATURES))) {
      const width = HEALTH_FEATURES.length;
      days.push({
        vehicle: vehicle as string,
        end: (seconds as number) * 1_000,
        features: figures.slice(0, width).map((value) => (value as number | null) ?? Number.NaN),
        rule: figures[width] as number,
        label: figures[width + 1] as number | null,
      });
    }
  } finally {
    await source.close();
  }
  return days;
}

/** By the model in production; by the rule where there is none, or it cannot be used. */
async function predict(client: pg.Client, days: Day[]) {
  const wanted = await inProduction(client, MODEL);
  let problem: string | undefined;
  const model =
    wanted &&
    (await loadModel(wanted, {names: HEALTH_FEATURES, target: healthTarget()}).catch(({message}: Error) => {
      problem = message;
    }));
  const scores = model
    ? await model.score(Float32Array.from(days.flatMap((day) => day.features)), days.length)
    : days.map(({rule}) => rule);
  const threshold = number("COOLING_THRESHOLD", model?.threshold ?? 0.5);
  const version = model?.version ?? RULE;
  const predictions = days.map(({vehicle}, at) => ({
    vehicle,
    score: scores[at]!,
    label: scores[at]! >= threshold ? "failing" : "healthy",
  }));
  await client.query(
    `INSERT INTO prediction (vehicle_id, ts, model, version, horizon, score, label)
     SELECT vehicle_id, $1, $2, $3, interval '1 day', score, label
     FROM unnest($4::text[], $5::float8[], $6::text[]) AS one (vehicle_id, score, label)
     ON CONFLICT (vehicle_id, ts, model) DO UPDATE
       SET version = excluded.version, score = excluded.score, label = excluded.label`,
    [
      ...[until, MODEL, version],
      predictions.map(({vehicle}) => vehicle),
      predictions.map(({score}) => score),
      predictions.map(({label}) => label),
    ],
  );
  return {version, threshold, predictions, problem};
}

/** Notes what happened after predictions whose day is over; returns how many. */
async function settle(client: pg.Client, days: Day[]): Promise<number> {
  const {rowCount} = await client.query(
    `UPDATE prediction SET actual = outcome.label
     FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS outcome (vehicle_id, ts, label)
     WHERE prediction.model = $4 AND prediction.actual IS NULL
       AND prediction.vehicle_id = outcome.vehicle_id AND prediction.ts = outcome.ts`,
    [
      days.map(({vehicle}) => vehicle),
      days.map(({end}) => new Date(end)),
      days.map(({label}) => (label ? "failing" : "healthy")),
      MODEL,
    ],
  );
  return rowCount ?? 0;
}
