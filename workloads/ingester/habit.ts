import type {Row} from "../telemetry.ts";

/**
 * Whether rows of one partition are there already when they are written: what makes a store ask first, which costs more for each row, or
 * write at once, which costs all of it again when one is there. It decides what is asked for, and never what is written.
 */
export interface Habit {
  /** Of the next statement the store should be asked for every row, otherwise for the older ones alone. */
  readonly asks: boolean;
  /** The rows that are no later than all that this process has written of their vehicle: hardly any other is a duplicate. */
  older(rows: Row[]): Row[];
  /** A statement that asked for every row has found so many that are none of the older ones. */
  found(duplicates: number): void;
  /** A statement that did not ask for every row has found none, or one, and then nothing of it is written. */
  took(): void;
  collided(): void;
  /** These rows are there now. */
  wrote(rows: Row[]): void;
}

/** Statements without a duplicate after which the next one does not ask; doubled with each that should have asked. */
const [SHORT, LONG] = [1, 256];

const NEVER = Number.NEGATIVE_INFINITY;

/** Of one partition; some 60 bytes each. Who is forgotten counts as new. */
const MOST_VEHICLES = 20_000;

/** Of a partition that is new to this process, of which another one may have written rows without saying so. */
export function createHabit(): Habit {
  let patience = SHORT;
  let left = patience;
  const newest = new Map<string, number>();
  return {
    get asks() {
      return left > 0;
    },
    older(rows) {
      const older: Row[] = [];
      let [vehicle, newestOf] = ["", NEVER];
      for (const row of rows) {
        const {vehicle_id, ts} = row;
        // Looked up for each vehicle, not for each row: a vehicle's rows come one after another.
        if (vehicle_id !== vehicle) [vehicle, newestOf] = [vehicle_id, newest.get(vehicle_id) ?? NEVER];
        if (ts.getTime() <= newestOf) older.push(row);
      }
      return older;
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
    wrote(rows) {
      let [vehicle, newestOf] = ["", NEVER];
      for (const {vehicle_id, ts} of rows) {
        if (vehicle_id !== vehicle) {
          note(vehicle, newestOf);
          [vehicle, newestOf] = [vehicle_id, NEVER];
        }
        newestOf = Math.max(newestOf, ts.getTime());
      }
      note(vehicle, newestOf);
    },
  };

  function note(vehicle: string, time: number) {
    if (time <= (newest.get(vehicle) ?? NEVER)) return;
    newest.set(vehicle, time);
    // The one that was heard of first.
    if (newest.size > MOST_VEHICLES) newest.delete(newest.keys().next().value!);
  }
}
