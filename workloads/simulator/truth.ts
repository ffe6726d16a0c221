import type {SensorKind} from "./sensor.ts";

/** What really was the matter with a vehicle, `from` up to, not including, `to`, by the times of its events: ms since the epoch. */
export interface TruthEntry {
  vehicle: string;
  /** Open doors, a cooling unit that fails, or a fault of the temperature sensor. */
  kind: "door" | "coolingUnit" | SensorKind;
  from: number;
  /** null while it lasts. */
  to: number | null;
}

export const MAX_TRUTH = 10_000;

/** The truth about a fleet: the newest entries, openings of doors only where faults leave room. */
export class Truth {
  #faults: TruthEntry[] = [];
  #doors: TruthEntry[] = [];
  #most: number;

  constructor(most = MAX_TRUTH) {
    this.#most = most;
  }

  /** The entry of something that begins; its end is set there. */
  begin(vehicle: string, kind: TruthEntry["kind"], from: number): TruthEntry {
    const entry: TruthEntry = {vehicle, kind, from, to: null};
    const list = kind === "door" ? this.#doors : this.#faults;
    list.push(entry);
    if (list.length >= 2 * this.#most) list.splice(0, this.#most);
    return entry;
  }

  /** By their beginning. */
  entries(): TruthEntry[] {
    const faults = this.#faults.slice(-this.#most);
    const room = this.#most - faults.length;
    const doors = this.#doors.slice(Math.max(0, this.#doors.length - room));
    return [...faults, ...doors].sort((a, b) => a.from - b.from);
  }
}
