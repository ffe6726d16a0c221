import type {Row} from "../api/event/row.ts";
import {FIGURE_NAMES} from "../api/event.ts";

export type {Row} from "../api/event/row.ts";

/** The UTC day of a row, `YYYY-MM-DD`: part of Cassandra's partition key. */
export const dayOf = (row: Row): string => row.ts.toISOString().slice(0, 10);

/** A row as the text of its event, without what it lacks: what the simulator sends, and what an audit makes of a store's row to compare. */
export function eventText(row: Omit<Row, "extra">): string {
  let text = `{"vehicle_id":"${row.vehicle_id}","timestamp":"${row.ts.toISOString()}"`;
  for (const name of FIGURE_NAMES) if (row[name] !== null) text += `,"${name}":${row[name]}`;
  return `${text}}`;
}
