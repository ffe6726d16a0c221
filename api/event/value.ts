/** Units that a reading can come in, each with what makes the event's own unit of it: a factor, and what is added before. */
const UNIT = {
  KilometersPerHour: {of: ["speed"], factor: 1, before: 0},
  MilesPerHour: {of: ["speed"], factor: 1.609344, before: 0},
  Knots: {of: ["speed"], factor: 1.852, before: 0},
  MetersPerSecond: {of: ["speed"], factor: 3.6, before: 0},
  Celsius: {of: ["temperature"], factor: 1, before: 0},
  Fahrenheit: {of: ["temperature"], factor: 1 / 1.8, before: -32},
  Kelvin: {of: ["temperature"], factor: 1, before: -273.15},
  Percent: {of: ["humidity"], factor: 1, before: 0},
  Fraction: {of: ["humidity"], factor: 100, before: 0},
  Degrees: {of: ["latitude", "longitude"], factor: 1, before: 0},
  Microdegrees: {of: ["latitude", "longitude"], factor: 1e-6, before: 0},
  TenMillionths: {of: ["latitude", "longitude"], factor: 1e-7, before: 0},
  Nmea: {of: ["latitude", "longitude"], factor: 1, before: 0},
} as const;

type UnitName = keyof typeof UNIT;
export const UNITS = Object.keys(UNIT) as UnitName[];
/** The units that a field can have. */
export const unitsOf = (field: string): UnitName[] =>
  UNITS.filter((name) => (UNIT[name].of as readonly string[]).includes(field));

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** A number, or a text that is one; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMBER.test(value) ? Number(value) : undefined;
}

/** What a conversion leaves behind the 9th decimal place is rounding. */
const rounded = (value: number) => Math.round(value * 1e9) / 1e9;

/** From a value as it came to a number in the event's unit; undefined if it is none. */
export function converter(unit: UnitName | undefined, scale = 1): (value: unknown) => number | undefined {
  if (unit === "Nmea") return degreesOf;
  const {factor, before} = unit ? UNIT[unit] : {factor: 1, before: 0};
  if (factor === 1 && before === 0 && scale === 1) return numberOf;
  return (value) => {
    const number = numberOf(value);
    return number === undefined ? undefined : rounded((number * scale + before) * factor);
  };
}

const NMEA = /^\s*([+-]?)(\d{1,3})(\d\d(?:\.\d*)?)\s*,?\s*([NSEW]?)\s*$/i;

/** Degrees and minutes as receivers print them: 4803.5000, 01134.2000,E or -1134.2 */
function degreesOf(value: unknown): number | undefined {
  const found = NMEA.exec(String(value));
  if (!found || Number(found[3]) >= 60) return undefined;
  const south = found[1] === "-" || /[SW]/i.test(found[4]!);
  return rounded((south ? -1 : 1) * (Number(found[2]) + Number(found[3]) / 60));
}
