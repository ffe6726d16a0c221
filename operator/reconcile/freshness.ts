import {get, type IncomingMessage} from "node:http";
import {json} from "node:stream/consumers";
import type {Freshness} from "../api/schema.ts";

const TIMEOUT_MS = 3_000;

/** Asks each store's ingester for the newest row that it can read back. One that does not answer gives undefined. */
export function readFreshness(name: string, namespace: string, stores: string[]): Promise<(Freshness | undefined)[]> {
  return Promise.all(
    stores.map(async (store) => {
      try {
        const url = `http://${name}-ingester-${store}.${namespace}.svc.cluster.local:8080/freshness`;
        const {newest, rows, lag, problem} = await ask(url);
        const known = {store, ...(lag === undefined ? {} : {lag}), ...(problem ? {problem} : {})};
        if (!newest) return known;
        const seconds = Math.max(0, Math.round((Date.now() - Date.parse(newest)) / 1_000));
        return {...known, seconds, newest, rows};
      } catch {
        return undefined;
      }
    }),
  );
}

/** One connection for one question: thousands of stores are asked every few seconds, and an idle connection costs more. */
async function ask(url: string): Promise<{newest: string | null; rows: number; lag?: number; problem?: string}> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, {agent: false, signal}, resolve).on("error", reject);
  });
  const answer = await json(response);
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  return answer as Awaited<ReturnType<typeof ask>>;
}

/** The figures to show: those shown before, until one has moved enough to be worth a write. */
export function settle(before: Freshness[] | undefined, now: Freshness[]): Freshness[] {
  return now.map((fresh) => {
    const shown = before?.find(({store}) => store === fresh.store);
    const still = shown && near(shown.seconds, fresh.seconds, 5) && near(shown.lag, fresh.lag, 1_000);
    return still && kindOf(shown.problem) === kindOf(fresh.problem) ? shown : fresh;
  });
}

/** Of one kind, the store's words may differ each time: an address, a table's chunk. */
const kindOf = (problem: string | undefined) => problem?.split(":")[0];

/** Whether a figure is within half of the one before, or within `slack`. */
function near(before: number | undefined, now: number | undefined, slack: number): boolean {
  if (before === undefined || now === undefined) return before === now;
  return Math.abs(now - before) <= Math.max(slack, before / 2);
}

export const summary = (freshness: Freshness[]): string =>
  freshness.map(({store, seconds}) => `${store} ${seconds === undefined ? "-" : `${seconds}s`}`).join(", ");
