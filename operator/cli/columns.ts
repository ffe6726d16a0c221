import {type EventColumn, readColumn} from "../../api/event/columns.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {momentOf} from "../../api/event/time.ts";
import {zoneOf} from "../../api/event/zone.ts";
import {FIGURE_NAMES, FIGURES, TIME, VEHICLE} from "../../api/event.ts";
import {isRawJSON, parseExact} from "../../api/exact-json.ts";

const BOUNDS = new Map<string, (typeof FIGURES)[number]>(FIGURES.map((figure) => [figure.name, figure]));

/** A row of a table: a value or null of each column, and the additional fields as JSON. */
interface TableRow {
  values: Record<string, any>;
  extra: string | null;
}

/**
 * Reads a store's lines of JSON into columns, those of the spec's fields by their types. A reading that is none, being of another type or
 * out of range, is among the additional fields there too, and so is a time finer than milliseconds.
 */
export function columnReader(columns: EventColumn[]): (line: string) => TableRow {
  const further = new Map(columns.map((column) => [column.name, column]));
  return (line) => columnsOf(line, further);
}

function columnsOf(line: string, further: Map<string, EventColumn>): TableRow {
  const event = parseExact(line);
  const values: Record<string, unknown> = {[VEHICLE.name]: event[VEHICLE.name], [TIME.name]: cut(event[TIME.name])};
  const rest: Record<string, unknown> = {};
  const moment = momentOf(event[TIME.name], {format: "Auto", zone: zoneOf("UTC")});
  for (const [field, value] of Object.entries(event)) {
    const column = further.get(field);
    const typed = column && value !== null ? readColumn(column, value) : undefined;
    if (column && (typed !== undefined || value === null)) values[field] = typed ?? null;
    else if (field === FLAG_COLUMN && Array.isArray(value)) values[field] = value.join(" ");
    else if (isReading(field, value)) values[field] = value;
    else if (values[field] !== value && (value !== null || !BOUNDS.has(field))) rest[field] = value;
  }
  // The column has milliseconds; what was finer is beside it.
  if ("ms" in moment) values[TIME.name] = new Date(moment.ms).toISOString();
  if ("ms" in moment && moment.finer) rest[TIME.name] = event[TIME.name];
  for (const name of [...FIGURE_NAMES, FLAG_COLUMN]) values[name] ??= null;
  for (const name of further.keys()) if (!Object.hasOwn(values, name)) values[name] = null;
  return {values, extra: Object.keys(rest).length === 0 ? null : JSON.stringify(rest)};
}

/** The time as the stores' column has it. */
function cut(time: unknown): unknown {
  const moment = momentOf(isRawJSON(time) ? time.rawJSON : time, {format: "Auto", zone: undefined});
  return "ms" in moment ? new Date(moment.ms).toISOString() : time;
}

function isReading(field: string, value: unknown): boolean {
  const bounds = BOUNDS.get(field);
  return bounds !== undefined && typeof value === "number" && value >= bounds.min && value <= bounds.max;
}
