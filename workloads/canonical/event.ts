import {type EventColumn, restOf} from "../../api/event/columns.ts";
import {COLUMNS, TIME} from "../../api/event.ts";
import {parseExact} from "../../api/exact-json.ts";
import {eventText, type Row} from "../telemetry.ts";

/**
 * Makes a row into the text of an event in the default format, with the spec's fields under their own names. What is in no column stands
 * beside them, unless it has the name of one: a value that could not be read, or that a mapping passes over, would be taken for the reading.
 */
export function canonicalText(columns: EventColumn[]): (row: Row) => string {
  const taken = [...COLUMNS, TIME.name, ...columns.map(({name}) => name)];
  const others = (extra: string | null): string | null => {
    if (extra === null || !taken.some((name) => extra.includes(`"${name}":`))) return extra;
    const kept = Object.entries(parseExact(extra)).filter(([name]) => !taken.includes(name));
    return kept.length > 0 ? JSON.stringify(Object.fromEntries(kept)) : null;
  };
  return (row) => {
    const rest = restOf(columns, row.fields ?? [], others(row.extra));
    return rest === null || rest === "{}" ? eventText(row) : `${eventText(row).slice(0, -1)},${rest.slice(1)}`;
  };
}
