import {request} from "undici";
import type {Freshness} from "../api/schema.ts";

/** Asks each store's ingester for the newest row that it can read back. A silent one gives no figure. */
export function readFreshness(name: string, namespace: string, stores: string[]): Promise<Freshness[]> {
  return Promise.all(
    stores.map(async (store) => {
      try {
        const url = `http://${name}-ingester-${store}.${namespace}.svc.cluster.local:8080/freshness`;
        const {statusCode, body} = await request(url, {headersTimeout: 3_000, bodyTimeout: 3_000});
        const answer = (await body.json()) as {newest: string | null; rows: number};
        if (statusCode !== 200 || !answer.newest) return {store};
        const seconds = Math.max(0, Math.round((Date.now() - Date.parse(answer.newest)) / 1_000));
        return {store, seconds, newest: answer.newest, rows: answer.rows};
      } catch {
        return {store};
      }
    }),
  );
}

/** The figure to show: the one shown before, until it has moved by more than 5 s and by half. */
export function settle(before: Freshness[] | undefined, now: Freshness[]): Freshness[] {
  return now.map((fresh) => {
    const shown = before?.find(({store}) => store === fresh.store);
    if (shown?.seconds === undefined || fresh.seconds === undefined) return fresh;
    return Math.abs(fresh.seconds - shown.seconds) > Math.max(5, shown.seconds / 2) ? fresh : shown;
  });
}

export const summary = (freshness: Freshness[]): string =>
  freshness.map(({store, seconds}) => `${store} ${seconds === undefined ? "-" : `${seconds}s`}`).join(", ");
