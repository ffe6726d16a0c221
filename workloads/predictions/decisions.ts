import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {type About, alertOf, LASTS_MS, postAlerts} from "./alerts.ts";
import {decisionsActive, decisionsFailed, decisionsOmitted} from "./metrics.ts";
import type {Judgement} from "./scorer.ts";

interface Parts {
  /** Of Alertmanager; undefined: nobody is told. */
  url: string | undefined;
  about: About;
  log: Logger;
  now?: () => number;
}

interface Decisions {
  /** @param place partition that the events came from */
  observe(place: string, judgements: Judgement[]): void;
  /** Others tell of the vehicles of these partitions from now on. */
  forget(isForgotten: (place: string) => boolean): void;
  /** One round: ends what is over, and tells Alertmanager what it has not been told lately. Rejects when it does not answer. */
  tell(): Promise<void>;
  run(signal: AbortSignal): Promise<void>;
  /** Why Alertmanager is not told, for people. */
  readonly problem: string | undefined;
}

/** A warning, or what may become one. */
export interface Warning extends Pick<Judgement, "vehicle" | "model" | "label" | "score"> {
  place: string;
  /** Times of the vehicle's events, ms since the epoch: when the label began to hold, and when it was last so. */
  since: number;
  held: number;
  /** When this process heard of the vehicle last, ms since the epoch. */
  heard: number;
  /** When the warning began, and when it ended, by this process's clock; undefined: not (yet). */
  startedAt?: number;
  endedAt?: number;
  /** When Alertmanager was last told. */
  toldAt?: number;
}

/** Older events are history: they are stored, and nobody is warned. */
const LATE_MS = 120_000;
/** A label holds for so long, at two events at least, before anybody is warned. */
const HOLDS_MS = 5_000;
const OVER_MS = 60_000;
const SILENT_MS = 120_000;
const RENEW_MS = 30_000;
const ROUND_MS = 2_000;
const MOST = 1_000;
/** Alerts of one request. */
const AT_ONCE = 200;

/** Warns of vehicles by Alertmanager. Only what holds now is in memory, and only that is ever sent: nothing queues up while Alertmanager is away. */
export function createDecisions({url, about, log, now = Date.now}: Parts): Decisions {
  const warnings = new Map<string, Warning>();
  let problem: string | undefined;
  let omitted = 0;
  const active = () => [...warnings.values()].filter(({startedAt}) => startedAt !== undefined);
  return {
    observe(place, judgements) {
      for (const judgement of judgements) if (judgement.ms > now() - LATE_MS) hear(place, judgement);
    },
    forget(isForgotten) {
      for (const [key, {place}] of warnings) if (isForgotten(place)) warnings.delete(key);
    },
    tell,
    async run(signal) {
      while (!signal.aborted) {
        await tell().catch((error) => {
          decisionsFailed.inc();
          const next = `Alertmanager does not take warnings: ${error.message}`;
          if (next !== problem) log.warn({err: error}, "Alertmanager does not take warnings; trying again");
          problem = next;
        });
        await sleep(ROUND_MS, signal);
      }
    },
    get problem() {
      return problem;
    },
  };

  function hear(place: string, {vehicle, model, label, ms, score}: Judgement) {
    const key = `${model} ${vehicle}`;
    const warning = warnings.get(key);
    if (label === "none") {
      if (!warning) return;
      warning.heard = now();
      if (warning.startedAt === undefined) warnings.delete(key);
      else if (ms - warning.held >= OVER_MS) warning.endedAt ??= now();
      return;
    }
    if (!warning || warning.endedAt !== undefined || warning.label !== label) {
      // One that ended and is not told yet goes on; another fault of the same sensor begins anew.
      const before = warning?.label === label ? warning : undefined;
      warnings.set(key, {place, vehicle, model, label, score, since: ms, held: ms, heard: now(), ...kept(before)});
      return;
    }
    Object.assign(warning, {place, score, held: ms, heard: now()});
    if (warning.startedAt === undefined && ms - warning.since >= HOLDS_MS) start(warning);
  }

  function start(warning: Warning) {
    if (active().length < MOST) warning.startedAt = now();
    else {
      decisionsOmitted.inc();
      if (omitted++ % MOST === 0) log.warn({omitted}, "too many warnings hold at once: some are not sent");
      warnings.delete(`${warning.model} ${warning.vehicle}`);
    }
  }

  async function tell() {
    const at = now();
    for (const [key, warning] of warnings) {
      if (warning.heard < at - SILENT_MS) {
        if (warning.startedAt === undefined) warnings.delete(key);
        else warning.endedAt ??= at;
      }
      // Nobody heard of it, or Alertmanager has ended it by itself meanwhile.
      const isGone = warning.toldAt === undefined || warning.toldAt < at - LASTS_MS;
      if (warning.endedAt !== undefined && isGone) warnings.delete(key);
    }
    decisionsActive.set(active().filter(({endedAt}) => endedAt === undefined).length);
    const due = active().filter(
      ({toldAt, endedAt}) => toldAt === undefined || endedAt !== undefined || toldAt <= at - RENEW_MS,
    );
    for (let first = 0; url && first < due.length; first += AT_ONCE) {
      const some = due.slice(first, first + AT_ONCE);
      const ended = some.filter(({endedAt}) => endedAt !== undefined);
      await postAlerts(
        url,
        some.map((warning) => alertOf(about, warning, at)),
      );
      for (const warning of some) warning.toldAt = at;
      for (const {model, vehicle} of ended) warnings.delete(`${model} ${vehicle}`);
    }
    if (problem && due.length > 0) {
      log.info("Alertmanager takes warnings again");
      problem = undefined;
    }
  }
}

/** Of a warning that ended and holds again before Alertmanager was told so. */
const kept = (before: Warning | undefined) =>
  before?.startedAt === undefined
    ? {}
    : {startedAt: before.startedAt, ...(before.toldAt === undefined ? {} : {toldAt: before.toldAt})};
