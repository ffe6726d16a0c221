import {momentOf} from "../../api/event/time.ts";
import {FIGURES, TIME, VEHICLE} from "../../api/event.ts";

const KEYS: string[] = [VEHICLE.name, TIME.name];
const BOUNDS = new Map<string, (typeof FIGURES)[number]>(FIGURES.map((figure) => [figure.name, figure]));

/**
 * An event by the columns of the stores: each a value or null, and the additional fields as JSON. A reading that is none, being of another type or
 * out of range, is among the additional fields there too.
 */
export function columnsOf(event: Record<string, unknown>): {values: Record<string, any>; extra: string | null} {
  const values: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  const moment = momentOf(event[TIME.name], {format: "Auto", zoneMinutes: 0});
  for (const [field, value] of Object.entries(event)) {
    if (KEYS.includes(field) || isReading(field, value)) values[field] = value;
    else if (value !== null || !BOUNDS.has(field)) rest[field] = value;
  }
  // The column has milliseconds; what was finer is beside it.
  if ("ms" in moment) values[TIME.name] = new Date(moment.ms).toISOString();
  if ("ms" in moment && moment.finer) rest[TIME.name] = event[TIME.name];
  for (const {name} of FIGURES) values[name] ??= null;
  return {values, extra: Object.keys(rest).length === 0 ? null : JSON.stringify(rest)};
}

function isReading(field: string, value: unknown): boolean {
  const bounds = BOUNDS.get(field);
  return bounds !== undefined && typeof value === "number" && value >= bounds.min && value <= bounds.max;
}
