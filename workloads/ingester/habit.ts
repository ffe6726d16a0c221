/**
 * Whether rows of one partition are there already when they are written: what makes a store ask first, which costs more for each row, or
 * write at once, which costs all of it again when one is there.
 */
export interface Habit {
  /** The next statement should ask first. */
  readonly asks: boolean;
  /** A statement that asked first has found this many. */
  found(duplicates: number): void;
  /** A statement that did not ask has found none, or one, and then nothing of it is written. */
  took(): void;
  collided(): void;
}

/** Statements without a duplicate after which the next one does not ask; doubled with each that should have asked. */
const [SHORT, LONG] = [1, 256];

/** Of a partition that is new to this process, of which another one may have written rows without saying so. */
export function createHabit(): Habit {
  let patience = SHORT;
  let left = patience;
  return {
    get asks() {
      return left > 0;
    },
    found(duplicates) {
      left = duplicates > 0 ? patience : left - 1;
    },
    took() {
      patience = Math.max(SHORT, patience / 2);
    },
    collided() {
      patience = Math.min(LONG, patience * 2);
      left = patience;
    },
  };
}
