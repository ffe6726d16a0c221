import type {EventColumn} from "../../api/event/columns.ts";
import {contentOf, type Found, POSITION} from "../../api/event/identity.ts";
import type {Row} from "../telemetry.ts";
import type {LakeBuffer} from "./lake-buffer.ts";
import {type Group, type Groups, type Key, placesOf} from "./lake-groups.ts";
import type {Newest} from "./lake-newest.ts";
import {dayOf, type KeyedFile, mayHold, rowOf, type View} from "./lake-view.ts";

interface Parts {
  columns: EventColumn[];
  /** Whether the position in Kafka belongs to the key. */
  isPositioned: boolean;
  groups: Groups;
  newest: Newest;
  view: View;
}

/**
 * Tells rows that may be there from those that cannot. As a rule each row of a vehicle is later than all before it: one comparison, and
 * nothing is read. Only for others the files are looked at whose bounds have their keys, and of these the columns of the key.
 *
 * @param waiting rows that are to be written and are in no file yet
 * @throws what the store says, if it cannot be asked
 */
export async function sortRows(parts: Parts, rows: Row[], waiting: LakeBuffer[]): Promise<{fresh: Row[]} & Found> {
  const {columns, isPositioned, newest} = parts;
  const asked: Row[] = [];
  for (const [day, all] of Map.groupBy(rows, ({ts}) => dayOf(ts.getTime()))) {
    const known = await newest.day(day, all);
    // Those of a vehicle come one after another as a rule: it is looked up once.
    let vehicle: string | undefined;
    let latest = Number.NEGATIVE_INFINITY;
    for (const row of all) {
      if (row.vehicle_id !== vehicle) {
        if (vehicle !== undefined) known.set(vehicle, latest);
        vehicle = row.vehicle_id;
        latest = known.get(vehicle)!;
      }
      const ms = row.ts.getTime();
      if (ms > latest) latest = ms;
      else asked.push(row);
    }
    if (vehicle !== undefined) known.set(vehicle, latest);
  }
  newest.trim(() => new Set(waiting.flatMap(({days}) => [...days().keys()])));
  if (asked.length === 0) return {fresh: rows, repeated: [], taken: []};
  const there = inBuffers(parts, asked, waiting);
  const left = asked.filter((row) => !there.has(row));
  if (left.length > 0) await addFromFiles(parts, left, there);
  const found: Found = {repeated: [], taken: []};
  for (const row of asked) {
    const content = there.get(row);
    if (content === undefined) continue;
    if (isPositioned || content === contentOf(columns, row)) found.repeated.push(row);
    else found.taken.push({row, there: content});
  }
  return {fresh: rows.filter((row) => !there.has(row)), ...found};
}

/** What rows say that wait already, by the row that has their key. */
function inBuffers({columns, isPositioned}: Parts, rows: Row[], buffers: LakeBuffer[]): Map<Row, string> {
  const there = new Map<Row, string>();
  const wanted = new Map<string, Map<number, Row[]>>();
  for (const row of rows) {
    const times = wanted.get(row.vehicle_id) ?? new Map<number, Row[]>();
    wanted.set(row.vehicle_id, times);
    times.set(row.ts.getTime(), [...(times.get(row.ts.getTime()) ?? []), row]);
  }
  for (const buffer of buffers) {
    const byCode = buffer.vehicles.map((vehicle) => wanted.get(vehicle));
    const {times, vehicleCodes, rows: count} = buffer;
    for (let at = 0; at < count; at++) {
      const same = byCode[vehicleCodes[at]!]?.get(times[at]!);
      if (!same) continue;
      const other = buffer.row(at);
      const position = other.fields!.slice(columns.length);
      for (const row of same)
        if (!isPositioned || isSamePosition(columns, row, position)) there.set(row, contentOf(columns, other));
    }
  }
  return there;
}

async function addFromFiles(parts: Parts, rows: Row[], there: Map<Row, string>): Promise<void> {
  const {columns, isPositioned, groups, view} = parts;
  const keys = rows.map((row) => ({vehicle: row.vehicle_id, ms: row.ts.getTime(), row}));
  const spots: {row: Row; group: Group; at: number}[] = [];
  for (const [day, ofDay] of Map.groupBy(keys, ({ms}) => dayOf(ms)))
    for await (const {key, ...spot} of spotsOf(groups, ofDay, await view.files(day)))
      spots.push({row: key.row, ...spot});
  // Group by group, as each has to be read.
  for (const [group, all] of Map.groupBy(spots, (spot) => spot.group)) {
    const content = await groups.content(group);
    const made = view.made().filter(({name}) => content.has(name));
    for (const {row, at} of all) {
      const position = POSITION.map(({name}) => content.get(name)?.[at] ?? null);
      const isIt = !isPositioned || isSamePosition(columns, row, position);
      if (isIt && !there.has(row)) there.set(row, contentOf(made, {...row, ...rowOf(made, content, at)}));
    }
  }
}

function isSamePosition(columns: EventColumn[], {fields = []}: Row, position: readonly unknown[]): boolean {
  return POSITION.every((_, at) => String(fields[columns.length + at]) === String(position[at]));
}

/** Where keys of one day are in files. */
async function* spotsOf<K extends Key>(
  groups: Groups,
  keys: K[],
  files: KeyedFile[],
): AsyncIterable<{key: K; group: Group; at: number}> {
  for (const file of files) {
    const inside = keys.filter((key) => mayHold(file, key));
    if (inside.length === 0) continue;
    for (const group of await groups.of(file)) {
      const wanted = inside.filter((key) => mayHold(group, key));
      if (wanted.length === 0) continue;
      const index = await groups.keys(group);
      for (const key of wanted) for (const at of placesOf(index, key)) yield {key, group, at};
    }
  }
}

/** One of the keys that is in one of the files. */
export async function collisionOf(groups: Groups, keys: Key[], files: KeyedFile[]): Promise<Key | undefined> {
  for await (const {key} of spotsOf(groups, keys, files)) return key;
  return undefined;
}
