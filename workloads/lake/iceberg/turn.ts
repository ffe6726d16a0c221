import {randomUUID} from "node:crypto";
import type {TableMetadata, Update} from "./types.ts";

/** Of the table: until when the others are asked to wait, and by whom. */
const PROPERTY = "telemetry.turn";
const HELD_MS = 10_000;
const LOOK_MS = 200;

type Noted = Pick<TableMetadata, "properties">;

/**
 * A turn of one commit, for when those of others come first again and again: a few of them a second leave no time for one that changes many files. The
 * others wait for it, ten seconds at most: of an owner that has died, or cannot go on, nobody waits longer.
 */
export function createTurn(now: () => number = Date.now) {
  const owner = randomUUID();
  return {
    /** Asks for it. Any commit may come in between. */
    ask: (): Update => ({action: "set-properties", updates: {[PROPERTY]: `${now() + HELD_MS} ${owner}`}}),
    /** How long to wait before looking again, in ms; 0 unless somebody else has asked. A clock that is ahead holds nobody up. */
    waitMs({properties}: Noted): number {
      const [until, whose] = (properties?.[PROPERTY] ?? "").split(" ");
      const left = Number(until) - now();
      return whose !== owner && left > 0 && left <= HELD_MS ? Math.min(left, LOOK_MS) : 0;
    },
    /** What gives it back, together with the commit that it was for. */
    giveBack: ({properties}: Noted): Update[] =>
      properties?.[PROPERTY]?.endsWith(owner) ? [{action: "remove-properties", removals: [PROPERTY]}] : [],
  };
}
