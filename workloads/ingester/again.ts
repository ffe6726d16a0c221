import {sleep} from "../../api/backoff.ts";
import {retryMs} from "../lib/process.ts";

/**
 * Waits before the next of many tries with a batch in hand. Rejects when another member has its partition: what this one knows of the trouble is then
 * to be forgotten, as that one knows better.
 */
export async function beforeNextTry(
  tries: number,
  {signal, stillOurs, forget}: {signal: AbortSignal; stillOurs: () => Promise<void>; forget: () => void},
): Promise<void> {
  await sleep(retryMs(tries), signal);
  await stillOurs().catch((gone) => {
    forget();
    throw gone;
  });
}

/** Of what a server says: as much as a status of the pipeline should hold. */
const PROBLEM_LENGTH = 300;

/** A trouble for people: its kind, or whose it is, and what was said. */
export const problemOf = (what: string, {message}: Error): string => `${what}: ${message.slice(0, PROBLEM_LENGTH)}`;

/** Whether a trouble is worth a line of the log: each change, and a sign of life every minute or two. */
export const isNews = (problem: string, before: string | undefined, tries: number): boolean =>
  problem !== before || tries % 20 === 0;
