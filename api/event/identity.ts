import {FIGURE_NAMES} from "../event.ts";
import {canonical} from "./canonical.ts";
import {type EventColumn, restOf} from "./columns.ts";
import type {Row} from "./row.ts";

/**
 * What makes two events the same: one vehicle and one millisecond, which are the key in each store, and the same content. Of different events
 * with one key the first in the vehicle's partition of Kafka stays, in each store and after any replay; each other one is a dead letter, unless
 * the position in Kafka belongs to the key.
 */
export const keyOf = ({vehicle_id, ts}: Row): string => `${vehicle_id} ${ts.getTime()}`;

/** spec.event.identity: whether the position in Kafka belongs to the key, so that events of one vehicle and time are rows of their own. */
export const IDENTITIES = ["VehicleAndTime", "VehicleTimeAndPosition"] as const;
export type Identity = (typeof IDENTITIES)[number];

/** The columns of the key that a position is, the last being which of several events of a record it is: from 1 on, or 0. */
export const POSITION: EventColumn[] = [
  {name: "kafka_topic", type: "string"},
  {name: "kafka_partition", type: "int"},
  {name: "kafka_offset", type: "bigint"},
  {name: "kafka_event", type: "int"},
];

export const positionOf = (identity: Identity | undefined): EventColumn[] =>
  identity === "VehicleTimeAndPosition" ? POSITION : [];

/** The reason of the dead letter. */
export const TAKEN = "timestamp: another event of this vehicle has this time already";

/** What was sent, as text: the same for a row that a store gives back, whatever became a column of its own since. */
export function contentOf(columns: EventColumn[], {fields = [], extra, ...row}: Row): string {
  const rest = restOf(columns, fields, extra);
  return [...FIGURE_NAMES.map((name) => row[name] ?? null), rest && canonical(rest)].join(" ");
}

/** A row whose place another one has. */
interface Taken {
  row: Row;
  /** The content of the other one, where the store had it before. */
  there?: string | undefined;
}

/** Rows that are written, and what was found in the place of others. */
export interface Found {
  /** They are there already, as they are: sent twice, or read again. */
  repeated: Row[];
  /** Another row is there, and stays. */
  taken: Taken[];
}

/** The first of each key, the rows of a vehicle one after another; all of them where their position belongs to the key. */
export function firstOfEach(columns: EventColumn[], rows: Row[], isPositioned = false): {rows: Row[]} & Found {
  const found: Found = {repeated: [], taken: []};
  const vehicles = [...Map.groupBy(rows, ({vehicle_id}) => vehicle_id).values()];
  const first = isPositioned
    ? vehicles
    : vehicles.map((all) => (isAscending(all) ? all : firstOf(columns, all, found)));
  return {rows: first.flat(), ...found};
}

/** As a rule a vehicle's rows come in order, and none can be there twice. */
function isAscending(rows: Row[]): boolean {
  let newest = Number.NEGATIVE_INFINITY;
  for (const {ts} of rows) {
    const time = ts.getTime();
    if (time <= newest) return false;
    newest = time;
  }
  return true;
}

function firstOf(columns: EventColumn[], rows: Row[], {repeated, taken}: Found): Row[] {
  const first = new Map<number, Row>();
  for (const row of rows) {
    const time = row.ts.getTime();
    const before = first.get(time);
    if (!before) first.set(time, row);
    else if (isSame(columns, before, row)) repeated.push(row);
    else taken.push({row});
  }
  return [...first.values()];
}

/** Whether the rows are of one content: at once where they are spelt alike. */
function isSame(columns: EventColumn[], one: Row, other: Row): boolean {
  const isAlike =
    one.extra === other.extra &&
    !one.fields &&
    !other.fields &&
    FIGURE_NAMES.every((name) => one[name] === other[name]);
  return isAlike || contentOf(columns, one) === contentOf(columns, other);
}
