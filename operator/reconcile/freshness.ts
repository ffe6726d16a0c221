import {get, type IncomingMessage} from "node:http";
import {json} from "node:stream/consumers";
import type {Freshness} from "../../api/status.ts";

const TIMEOUT_MS = 3_000;

/** What the ingesters of a store say of it, live. Each pod says the same of its group. */
export interface Answer {
  /** When the newest event that is in the store came into Kafka. */
  newest: string | null;
  rows: number;
  lag?: number;
  heldBack?: number;
  behind?: number;
  expired?: number;
  problem?: string;
  held?: string;
  lost?: string;
}

/** What the status says of a store, and what only the autoscaler is told. */
export interface StoreFigures extends Freshness {
  load?: {lag: number; behind: number};
}

/** Asks an ingester of each store. One that does not answer gives undefined. */
export function readFreshness(name: string, namespace: string, stores: string[]): Promise<(Answer | undefined)[]> {
  return Promise.all(
    stores.map((store) =>
      ask(`http://${name}-ingester-${store}.${namespace}.svc.cluster.local:8080/freshness`).catch(() => undefined),
    ),
  );
}

/** One connection for one question: thousands of stores are asked every few seconds, and an idle connection costs more. */
async function ask(url: string): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, {agent: false, signal}, resolve).on("error", reject);
  });
  const answer = await json(response);
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  return answer as Answer;
}

/** How old a store's newest event is, in seconds; undefined if it has none. */
export const secondsOf = ({newest}: Pick<Answer, "newest">, now: number): number | undefined =>
  newest ? Math.max(0, Math.round((now - Date.parse(newest)) / 1_000)) : undefined;

/** What stays true until the next look: a class of age instead of an age, and words. */
export function figuresOf(store: string, answer: Answer, staleSeconds: number, now: number): StoreFigures {
  const {problem, held, lost, lag, heldBack = 0, behind = Number.POSITIVE_INFINITY} = answer;
  const seconds = secondsOf(answer, now);
  return {
    store,
    age: seconds === undefined ? "None" : seconds > staleSeconds ? "Stale" : "Fresh",
    ...(problem ? {problem} : {}),
    ...(held ? {held} : {}),
    ...(lost ? {lost} : {}),
    // What an open transaction holds back no ingester could read.
    ...(lag === undefined ? {} : {load: {lag: Math.max(0, lag - heldBack), behind}}),
  };
}

/** What to show: what was shown before, while it still says what is so. */
export function settle<F extends Freshness>(before: F[] | undefined, now: F[]): F[] {
  return now.map((fresh) => {
    const shown = before?.find(({store}) => store === fresh.store);
    const still = shown && shown.age === fresh.age && shown.held === fresh.held && shown.lost === fresh.lost;
    return still && kindOf(shown.problem) === kindOf(fresh.problem) ? shown : fresh;
  });
}

/** Of one kind, the store's words may differ each time: an address, a table's chunk. */
const kindOf = (problem: string | undefined) => problem?.split(":")[0];

export const summary = (freshness: Freshness[]): string =>
  freshness.map(({store, age}) => `${store} ${age ?? "-"}`).join(", ");
