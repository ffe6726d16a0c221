import {createHash} from "node:crypto";

/**
 * Metabase gives questions and dashboards names of its own, and none of ours: a mark in each says that it is the platform's, which one, and by a hash how
 * it was wanted when it was written. What Metabase keeps of it need not be compared with what was sent, which it writes down in its own way.
 *
 * A question has it in a comment of its statement and among its settings, a dashboard in its `caveats`, which no page shows. It is where people do not
 * see it, so it outlives a new name and a move; a copy has another creator.
 */
const MARK = /telemetry-operator (\S+) [0-9a-f]{16}/;

const hashOf = (wanted: unknown): string => createHash("sha256").update(JSON.stringify(wanted)).digest("hex");

export const markOf = (key: string, wanted: unknown): string =>
  `telemetry-operator ${key} ${hashOf(wanted).slice(0, 16)}`;

export function readMark(text: string): {key: string; mark: string} | undefined {
  const found = MARK.exec(text);
  return found ? {key: found[1]!, mark: found[0]} : undefined;
}
