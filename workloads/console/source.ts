import type {EventColumn} from "../../api/event/columns.ts";
import {byFigure, FIGURE_NAMES, type MeasureName} from "../../api/event.ts";
import type {StoreName} from "../../api/stores.ts";
import type {Reading} from "./fleet.ts";
import type {ReadMasterData} from "./master-data.ts";
import {believed} from "./page/places.ts";
import type {Predictions} from "./predictions.ts";
import type {FieldValue, History} from "./wire.ts";

/** A span of one vehicle's past, in milliseconds since the epoch, and the width of one point. */
interface Span {
  vehicle: string;
  from: number;
  to: number;
  stepMs: number;
  /** Numbers among the spec's fields whose past is wanted too. */
  fields: EventColumn[];
}

/** A row of one vehicle: the values of the fields in their order, as pages get them. */
interface FieldRow {
  ms: number;
  values: (FieldValue[0] | null)[];
}

/** One point of a history: averages of what was said in the step, and the last place in it, if there is one. */
export interface Point extends Record<MeasureName, number | null> {
  ms: number;
  latitude: number | null;
  longitude: number | null;
  /** Fixes of the step that are no place. */
  leftOut?: number;
  /** Averages of the fields in their order. */
  fields?: (number | null)[];
}

/** A store as the console uses it; it only reads. */
export interface Source {
  name: StoreName;
  /** Shortest time between two polls. */
  periodMs: number;
  /** The newest reading of every vehicle seen in the last day, and the newest of a clock that is ahead. */
  latest(): Promise<Reading[]>;
  /** The newest readings of right clocks among those after `ms`; absent when the store cannot ask by time alone. */
  since?(ms: number): Promise<Reading[]>;
  history(span: Span): Promise<Point[]>;
  /** The newest rows of a vehicle by a right clock, 500 at most, newest first, with these fields; only those after `ms`, if given. */
  newest(vehicle: string, fields: EventColumn[], ms?: number): Promise<FieldRow[]>;
  /** Absent where the store holds none. */
  predictions?: Predictions;
  /** Absent where the store keeps none. */
  masterData?: ReadMasterData;
}

/** Rows among which the newest value of a field is looked for: one that is sent every few minutes is found. */
export const LOOKED_AT = 500;
/** Characters of a text that pages get. */
export const TEXT_SHOWN = 200;
const COLUMNS_MS = 15_000;

/** Those of some fields that have a column, which comes some seconds after the field; a column never goes. */
export function createColumns(read: () => Promise<{name: string}[]>) {
  let names = new Set<string>();
  let at = 0;
  return async (fields: EventColumn[]): Promise<EventColumn[]> => {
    if (fields.some(({name}) => !names.has(name)) && Date.now() - at > COLUMNS_MS) {
      names = new Set((await read()).map(({name}) => name));
      at = Date.now();
    }
    return fields.filter(({name}) => names.has(name));
  };
}

/** Values of some columns in the order of all fields; null of those without a column. */
export function inOrder<T>(fields: EventColumn[], columns: EventColumn[], values: readonly T[]): (T | null)[] {
  const places = new Map(columns.map(({name}, at) => [name, at]));
  return fields.map(({name}) => values[places.get(name) ?? -1] ?? null);
}

export const SEEN_WITHIN_MS = 24 * 3_600_000;

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];
const MAX_POINTS = 600;

/** Milliseconds of one point, so that a span has at most 600. */
export const stepOf = (spanMs: number): number =>
  (STEPS.find((seconds) => spanMs / seconds / 1_000 <= MAX_POINTS) ?? STEPS.at(-1)!) * 1_000;

/** Points by columns, with a null where a vehicle was silent for more than three times its usual pause. */
export function toHistory(store: string, stepMs: number, points: Point[], fields: EventColumn[] = []): History {
  const pauses = points.slice(1).map(({ms}, at) => ms - points[at]!.ms);
  const usual = pauses.toSorted((a, b) => a - b)[pauses.length >> 1] ?? stepMs;
  const places = points.map(({ms, latitude, longitude}) =>
    latitude === null || longitude === null ? undefined : {ms, latitude, longitude},
  );
  const isThere = believed(places);
  const history: History = {
    store,
    step: stepMs / 1_000,
    time: [],
    ...byFigure((): (number | null)[] => []),
    fields: Object.fromEntries(fields.map(({name}) => [name, []])),
    leftOut: points.reduce((sum, {leftOut = 0}, at) => sum + leftOut + (places[at] && !isThere[at] ? 1 : 0), 0),
  };
  points.forEach((point, at) => {
    if (at > 0 && pauses[at - 1]! > 3 * usual) {
      history.time.push((points[at - 1]!.ms + usual) / 1_000);
      for (const column of FIGURE_NAMES) history[column].push(null);
      for (const {name} of fields) history.fields[name]!.push(null);
    }
    history.time.push(point.ms / 1_000);
    const shown = isThere[at] ? point : {...point, latitude: null, longitude: null};
    for (const column of FIGURE_NAMES) history[column].push(shown[column]);
    for (const [place, {name}] of fields.entries()) history.fields[name]!.push(point.fields?.[place] ?? null);
  });
  return history;
}
