import {expiringOf, heldBackOf, lagOf} from "../lib/offsets.ts";
import type {Standing} from "./lag.ts";

/** The figures of a group, for its whole store. */
export interface Figures {
  /** Events in Kafka that the store does not have. */
  lag: number;
  /** Those of them behind an open transaction: more ingesters would not read them. */
  heldBack: number;
  /** Partitions with events that can be read: more ingesters than these would idle. */
  behind: number;
  /** When the newest event that is in the store came into Kafka, ms since the epoch. */
  arrived: number | undefined;
  /** Events that Kafka dropped by their age before they were read. */
  expired: number;
  /** Why events do not come, in words that stay while it is so. */
  held: string | undefined;
  /** Recent losses, in words that stay until more is lost. */
  lost: string | undefined;
}

/** A loss is reported for so long. */
const LOST_MS = 24 * 3_600_000;

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** @param inHand up to where this member has each of its partitions in hand */
export function figuresOf(standing: Standing[], inHand: ReadonlyMap<string, number>, now: number): Figures {
  const arrivals = standing.flatMap(({note}) => note.arrived ?? []);
  const held = standing.filter((position) => position.held);
  const expiring = (position: Standing) => expiringOf(position, inHand.get(position.name));
  const expiredOf = (position: Standing) => (position.note.expired ?? 0) + expiring(position);
  const lost = standing.filter(
    (position) => now - (position.note.expiredAt ?? Number.NEGATIVE_INFINITY) < LOST_MS || expiring(position) > 0,
  );
  return {
    lag: sum(standing.map(lagOf)),
    heldBack: sum(standing.map(heldBackOf)),
    behind: standing.filter((position) => lagOf(position) > heldBackOf(position)).length,
    arrived: arrivals.length > 0 ? Math.min(now, Math.max(...arrivals)) : undefined,
    expired: sum(standing.map(expiredOf)),
    held:
      held.length === 0
        ? undefined
        : `held back by an open transaction: ${held.map(({name, stable}) => `partition ${name} at offset ${stable}`).join(", ")}`,
    lost:
      lost.length === 0
        ? undefined
        : `${sum(lost.map(expiredOf))} events expired in Kafka before they were read: ${lost.map((position) => `${expiredOf(position)} of partition ${position.name}`).join(", ")}`,
  };
}
