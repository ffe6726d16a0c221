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

/** A warning that is sent. */
export interface Warning extends Pick<Judgement, "vehicle" | "model" | "label" | "score"> {
  place: string;
  /** When the label was last so, by the vehicle's events, ms since the epoch. */
  held: number;
  /** The rest by this process's clock: when it heard of the vehicle last, when the warning began, and when it ended, unless it holds. */
  heard: number;
  startedAt: number;
  endedAt: number | undefined;
  /** When Alertmanager was last told. */
  toldAt: number | undefined;
}

/** What may become one. */
interface Candidate extends Pick<Warning, "place" | "label" | "heard"> {
  /** When the label began to hold, by the vehicle's events. */
  since: number;
  isOmitted: boolean;
}

/** Older events are history: they are stored, and nobody is warned. */
const LATE_MS = 120_000;
/** A label holds for so long, at two events at least, before anybody is warned: a second less than scores are apart, as events are not even. */
const HOLDS_MS = 4_000;
const OVER_MS = 60_000;
const SILENT_MS = 120_000;
const RENEW_MS = 30_000;
const ROUND_MS = 2_000;
const MOST = 1_000;
/** Alerts of one request. */
const AT_ONCE = 200;

/** Warns of vehicles by Alertmanager. Only what holds now is in memory, and only that is ever sent: nothing queues up while Alertmanager is away. */
export function createDecisions({url, about, log, now = Date.now}: Parts): Decisions {
  const candidates = new Map<string, Candidate>();
  const warnings = new Map<string, Warning>();
  let problem: string | undefined;
  let omitted = 0;
  return {
    observe(place, judgements) {
      for (const judgement of judgements) if (judgement.ms > now() - LATE_MS) hear(place, judgement);
    },
    forget(isForgotten) {
      for (const all of [candidates, warnings])
        for (const [key, {place}] of all) if (isForgotten(place)) all.delete(key);
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

  function hear(place: string, judgement: Judgement) {
    const {vehicle, model, label, ms, score} = judgement;
    const key = `${model} ${vehicle}`;
    const warning = warnings.get(key);
    if (!warning) return consider(key, place, judgement);
    warning.heard = now();
    if (label !== "none") Object.assign(warning, {place, label, score, held: ms, endedAt: undefined});
    else if (ms - warning.held >= OVER_MS) warning.endedAt ??= now();
  }

  function consider(key: string, place: string, {vehicle, model, label, ms, score}: Judgement) {
    const candidate = candidates.get(key);
    if (label === "none") candidates.delete(key);
    else if (candidate?.label !== label) candidates.set(key, {place, label, since: ms, heard: now(), isOmitted: false});
    else if (ms - candidate.since < HOLDS_MS) candidate.heard = now();
    else if (warnings.size >= MOST) omit(candidate);
    else {
      candidates.delete(key);
      const times = {held: ms, heard: now(), startedAt: now(), endedAt: undefined, toldAt: undefined};
      warnings.set(key, {place, vehicle, model, label, score, ...times});
    }
  }

  /** It begins when others have ended, if it holds then. */
  function omit(candidate: Candidate) {
    candidate.heard = now();
    if (candidate.isOmitted) return;
    candidate.isOmitted = true;
    decisionsOmitted.inc();
    if (omitted++ % MOST === 0) log.warn({omitted}, "too many warnings hold at once: some are not sent");
  }

  async function tell() {
    const at = now();
    for (const [key, {heard}] of candidates) if (heard < at - SILENT_MS) candidates.delete(key);
    for (const [key, warning] of warnings) {
      if (warning.heard < at - SILENT_MS) warning.endedAt ??= at;
      // Alertmanager never heard of it, or has ended it by itself meanwhile.
      const isGone = warning.toldAt === undefined || warning.toldAt < at - LASTS_MS;
      if (warning.endedAt !== undefined && isGone) warnings.delete(key);
    }
    const due = [...warnings].filter(
      ([, {toldAt, endedAt}]) => toldAt === undefined || endedAt !== undefined || toldAt <= at - RENEW_MS,
    );
    decisionsActive.set(warnings.size);
    for (let first = 0; url && first < due.length; first += AT_ONCE) {
      const some = due.slice(first, first + AT_ONCE);
      const alerts = some.map(([, warning]) => alertOf(about, warning, at));
      const ended = some.filter(([, {endedAt}]) => endedAt !== undefined);
      await postAlerts(url, alerts);
      for (const [, warning] of some) warning.toldAt = at;
      for (const [key, warning] of ended) {
        if (warning.endedAt !== undefined) warnings.delete(key);
        // It holds again meanwhile.
        else warning.toldAt = undefined;
      }
    }
    if (problem && due.length > 0) {
      log.info("Alertmanager takes warnings again");
      problem = undefined;
    }
  }
}
