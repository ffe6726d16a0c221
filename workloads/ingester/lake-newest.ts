import type {Row} from "../telemetry.ts";
import type {Groups} from "./lake-groups.ts";
import type {KeyedFile, View} from "./lake-view.ts";

/** What is known of a day: of each vehicle a time behind which the lake and what waits have no row of it. */
interface Day {
  newest: Map<string, number>;
  /** Files whose vehicles are all in there. */
  learned: Set<string>;
}

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
      const known = days.get(day) ?? {newest: new Map(), learned: new Set()};
      days.delete(day);
      days.set(day, known);
      const first = new Map<string, number>();
      for (const {vehicle_id, ts} of rows)
        if (!known.newest.has(vehicle_id) && !first.has(vehicle_id)) first.set(vehicle_id, ts.getTime());
      if (first.size === 0) return known;
      for (const file of await view.files(day)) {
        if (known.learned.has(file.path)) continue;
        const isOpen = ([vehicle, ms]: [string, number]) =>
          file.to.ms >= ms && vehicle >= file.from.vehicle && vehicle <= file.to.vehicle;
        if (![...first].some(isOpen)) continue;
        for (const group of await groups.of(file)) {
          const {vehicles, times} = await groups.keys(group);
          for (const [vehicle, {to}] of vehicles) note(known, vehicle, times[to - 1]!);
        }
        known.learned.add(file.path);
      }
      for (const [vehicle, ms] of first) note(known, vehicle, ms - 1);
      return known;
    },
    async learn(day, files) {
      const known = days.get(day);
      if (!known) return;
      for (const file of files)
        for (const group of await groups.of(file)) {
          const {vehicles, times} = await groups.keys(group);
          for (const [vehicle, {to}] of vehicles) if (known.newest.has(vehicle)) note(known, vehicle, times[to - 1]!);
        }
    },
    trim(needed) {
      let places = [...days.values()].reduce((sum, {newest}) => sum + newest.size, 0);
      if (places <= MOST_PLACES) return;
      const kept = needed();
      for (const [day, {newest}] of days) {
        if (places <= MOST_PLACES) break;
        if (kept.has(day)) continue;
        days.delete(day);
        places -= newest.size;
      }
    },
    forget() {
      days = new Map();
    },
  };
}

function note({newest}: Day, vehicle: string, ms: number): void {
  const before = newest.get(vehicle);
  if (before === undefined || ms > before) newest.set(vehicle, ms);
}
