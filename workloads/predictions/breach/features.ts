import type {BreachTarget} from "./target.ts";

/** What a hold has done up to its newest sampled reading, over those of the last 60 s and 300 s, both ends included. NaN is what none says. */
export interface Summary {
  /** Of the reading, ms since the epoch. */
  ms: number;
  /** Seconds since the oldest reading of the last 300 s. */
  history: number;
  /** °C. */
  temperature: number;
  oldestTemperature: number;
  meanTemperature60: number;
  meanTemperature300: number;
  /** Least squares, °C a second; 0 of a single reading. */
  slope60: number;
  slope300: number;
  /** km/h. */
  speed: number;
  meanSpeed60: number;
  meanSpeed300: number;
  maxSpeed60: number;
  /** Share of the readings at which the vehicle stood. */
  standing300: number;
}

interface Feature {
  name: string;
  /** In PostgreSQL and DuckDB, over the windows of `breachSql`. */
  sql(target: BreachTarget): string;
  /** The same of a vehicle's state. */
  value(summary: Summary, target: BreachTarget): number;
}

/**
 * Seconds: of a vehicle, the first reading in each that has a temperature is sampled, counted from the epoch on. Features are of these alone, so that
 * they mean the same of vehicles that report more often.
 */
export const SAMPLING = 5;
/** Seconds: the two windows, multiples of that, and the least history that a score is made from. */
const [SHORT, LONG] = [60, 300];
export const WINDOWS = {shortMs: SHORT * 1_000, longMs: LONG * 1_000};
export const LEAST_HISTORY = 60;
/** km/h: slower stands. */
export const STANDING = 1;

const slope = (over: string) =>
  `CASE WHEN count(*) OVER ${over} > 1 THEN coalesce(regr_slope(temperature, seconds) OVER ${over}, 0) ELSE 0 END`;
const DAY = `(CAST(extract(epoch FROM ts) AS double precision) * ${(2 * Math.PI) / 86_400})`;
const dayOf = (ms: number) => (ms / 1_000) * ((2 * Math.PI) / 86_400);

/** The features of model "cold-chain-breach", in the order of its input. */
export const FEATURES: Feature[] = [
  {
    name: "margin",
    sql: ({max}) => `${max} - temperature`,
    value: ({temperature}, {max}) => max - temperature,
  },
  {
    name: "margin_mean_60",
    sql: ({max}) => `${max} - avg(temperature) OVER short`,
    value: ({meanTemperature60}, {max}) => max - meanTemperature60,
  },
  {
    name: "margin_mean_300",
    sql: ({max}) => `${max} - avg(temperature) OVER long`,
    value: ({meanTemperature300}, {max}) => max - meanTemperature300,
  },
  {name: "slope_60", sql: () => slope("short"), value: ({slope60}) => slope60},
  {name: "slope_300", sql: () => slope("long"), value: ({slope300}) => slope300},
  {
    name: "change_300",
    sql: () => "temperature - first_value(temperature) OVER long",
    value: ({temperature, oldestTemperature}) => temperature - oldestTemperature,
  },
  {name: "speed", sql: () => "speed", value: ({speed}) => speed},
  {name: "speed_mean_60", sql: () => "avg(speed) OVER short", value: ({meanSpeed60}) => meanSpeed60},
  {name: "speed_mean_300", sql: () => "avg(speed) OVER long", value: ({meanSpeed300}) => meanSpeed300},
  {name: "speed_max_60", sql: () => "max(speed) OVER short", value: ({maxSpeed60}) => maxSpeed60},
  {
    name: "standing_300",
    sql: () =>
      `avg(CASE WHEN speed < ${STANDING} THEN CAST(1 AS double precision) WHEN speed >= ${STANDING} THEN CAST(0 AS double precision) END) OVER long`,
    value: ({standing300}) => standing300,
  },
  {name: "hour_sin", sql: () => `sin(${DAY})`, value: ({ms}) => Math.sin(dayOf(ms))},
  {name: "hour_cos", sql: () => `cos(${DAY})`, value: ({ms}) => Math.cos(dayOf(ms))},
];

export const FEATURE_NAMES: string[] = FEATURES.map(({name}) => name);

/** Beyond it a score is 0 or 1, and SQL would report an overflow. */
const STEEPEST = 50;

/** The rule's score: 0.5 where the line of the last 60 s reaches the limit at the end of the horizon. */
export function ruleScore({temperature, slope60}: Summary, {max, horizon}: BreachTarget): number {
  const left = max - temperature - slope60 * horizon;
  return 1 / (1 + Math.exp(Math.min(STEEPEST, Math.max(-STEEPEST, left))));
}

interface Wanted {
  /** A table, or what stands for one in FROM, with vehicle_id, ts, temperature and speed. */
  table: string;
  since: Date;
  until: Date;
  target: BreachTarget;
  /** Seconds: the first of the sampled readings in each that can be scored is a row. */
  step: number;
}

/**
 * Rows to train on, for PostgreSQL and DuckDB alike: vehicle_id, ts, each feature, `rule` (its score) and `label` (1: the hold got warmer than allowed
 * within the horizon, by all readings; null: the vehicle's readings end before). A sampled reading has a row if it is not too warm itself, and has a
 * minute of history. Without a temperature an event is none; of several of one time, one counts. `since` is a multiple of SAMPLING.
 */
export function breachSql({table, since, until, target, step}: Wanted): string {
  const {max, horizon} = target;
  const at = (date: Date, seconds = 0) => `TIMESTAMPTZ '${new Date(date.getTime() + seconds * 1_000).toISOString()}'`;
  const names = FEATURE_NAMES.join(", ");
  const ahead = `INTERVAL '${horizon} seconds'`;
  const range = (name: string, seconds: number) =>
    `${name} AS (PARTITION BY vehicle_id ORDER BY ts RANGE BETWEEN INTERVAL '${seconds} seconds' PRECEDING AND CURRENT ROW)`;
  return `
WITH reading AS (
  SELECT vehicle_id, ts, CAST(temperature AS double precision) AS temperature, CAST(speed AS double precision) AS speed,
    floor(CAST(extract(epoch FROM ts) AS double precision) / ${SAMPLING}) AS slot,
    CAST(extract(epoch FROM ts - ${at(since)}) AS double precision) AS seconds
  FROM ${table}
  WHERE temperature IS NOT NULL AND ts >= ${at(since, -LONG)} AND ts < ${at(until, horizon + LONG)}),
-- From the end on, one pass says of each reading when a breach comes next: a window ahead of it would be read again at each.
outcome AS (
  SELECT *, lead(slot) OVER back AS before, min(CASE WHEN temperature > ${max} THEN ts END) OVER back AS warm, max(ts) OVER back AS last
  FROM reading
  WINDOW back AS (PARTITION BY vehicle_id ORDER BY ts DESC)),
sampled AS (
  SELECT vehicle_id, ts, temperature, speed, seconds,
    CASE WHEN warm <= ts + ${ahead} THEN 1 WHEN last >= ts + ${ahead} THEN 0 END AS label
  FROM outcome WHERE before IS DISTINCT FROM slot),
described AS (
  SELECT vehicle_id, ts, temperature, seconds, label,
    ${FEATURES.map((feature) => `${feature.sql(target)} AS "${feature.name}"`).join(",\n    ")},
    seconds - min(seconds) OVER long AS history
  FROM sampled
  WINDOW ${range("short", SHORT)},
    ${range("long", LONG)}),
scored AS (
  SELECT *, row_number() OVER (PARTITION BY vehicle_id, floor(seconds / ${step}) ORDER BY ts) AS place
  FROM described
  WHERE ts >= ${at(since)} AND ts < ${at(until)} AND temperature <= ${max} AND history >= ${LEAST_HISTORY})
SELECT vehicle_id, ts, ${names},
  1 / (1 + exp(least(${STEEPEST}, greatest(-${STEEPEST}, margin - slope_60 * ${horizon})))) AS rule,
  label
FROM scored WHERE place = 1 ORDER BY vehicle_id, ts`;
}
