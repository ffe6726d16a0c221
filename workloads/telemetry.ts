import type {Row} from "../api/event/row.ts";
import {FIGURES} from "../api/event.ts";

export type {Row} from "../api/event/row.ts";

/** The UTC day of a row, `YYYY-MM-DD`: part of Cassandra's partition key. */
export const dayOf = (row: Row): string => row.ts.toISOString().slice(0, 10);

/** A row as the text of its event, without the measures that it lacks: what the simulator sends, and what an audit makes of a store's row to compare. */
export function eventText(row: Omit<Row, "extra">): string {
  let text = `{"vehicle_id":"${row.vehicle_id}","timestamp":"${row.ts.toISOString()}"`;
  // A place is always said, be it that there was none.
  for (const {name, required} of FIGURES) if (required || row[name] !== null) text += `,"${name}":${row[name]}`;
  return `${text}}`;
}
