import {randomUUID} from "node:crypto";
import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {unlessStopped} from "../lib/stop.ts";
import type {Druid} from "./druid.ts";
import {
  type Contents,
  causeOf,
  DAY_MS,
  dayName,
  daysOf,
  differing,
  druidDays,
  firstWhole,
  loadTask,
  PREDICTIONS_KEPT_AS,
  predictionsTable,
  rowsOf,
  sameContents,
  taskPrefix,
} from "./prediction-days.ts";
import {databaseDays, type Offer, type RowServer} from "./prediction-rows.ts";
import type {Wanted} from "./tables.ts";

const MINUTE_MS = 60_000;
/** From one comparison to the next: of an idle table, after an error, and after something was loaded, which makes a segment each time. */
const PAUSES = {idle: MINUTE_MS, failed: 5 * MINUTE_MS, loaded: 10 * MINUTE_MS, most: 360 * MINUTE_MS};
/** A large table is busy with it no more than a twentieth of the time. */
const SHARE = 20;

/** Days whose predictions still learn what came of them: a week, and the one that it begins in. */
const OPEN_DAYS = 8;
const POLL_MS = 1_000;

/** How long is waited for a task that does not read, and does not end either: Druid may have to do other tasks first, or make a large segment. */
const TASK_MS = 60 * MINUTE_MS;
/** And for a historical to load a segment that is in object storage. */
const ANSWER_MS = 5 * MINUTE_MS;

/** What is needed to bring predictions to Druid. */
interface Loading {
  druid: Druid;
  wanted: Wanted;
  rows: RowServer;
  /** How Druid's processes reach this one. */
  url: string;
  /** How long TimescaleDB keeps rows, seconds. */
  keptSeconds: number;
  log: Logger;
  signal: AbortSignal;
}

/**
 * Loads predictions until the signal aborts.
 *
 * @param tell is told each time why they could not be loaded; undefined: they were
 */
export async function keepLoading(loading: Loading, tell: (problem: string | undefined) => void): Promise<void> {
  const {log, signal} = loading;
  let ended = false;
  let allOn = "";
  while (!signal.aborted) {
    const began = Date.now();
    let pause = PAUSES.failed;
    try {
      if (!ended) await endEarlier(loading);
      ended = true;
      // Older days change by what comes very late, and by nothing else.
      const today = dayName(began);
      const loaded = await loadPredictions(loading, allOn !== today);
      allOn = today;
      tell(undefined);
      pause = Math.min(PAUSES.most, Math.max(loaded > 0 ? PAUSES.loaded : PAUSES.idle, SHARE * (Date.now() - began)));
    } catch (error) {
      if (signal.aborted) return;
      tell((error as Error).message);
      log.warn({err: error}, "predictions could not be loaded");
    }
    await sleep(pause, signal);
  }
}

/**
 * Brings Druid's table of predictions to what TimescaleDB has, by days: those that differ are loaded anew. Returns how many were.
 *
 * @param all otherwise those days alone whose predictions may still change
 * @throws Error what Druid or TimescaleDB says against it
 */
export async function loadPredictions(loading: Loading, all: boolean): Promise<number> {
  const {druid, wanted, keptSeconds} = loading;
  const now = Date.now();
  const whole = firstWhole(now, [keptSeconds, wanted.retention[PREDICTIONS_KEPT_AS]]);
  const since = all ? whole : Math.max(whole, Math.floor(now / DAY_MS - OPEN_DAYS) * DAY_MS);
  const [database, warehouse] = [await databaseDays(since), daysOf(await druid.sql(druidDays(wanted, since)))];
  const days = differing(database, warehouse);
  for (const day of days) await load(loading, day);
  return days.length;
}

/** Ends what an earlier process began: Druid would wait for its rows for ever. */
async function endEarlier({druid, wanted, log}: Loading): Promise<void> {
  const tasks: any[] = await druid.get(`/druid/indexer/v1/tasks?datasource=${predictionsTable(wanted)}`);
  for (const {id, statusCode} of tasks) {
    if (statusCode !== "RUNNING" || !id.startsWith(taskPrefix(wanted))) continue;
    await druid.post(`/druid/indexer/v1/task/${id}/shutdown`, {});
    log.info({task: id}, "a task whose rows no process has any more was ended");
  }
}

async function load(loading: Loading, day: number): Promise<void> {
  const {druid, wanted, rows, url, log} = loading;
  const offer = rows.offer(day);
  try {
    const {task} = await druid.post(
      "/druid/indexer/v1/task",
      loadTask(wanted, day, `${url}${offer.path}`, randomUUID()),
    );
    await untilEnded(loading, offer, task, `task ${task}`);
    await untilAnswered(loading, day, offer.sent, task);
    log.info({day: dayName(day), rows: rowsOf(offer.sent), task}, "predictions of a day were loaded");
  } finally {
    rows.close(offer);
  }
}

/** Druid keeps what it is asked for longer than that: an error of one question says nothing of the task. */
async function untilEnded(loading: Loading, offer: Offer, task: string, what: string): Promise<void> {
  const {druid, signal} = loading;
  const path = `/druid/indexer/v1/task/${task}`;
  const began = Date.now();
  const end = async (problem: string) => {
    await druid.post(`${path}/shutdown`, {}).catch(() => undefined);
    throw new Error(`${what}: ${problem}`);
  };
  for (;;) {
    const {status} = await druid.get(`${path}/status`).catch((error: Error) => ({status: {errorMsg: error.message}}));
    if (status.statusCode === "SUCCESS") return;
    if (status.statusCode === "FAILED") throw new Error(`${what}: ${await wordsOf(druid, path, status.errorMsg)}`);
    if (offer.problem) await end(offer.problem);
    if (Date.now() - (offer.readAt ?? began) > TASK_MS)
      await end(`it neither reads nor ends, and was ended itself${status.errorMsg ? `: ${status.errorMsg}` : ""}`);
    await unlessStopped(sleep(POLL_MS, signal), signal);
  }
}

/** Why a task failed: its report has all of it, and its status the beginning. */
async function wordsOf(druid: Druid, path: string, short: string): Promise<string> {
  const reports = await druid.get(`${path}/reports`).catch(() => undefined);
  return causeOf(reports?.ingestionStatsAndErrors?.payload?.errorMsg ?? short);
}

/** Until then another comparison would find the day as it was before. */
async function untilAnswered(loading: Loading, day: number, sent: Contents | undefined, task: string): Promise<void> {
  const {druid, wanted, signal} = loading;
  if (!sent) throw new Error(`task ${task} has ended without reading the day's rows`);
  const began = Date.now();
  for (;;) {
    const has = daysOf(await druid.sql(druidDays(wanted, day, day + DAY_MS))).get(day);
    if (sameContents(sent, has)) return;
    if (Date.now() - began > ANSWER_MS)
      throw new Error(
        `task ${task} has loaded ${rowsOf(sent)} rows of ${dayName(day)}, and Druid answers with ${rowsOf(has)}: see whether its historicals have room for the segment`,
      );
    await unlessStopped(sleep(POLL_MS, signal), signal);
  }
}
