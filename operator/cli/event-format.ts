import {csvCell} from "../../api/csv.ts";
import {type EventColumn, tableNames, textOf} from "../../api/event/columns.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {FIGURES, TIME, VEHICLE} from "../../api/event.ts";
import {parseExact} from "../../api/exact-json.ts";
import {columnReader} from "./columns.ts";

/** The presentation of lines of JSON. */
export interface EventFormat {
  header: string;
  line(json: string): string;
}

/** The widths of the columns of a table. */
const lists = {
  deadletters: {time: 24, store: 11, partition: 9, offset: 9, key: 16, reason: 40},
  vehicles: {vehicle: 36, time: 24, silent: 12},
  fleet: {vehicle: 20, plate: 12, group: 20, driver: 24, depot: 16},
  drivers: {driver: 20, name: 24, phone: 18, email: 28, vehicles: 8},
  groups: {group: 20, name: 24, parent: 20, vehicles: 8},
  strangers: {vehicle: 20, newest: 27},
  models: {model: 18, version: 8, stage: 11, made: 24, "AP / rule": 14, "recall / rule": 14, refusal: 40},
  notifications: {time: 24, receiver: 12, state: 8, attempts: 8, alerts: 34, problem: 24},
  audit: {
    store: 11,
    events: 10,
    rows: 10,
    missing: 8,
    extra: 8,
    altered: 8,
    older: 8,
    expired: 8,
    reflagged: 9,
    earlier: 8,
  },
};

const EVENT: Record<string, number> = {
  [VEHICLE.name]: 16,
  [TIME.name]: 24,
  // A place has six decimals.
  ...Object.fromEntries(FIGURES.map(({name, digits}) => [name, Math.max(name.length, digits > 1 ? 11 : 7)])),
  [FLAG_COLUMN]: 16,
  extra: 0,
};
const widthOf = ({name, type}: EventColumn) => Math.max(name.length, type === "timestamp" ? 24 : 11);

/** Lines as they come. */
export const verbatim: EventFormat = {header: "", line: (text) => text};

/** The cells of a line of JSON, in the order of the columns; null of what it lacks. */
type Cells = (json: string) => (string | null)[];

/** A format of a list by its name: table, json or csv. Fields without a column go into a last one, `extra`, as JSON. */
export function listFormat(name: string, kind: keyof typeof lists): EventFormat {
  const widths = Object.entries(lists[kind]);
  const names = widths.map(([column]) => column);
  return formatOf(name, [...widths, ["extra", 0]], (json) => {
    const object = parseExact(json);
    const rest = Object.entries(object).filter(([field]) => !names.includes(field));
    const extra = rest.length === 0 ? null : JSON.stringify(Object.fromEntries(rest));
    return [...names.map((column) => String(object[column] ?? "")), extra];
  });
}

/** A format of events by its name; the fields of the spec have columns of their own. */
export function eventFormat(name: string, columns: EventColumn[]): EventFormat {
  const further = new Map(columns.map((column) => [column.name, column]));
  const read = columnReader(columns);
  const names = tableNames(columns);
  const widths = names.map((column): [string, number] => [column, EVENT[column] ?? widthOf(further.get(column)!)]);
  return formatOf(name, widths, (json) => {
    const {values, extra} = read(json);
    return names.map((column) => {
      if (column === "extra") return extra;
      const [value, field] = [values[column] ?? null, further.get(column)];
      return field ? textOf(field, value) : value === null ? null : String(value);
    });
  });
}

function formatOf(name: string, widths: [string, number][], cells: Cells): EventFormat {
  const names = widths.map(([column]) => column);
  if (name === "json") return verbatim;
  if (name === "csv") return {header: names.join(), line: (json) => cells(json).map(csvCell).join()};
  const row = (texts: (string | null)[]) =>
    texts
      .map((text, index) => (text ?? "").replace(/[\r\n]+/g, " ").padEnd(widths[index]![1]))
      .join("  ")
      .trimEnd();
  // A last column of the rare kind has no header.
  return {header: row(names.slice(0, -1)), line: (json) => row(cells(json))};
}
