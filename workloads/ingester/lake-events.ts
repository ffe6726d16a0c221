import type {EventColumn} from "../../api/event/columns.ts";
import {firstOfEach} from "../../api/event/identity.ts";
import type {Objects} from "../lake/iceberg/objects.ts";
import type {Head, Table} from "../lake/iceberg/table.ts";
import {GROUP_ROWS} from "../lake/parquet/writer.ts";
import {EVENTS} from "../lake/tables.ts";
import type {Row} from "../telemetry.ts";
import {createBuffer, type LakeBuffer} from "./lake-buffer.ts";
import type {Content} from "./lake-content.ts";
import {type GroupKeys, type Groups, type Key, keysOf, openGroups} from "./lake-groups.ts";
import {collisionOf, sortRows} from "./lake-known.ts";
import type {Lot} from "./lake-lot.ts";
import {createNewest} from "./lake-newest.ts";
import {Fenced} from "./lake-positions.ts";
import {broughtBetween, dayOf, type View} from "./lake-view.ts";

interface Parts {
  table: Table;
  objects: Pick<Objects, "readPart">;
  columns: EventColumn[];
  /** Whether the position in Kafka belongs to the key. */
  isPositioned: boolean;
}

const MOST_BYTES = 64 * 1_048_576;

/** The table of events: of those with one key the first stays. */
export const eventContent =
  ({table, objects, columns, isPositioned}: Parts): Content<Row, LakeBuffer> =>
  (view: View) => {
    const groups = openGroups(objects);
    const newest = createNewest(groups, view);
    return {
      name: EVENTS,
      mostBytes: MOST_BYTES,
      buffer: () => createBuffer(columns),
      placeOf({fields}) {
        const [topic, partition] = fields!.slice(columns.length) as [string, number];
        return {topic, partition};
      },
      async sort(rows, lots) {
        const waiting = lots.map(({buffer}) => buffer);
        const {rows: first, ...found} = firstOfEach(columns, rows, isPositioned);
        const sorted = await sortRows({columns, isPositioned, groups, newest, view}, first, waiting);
        return {
          fresh: sorted.fresh,
          repeated: [...found.repeated, ...sorted.repeated],
          taken: [...found.taken, ...sorted.taken],
        };
      },
      async compare(lot, now) {
        if (!isPositioned) await compare(lot, now, table, groups);
      },
      async learn(before, next, isOurs) {
        for (const day of newest.days) await newest.learn(day, await broughtBetween(table, before, next, day, isOurs));
      },
      remember(lot) {
        for (const {path, at, keys} of groupKeys(lot)) groups.remember(path, at, keys);
      },
      forget() {
        newest.forget();
        groups.forget();
      },
    };
  };

/** The keys of its files' row groups, in their order. */
function* groupKeys({buffer, files}: Lot<LakeBuffer>): Iterable<{path: string; at: number; keys: GroupKeys}> {
  const {times, vehicleCodes, vehicles} = buffer;
  for (const [day, order] of buffer.days()) {
    const {path} = files.get(day)!;
    for (let from = 0, at = 0; from < order.length; from += GROUP_ROWS, at++) {
      const rows = Math.min(GROUP_ROWS, order.length - from);
      const rowAt = (row: number) => order[from + row]!;
      const keys = keysOf(
        rows,
        (row) => vehicles[vehicleCodes[rowAt(row)]!]!,
        (row) => times[rowAt(row)]!,
      );
      yield {path, at, keys};
    }
  }
}

/**
 * Compares the lot with files that others have brought since its rows were compared with the table.
 *
 * @throws Fenced if one of them has one of its rows
 */
async function compare(lot: Lot<LakeBuffer>, now: Head, table: Pick<Table, "files">, groups: Groups): Promise<void> {
  const {times, vehicleCodes, vehicles, rows} = lot.buffer;
  for (const day of lot.files.keys()) {
    const others = await broughtBetween(table, lot.base!, now, day, (path) => lot.compared.has(path));
    if (others.length === 0) continue;
    const keys: Key[] = [];
    for (let at = 0; at < rows; at++)
      if (dayOf(times[at]!) === day) keys.push({vehicle: vehicles[vehicleCodes[at]!]!, ms: times[at]!});
    const found = await collisionOf(groups, keys, others);
    if (found) {
      const which = `that of ${found.vehicle} at ${new Date(found.ms).toISOString()}`;
      throw new Fenced(`another ingester has written some of these events meanwhile, as ${which}: they are read again`);
    }
    for (const {path} of others) lot.compared.add(path);
  }
}
