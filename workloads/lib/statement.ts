import {secondsOf} from "../../api/quantities.ts";

/** The options of a program that answers one statement, and of which the command line of a person says more. */
export const STATEMENT_OPTIONS = {
  limit: {type: "string"},
  timeout: {type: "string", default: "1m"},
} as const;

const DURATION = /^[1-9]\d{0,4}(s|m|h)$/;

/** @throws Error naming the option; without `--limit` there is none */
export function boundsOf({limit: given, timeout}: {limit?: string | undefined; timeout: string}) {
  const limit = given === undefined ? undefined : Number(given);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw new Error(`--limit: "${given}" is no whole number above 0`);
  if (!DURATION.test(timeout)) throw new Error(`--timeout: "${timeout}" is no time such as 30s or 5m`);
  return {limit, ms: secondsOf(timeout) * 1_000};
}

/** For stderr: that there are more rows than were asked for. */
export const moreRows = (limit: number): string => `only the first ${limit} rows: there are more; raise --limit`;
