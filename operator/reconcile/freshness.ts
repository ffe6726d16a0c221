import {request} from "undici";
import type {Freshness} from "../api/schema.ts";

/** Asks each store's ingester for the newest row that it can read back. A silent one gives no figure. */
export function readFreshness(name: string, namespace: string, stores: string[]): Promise<Freshness[]> {
  return Promise.all(
    stores.map(async (store) => {
      try {
        const url = `http://${name}-ingester-${store}.${namespace}.svc.cluster.local:8080/freshness`;
        const {statusCode, body} = await request(url, {headersTimeout: 3_000, bodyTimeout: 3_000});
        const {newest, rows, lag} = (await body.json()) as {newest: string | null; rows: number; lag?: number};
        if (statusCode !== 200) return {store};
        const known = lag === undefined ? {store} : {store, lag};
        if (!newest) return known;
        const seconds = Math.max(0, Math.round((Date.now() - Date.parse(newest)) / 1_000));
        return {...known, seconds, newest, rows};
      } catch {
        return {store};
      }
    }),
  );
}

/** The figures to show: those shown before, until one has moved enough to be worth a write. */
export function settle(before: Freshness[] | undefined, now: Freshness[]): Freshness[] {
  return now.map((fresh) => {
    const shown = before?.find(({store}) => store === fresh.store);
    const still = shown && near(shown.seconds, fresh.seconds, 5) && near(shown.lag, fresh.lag, 1_000);
    return still ? shown : fresh;
  });
}

/** Whether a figure is within half of the one before, or within `slack`. */
function near(before: number | undefined, now: number | undefined, slack: number): boolean {
  if (before === undefined || now === undefined) return before === now;
  return Math.abs(now - before) <= Math.max(slack, before / 2);
}

export const summary = (freshness: Freshness[]): string =>
  freshness.map(({store, seconds}) => `${store} ${seconds === undefined ? "-" : `${seconds}s`}`).join(", ");
