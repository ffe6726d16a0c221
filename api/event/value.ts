import {conversionOf, type UnitName} from "./units.ts";

/** No two parts of it take the same characters: a text of a megabyte is judged in one go. */
const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** A number, or a text that is one; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMBER.test(value) ? Number(value) : undefined;
}

/** What a conversion leaves behind the 9th decimal place is rounding. */
const rounded = (value: number) => Math.round(value * 1e9) / 1e9;

interface Conversion {
  /** Of the value as it comes. */
  from?: UnitName | undefined;
  /** The symbol of the unit that is kept. */
  to?: string | undefined;
  scale?: number | undefined;
}

/** From a value as it came to a number in the unit that is kept; undefined if it is none. */
export function converter({from, to = "", scale = 1}: Conversion): (value: unknown) => number | undefined {
  if (from === "Nmea") return degreesOf;
  const {factor, before, after} = from ? conversionOf(from, to) : {factor: 1, before: 0, after: 0};
  if (factor === 1 && before === 0 && after === 0 && scale === 1) return numberOf;
  return (value) => {
    const number = numberOf(value);
    return number === undefined ? undefined : rounded((number * scale + before) * factor + after);
  };
}

/** The way back: the number that comes where this one is kept. */
export function unconverted({from, to = "", scale = 1}: Conversion, kept: number): number {
  const {factor, before, after} = from ? conversionOf(from, to) : {factor: 1, before: 0, after: 0};
  return ((kept - after) / factor - before) / scale;
}

const NMEA = /^([+-]?)(\d{1,3})(\d\d(?:\.\d*)?)(?:\s*,)?(?:\s*([NSEW]))?$/i;

/** Degrees and minutes as receivers print them: 4803.5000, 01134.2000,E or -1134.2 */
function degreesOf(value: unknown): number | undefined {
  // Of an object the sender says how it is printed, and that it cannot be.
  const found = typeof value === "object" ? null : NMEA.exec(String(value).trim());
  if (!found || Number(found[3]) >= 60) return undefined;
  const south = found[1] === "-" || /[SW]/i.test(found[4] ?? "");
  return rounded((south ? -1 : 1) * (Number(found[2]) + Number(found[3]) / 60));
}
