import type {Readings} from "../../api/event.ts";
import {follow, type Track} from "../../api/track.ts";
import type {Fault, FleetMessage, VehicleRow} from "./wire.ts";

/** A vehicle's newest reading; `ts` in milliseconds. */
export interface Reading extends Readings {
  vehicle_id: string;
  ts: number;
}

/** A reading that is further ahead has a wrong clock; no network or set-up of a clock explains it. */
export const AHEAD_MS = 60_000;
/** A right clock that says nothing for longer gives way to one that is ahead. */
const QUIET_MS = 30_000;

interface Entry {
  id: string;
  index: number;
  /** When it was first seen, and last. */
  born: number;
  version: number;
  /** The newest reading by a clock that can be right. */
  inTime?: Reading | undefined;
  /** The newest by one that is ahead, when it was seen, and whether it came then: unknown at the first reading. */
  ahead?: {reading: Reading; seen: number; came: boolean} | undefined;
  /** The reading that is shown: one of the two, `ts` being when it was measured or else when it came. */
  shown: Reading;
  track: Track;
  fault?: Fault | undefined;
}

/** The newest reading of each vehicle, and what changed since a version. */
export interface Fleet {
  readonly version: number;
  readonly size: number;
  /** Takes what is newer than what is known. */
  take(readings: Reading[], now?: number): void;
  /** All that changed after `version`; 0 gives everything. */
  since(version: number, now: number): FleetMessage;
  /** The shown reading of each vehicle, and its faults. */
  readings(): (Reading & {fault?: Fault})[];
  /** Time of the newest reading up to `now`; a clock that is ahead does not count. */
  newest(now: number): number;
}

const round = (value: number | null, digits: number) =>
  value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;

export function createFleet(): Fleet {
  const byId = new Map<string, Entry>();
  const order: Entry[] = [];
  let version = 0;

  function enter(reading: Reading): Entry {
    const present = byId.get(reading.vehicle_id);
    if (present) return present;
    const id = reading.vehicle_id;
    const added: Entry = {id, index: order.length, born: version, version, shown: reading, track: {doubts: 0}};
    byId.set(id, added);
    order.push(added);
    return added;
  }

  return {
    get version() {
      return version;
    },
    get size() {
      return order.length;
    },
    take(readings, now = Date.now()) {
      version++;
      for (const reading of readings) {
        const entry = enter(reading);
        if (reading.ts > now + AHEAD_MS) {
          if (entry.ahead && reading.ts <= entry.ahead.reading.ts) continue;
          entry.ahead = {reading, seen: now, came: entry.born !== version};
        } else {
          if (entry.inTime && reading.ts <= entry.inTime.ts) continue;
          entry.inTime = reading;
        }
        show(entry, now);
        entry.version = version;
      }
    },
    since(after, now) {
      const changed = after === 0 ? order : order.filter((entry) => entry.version > after);
      // A new vehicle is always among the changed; numbers were given in order of arrival.
      const first = after === 0 ? 0 : (changed.find(({born}) => born > after)?.index ?? order.length);
      const base = now - (now % 1_000);
      return {
        first,
        ids: order.slice(first).map(({id}) => id),
        base,
        rows: changed.map((entry) => rowOf(entry, base)),
        now,
      };
    },
    newest: (now) =>
      order.reduce((newest, {inTime}) => (inTime && inTime.ts > newest && inTime.ts <= now ? inTime.ts : newest), 0),
    readings: () => order.map(({shown, fault}) => (fault ? {...shown, fault} : shown)),
  };
}

/** A clock that is ahead must neither hide what the vehicle says by a right one, nor make a vehicle that always has it stand still. */
function show(entry: Entry, now: number): void {
  const {inTime, ahead} = entry;
  const wrong = ahead && (!inTime || (ahead.came && now - inTime.ts > QUIET_MS && ahead.seen > inTime.ts));
  const shown = wrong ? {...ahead.reading, ts: ahead.seen} : inTime!;
  if (shown === entry.shown && entry.track.place) return;
  entry.shown = shown;
  const lost = !follow(entry.track, {...shown, ms: shown.ts});
  entry.fault =
    wrong || lost
      ? {...(wrong ? {aheadMs: ahead.reading.ts - ahead.seen} : {}), ...(lost ? {noFix: true as const} : {})}
      : undefined;
}

/** The place is the last that is believed: none if there never was one. */
function rowOf({index, shown, track: {place}, fault}: Entry, base: number): VehicleRow {
  const latitude = place ? round(place.latitude, 6) : null;
  const longitude = place ? round(place.longitude, 6) : null;
  const [speed, temperature, humidity] = [round(shown.speed, 1), round(shown.temperature, 1), round(shown.humidity, 1)];
  const ms = shown.ts - base;
  return fault
    ? [index, ms, latitude, longitude, speed, temperature, humidity, fault]
    : [index, ms, latitude, longitude, speed, temperature, humidity];
}
