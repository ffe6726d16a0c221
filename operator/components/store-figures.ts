import {get} from "node:http";
import type {FlagCounts} from "../../api/event/quality.ts";

const TIMEOUT_MS = 3_000;

/** The figures of a store as its ingesters report them, live. Each pod reports the same of its group. */
export interface Answer {
  /** When the newest event that is in the store came into Kafka. */
  newest: string | null;
  rows: number;
  /** Those of the rows that are flagged, by flag. */
  flagged?: FlagCounts;
  lag?: number;
  heldBack?: number;
  behind?: number;
  expired?: number;
  problem?: string;
  unmatched?: string;
  held?: string;
  lost?: string;
}

/** Asks an ingester of each store. One that does not answer gives undefined. */
export function readFreshness(name: string, namespace: string, stores: string[]): Promise<(Answer | undefined)[]> {
  return Promise.all(
    stores.map((store) =>
      ask(`http://${name}-ingester-${store}.${namespace}.svc.cluster.local:8080/freshness`).catch(() => undefined),
    ),
  );
}

/** A connection for each request: thousands of stores answer one every few seconds, and an idle connection costs more. */
async function ask(url: string): Promise<Answer> {
  const body = await new Promise<string>((resolve, reject) => {
    // Not by an AbortSignal, nor by a stream's consumer, which together take as much CPU as all the rest.
    const request = get(url, {agent: false, timeout: TIMEOUT_MS}, (response) => {
      let text = "";
      if (response.statusCode !== 200) request.destroy(new Error(`status ${response.statusCode}`));
      response
        .setEncoding("utf8")
        .on("data", (chunk) => {
          text += chunk;
        })
        .on("end", () => resolve(text))
        .on("error", reject);
    });
    request.on("error", reject).on("timeout", () => request.destroy(new Error("no answer in time")));
  });
  return JSON.parse(body);
}
