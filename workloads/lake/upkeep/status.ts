/** The table's property that says what the last run of maintenance did, for whoever watches. */
export const STATUS_PROPERTY = "telemetry.maintenance";

/** What it says. */
export interface LastRun {
  at: string;
  /** The last that merged files, and how many became how many. */
  compacted?: {at: string; from: number; to: number};
  files: number;
  bytes: number;
}

/** Undefined before the first run, and if somebody else has written there. */
export function statusIn(text: string | undefined): LastRun | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
