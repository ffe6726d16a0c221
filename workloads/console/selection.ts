import {type EventField, isNumber} from "../../api/components/event.ts";
import type {Source} from "./source.ts";
import type {FieldInfo, FieldValue, VehicleMessage} from "./wire.ts";

/** Rows that came late by this much are seen. */
const OVERLAP_MS = 3_000;

/** What is known of one vehicle's fields. */
interface Known {
  values: Map<string, {value: FieldValue; version: number}>;
  newest: number | undefined;
}

/** The fields of the vehicles that pages have selected. Of all others nothing is read: a fleet's fields would be too much to send. */
export interface Selection {
  readonly fields: EventField[];
  /** The spec's fields, as they are now. */
  describe(fields: EventField[]): void;
  /** Reads what is new of these vehicles, and forgets all others. */
  read(vehicles: Set<string>): Promise<void>;
  /** What changed after a version; with fields and all values for a page that has none of them, or those of an older spec. */
  since(vehicle: string, version: number): {message: VehicleMessage; version: number} | undefined;
}

export function createSelection(source: Pick<Source, "newest"> | undefined): Selection {
  const known = new Map<string, Known>();
  let fields: EventField[] = [];
  let [version, described] = [0, 0];

  async function update(vehicle: string) {
    const before = known.get(vehicle) ?? {values: new Map(), newest: undefined};
    known.set(vehicle, before);
    const wanted = fields;
    if (!source || wanted.length === 0) return;
    const after = before.newest === undefined ? undefined : before.newest - OVERLAP_MS;
    const rows = await source.newest(vehicle, wanted, after);
    // The spec may have changed meanwhile.
    if (wanted !== fields) return;
    version++;
    for (const {ms, values} of rows) {
      before.newest = Math.max(ms, before.newest ?? ms);
      for (const [at, {name}] of wanted.entries()) {
        const value = values[at];
        const old = before.values.get(name);
        if (value === null || value === undefined || (old && old.value[1] >= ms)) continue;
        before.values.set(name, {value: [value, ms], version});
      }
    }
  }

  return {
    get fields() {
      return fields;
    },
    describe(now) {
      if (JSON.stringify(now) === JSON.stringify(fields)) return;
      fields = now;
      described = ++version;
      known.clear();
    },
    async read(vehicles) {
      for (const vehicle of known.keys()) if (!vehicles.has(vehicle)) known.delete(vehicle);
      for (const vehicle of vehicles) await update(vehicle);
    },
    since(vehicle, after) {
      const of = known.get(vehicle);
      if (!of) return undefined;
      const isFirst = after < described;
      const changed = [...of.values].filter(([, {version: at}]) => isFirst || at > after);
      if (!isFirst && changed.length === 0) return undefined;
      const values = Object.fromEntries(changed.map(([name, {value}]) => [name, value]));
      return {message: {vehicle, ...(isFirst ? {fields: fields.map(infoOf)} : {}), values}, version};
    },
  };
}

const infoOf = ({name, type, unit, description}: EventField): FieldInfo => ({
  name,
  type,
  number: isNumber({type}),
  ...(unit ? {unit} : {}),
  ...(description ? {description} : {}),
});
