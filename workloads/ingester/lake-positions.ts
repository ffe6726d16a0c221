import {noteIn} from "../lake/iceberg/note.ts";
import type {Head} from "../lake/iceberg/table.ts";
import type {Place} from "./broker.ts";

/** The key of a snapshot's summary that says up to where each partition of Kafka is in the table, and in which commit it came there. */
export const OFFSETS = "telemetry.offsets";

/** By partition: the offset that follows, and the snapshot that says so. */
export type Positions = Record<string, [next: string, snapshot: string]>;

export const nameOf = ({topic, partition}: Place): string => `${topic}-${partition}`;

export const positionsOf = ({metadata}: Pick<Head, "metadata">): Positions =>
  JSON.parse(noteIn(metadata, OFFSETS) ?? "{}");

/** Somebody else has written the same events, or may have: what waits here is not to be written, but read again. */
export class Fenced extends Error {
  override name = "Fenced";
}

export const GONE = (): Fenced =>
  new Fenced("these partitions may be another ingester's by now: their events are read again");

/** By partition, where this writer has seen it. */
export type Seen = Map<string, string | undefined>;

export const note = (seen: Seen, place: string, positions: Positions): void =>
  void seen.set(place, positions[place]?.join(" "));

/** @throws Fenced if a partition is not where this writer has seen it */
export function fence(now: Positions, seen: Seen, places: Iterable<string>): void {
  for (const place of places)
    if (now[place]?.join(" ") !== seen.get(place))
      throw new Fenced(`another ingester has written events of partition ${place} meanwhile: they are read again`);
}
