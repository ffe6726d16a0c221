import type {FleetMessage, VehicleRow} from "./wire.ts";

/** A vehicle's newest reading; `ts` in milliseconds. */
export interface Reading {
  vehicle_id: string;
  ts: number;
  latitude: number;
  longitude: number;
  speed: number;
  temperature: number;
  humidity: number;
}

interface Entry extends Reading {
  index: number;
  /** When it was first seen, and last. */
  born: number;
  version: number;
}

/** The newest reading of each vehicle, and what changed since a version. */
export interface Fleet {
  readonly version: number;
  readonly size: number;
  /** Takes what is newer than what is known. */
  take(readings: Reading[]): void;
  /** All that changed after `version`; 0 gives everything. */
  since(version: number, now: number): FleetMessage;
  readings(): Reading[];
  /** Time of the newest reading up to `now`; a clock that is ahead does not count. */
  newest(now: number): number;
}

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

export function createFleet(): Fleet {
  const byId = new Map<string, Entry>();
  const order: Entry[] = [];
  let version = 0;
  return {
    get version() {
      return version;
    },
    get size() {
      return order.length;
    },
    take(readings) {
      version++;
      for (const reading of readings) {
        const entry = byId.get(reading.vehicle_id);
        if (!entry) {
          const added = {...reading, index: order.length, born: version, version};
          byId.set(reading.vehicle_id, added);
          order.push(added);
        } else if (reading.ts > entry.ts) Object.assign(entry, reading, {version});
      }
    },
    since(after, now) {
      const changed = after === 0 ? order : order.filter((entry) => entry.version > after);
      // A new vehicle is always among the changed; numbers were given in order of arrival.
      const first = after === 0 ? 0 : (changed.find(({born}) => born > after)?.index ?? order.length);
      const base = now - (now % 1_000);
      return {
        first,
        ids: order.slice(first).map(({vehicle_id}) => vehicle_id),
        base,
        rows: changed.map((entry) => rowOf(entry, base)),
        now,
      };
    },
    newest: (now) => order.reduce((newest, {ts}) => (ts > newest && ts <= now ? ts : newest), 0),
    readings: () => order.map(({index: _, born: __, version: ___, ...reading}) => reading),
  };
}

const rowOf = (entry: Entry, base: number): VehicleRow => [
  entry.index,
  entry.ts - base,
  round(entry.latitude, 6),
  round(entry.longitude, 6),
  round(entry.speed, 1),
  round(entry.temperature, 1),
  round(entry.humidity, 1),
];
