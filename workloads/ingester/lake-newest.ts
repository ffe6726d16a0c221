import type {Row} from "../telemetry.ts";
import type {Groups} from "./lake-groups.ts";
import type {KeyedFile, View} from "./lake-view.ts";

/** By vehicle: a time behind which the lake and what waits have no row of it on a day. */
type Day = Map<string, number>;

/** A vehicle and a day take some 100 bytes. */
const MOST_PLACES = 500_000;

/** How far each vehicle's rows go on each day. */
export interface Newest {
  readonly days: number[];
  /** With each of the rows' vehicles in it. */
  day(day: number, rows: Row[]): Promise<Day>;
  /** Others have brought these files of a day. Vehicles that are not known yet are found in them when they come. */
  learn(day: number, files: KeyedFile[]): Promise<void>;
  /** Keeps the memory bounded, but not without days that these rows are of. */
  trim(needed: () => Set<number>): void;
  forget(): void;
}

export function createNewest(groups: Groups, view: View): Newest {
  let days = new Map<number, Day>();

  return {
    get days() {
      return [...days.keys()];
    },
    /** A vehicle that is seen first on a day has no row behind the newest of the files that may have one at its time or later. */
    async day(day, rows) {
      const known = days.get(day) ?? new Map<string, number>();
      days.delete(day);
      days.set(day, known);
      const first = new Map<string, number>();
      let before: string | undefined;
      for (const {vehicle_id, ts} of rows) {
        if (vehicle_id === before) continue;
        before = vehicle_id;
        if (!known.has(vehicle_id) && !first.has(vehicle_id)) first.set(vehicle_id, ts.getTime());
      }
      if (first.size === 0) return known;
      const isOpen = ({from, to}: KeyedFile) =>
        [...first].some(([vehicle, ms]) => to.ms >= ms && vehicle >= from.vehicle && vehicle <= to.vehicle);
      const newest = await newestOf((await view.files(day)).filter(isOpen), (vehicle) => first.has(vehicle));
      for (const [vehicle, ms] of first) known.set(vehicle, Math.max(ms - 1, newest.get(vehicle) ?? ms - 1));
      return known;
    },
    async learn(day, files) {
      const known = days.get(day);
      if (!known) return;
      for (const [vehicle, ms] of await newestOf(files, (vehicle) => known.has(vehicle)))
        known.set(vehicle, Math.max(ms, known.get(vehicle)!));
    },
    trim(needed) {
      let places = [...days.values()].reduce((sum, {size}) => sum + size, 0);
      if (places <= MOST_PLACES) return;
      const kept = needed();
      for (const [day, {size}] of days) {
        if (places <= MOST_PLACES) break;
        if (kept.has(day)) continue;
        days.delete(day);
        places -= size;
      }
    },
    forget() {
      days = new Map();
    },
  };

  /** Of these vehicles only: what a file does not say of another one may be in a file that nobody looked at. */
  async function newestOf(files: KeyedFile[], isWanted: (vehicle: string) => boolean): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const file of files)
      for (const group of await groups.of(file)) {
        const {vehicles, times} = await groups.keys(group);
        for (const [vehicle, {to}] of vehicles)
          if (isWanted(vehicle)) found.set(vehicle, Math.max(times[to - 1]!, found.get(vehicle) ?? 0));
      }
    return found;
  }
}
