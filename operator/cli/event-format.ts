import {FIGURES, TIME, VEHICLE} from "../../api/event.ts";
import {parseExact} from "../../api/exact-json.ts";
import {columnsOf} from "./columns.ts";

/** The presentation of lines of JSON. */
export interface EventFormat {
  header: string;
  line(json: string): string;
}

/** The widths of the columns of a table. */
const columns = {
  events: {
    [VEHICLE.name]: 16,
    [TIME.name]: 24,
    // A place has six decimals.
    ...Object.fromEntries(FIGURES.map(({name, digits}) => [name, Math.max(name.length, digits > 1 ? 11 : 7)])),
  },
  deadletters: {time: 24, store: 11, partition: 9, offset: 9, key: 16, reason: 40},
  vehicles: {vehicle: 36, time: 24, silent: 12},
  notifications: {time: 24, receiver: 12, state: 8, attempts: 8, alerts: 34, problem: 24},
  audit: {store: 11, events: 10, rows: 10, missing: 8, extra: 8, altered: 8, older: 8, expired: 8},
};

/** Lines as they come. */
export const verbatim: EventFormat = {header: "", line: (text) => text};

/** A format by its name: table, json or csv. Fields of a row without a column go into a last one, `extra`, as JSON. */
export function eventFormat(name: string, kind: keyof typeof columns): EventFormat {
  const widths: [string, number][] = Object.entries(columns[kind]);
  const names = widths.map(([column]) => column);
  if (name === "json") return verbatim;
  if (name === "csv") {
    return {
      header: [...names, "extra"].join(","),
      line: (json) => cells(json, names).map(quoted).join(","),
    };
  }
  const row = (texts: string[]) =>
    texts
      .map((text, index) => text.padEnd(widths[index]?.[1] ?? 0))
      .join("  ")
      .trimEnd();
  return {header: row(names), line: (json) => row(cells(json, names))};
}

function cells(json: string, names: string[]): string[] {
  const {values, extra} = names.includes(VEHICLE.name) ? columnsOf(json) : byName(parseExact(json), names);
  return [...names.map((column) => String(values[column] ?? "")), extra ?? ""];
}

function byName(object: Record<string, unknown>, names: string[]): ReturnType<typeof columnsOf> {
  const rest = Object.fromEntries(Object.entries(object).filter(([field]) => !names.includes(field)));
  return {values: object, extra: Object.keys(rest).length === 0 ? null : JSON.stringify(rest)};
}

/** RFC 4180. */
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
