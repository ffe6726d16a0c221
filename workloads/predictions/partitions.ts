import type {Part} from "./scorer.ts";

/** The vehicles of a partition, up to the offset that follows. */
interface Held {
  part: Part;
  next: string;
}

interface Partitions {
  /** Gives up the vehicles of a partition, if nothing was missed before this offset. Whoever does not take its batch to the end does not keep them. */
  take(place: string, offset: string): Part | undefined;
  keep(place: string, held: Held): void;
  /** Others may have had partitions meanwhile. */
  regroup(isLost: (place: string) => boolean): void;
}

export function createPartitions(): Partitions {
  const all = new Map<string, Held & {isSure: boolean}>();
  return {
    take(place, offset) {
      const held = all.get(place);
      all.delete(place);
      // Between its batches there may be marks of transactions, which are no messages.
      const follows = held && (held.isSure ? Number(offset) >= Number(held.next) : offset === held.next);
      return follows ? held.part : undefined;
    },
    keep: (place, held) => void all.set(place, {...held, isSure: true}),
    regroup(isLost) {
      for (const [place, held] of all) {
        if (isLost(place)) all.delete(place);
        else held.isSure = false;
      }
    },
  };
}
