import {type EventColumn, kindOf, readColumn} from "../../api/event/columns.ts";
import {unconverted} from "../../api/event/value.ts";

const PERIOD_MS = 600_000;
const [LEAST, MOST] = [0, 100];

/** A field's value by its type and bounds, so that a schema can be tried before a vehicle has it: a slow wave, another one for each vehicle. */
function simulated({name, type, min, max}: EventColumn, vehicle: number, time: number): unknown {
  const low = min ?? Math.min(LEAST, max ?? LEAST);
  const high = max ?? Math.max(MOST, low + MOST);
  const share = (1 + Math.sin(time / PERIOD_MS + vehicle + name.length)) / 2;
  const number = low + share * (high - low);
  if (type === "boolean") return share > 0.5;
  if (type === "string") return `${name}-${Math.floor(share * 10)}`;
  if (type === "timestamp") return new Date(time - (time % PERIOD_MS)).toISOString();
  if (type === "json") return {[name]: Math.round(number)};
  return type === "int" || type === "bigint" ? Math.floor(number) : Math.round(number * 100) / 100;
}

/** An event's text with the fields of the spec behind its own. */
export function withFields(text: string, columns: EventColumn[], vehicle: number, time: number): string {
  if (columns.length === 0) return text;
  const fields = columns.flatMap((column) => {
    const {name, path, constant, from, unit, scale} = column;
    if (constant !== undefined || from === "Nmea") return [];
    const value = readColumn(column, simulated(column, vehicle, time));
    if (value === undefined) return [];
    // What is under the field's own name is in the column's unit where the vehicles have it at another path.
    const isKept = path !== undefined || (from ?? scale) === undefined;
    const sent = isKept ? kindOf(column).json(value) : unconverted({from, to: unit, scale}, Number(value));
    return [`,${JSON.stringify(name)}:${sent}`];
  });
  return `${text.slice(0, -1)}${fields.join("")}}`;
}
