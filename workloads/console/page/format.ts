/** Figures as people read them. */
const integer = new Intl.NumberFormat("en", {maximumFractionDigits: 0});

export const count = (value: number): string => integer.format(value);

/** Bytes in the largest unit that they fill. */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(value, 1)) / 10));
  return `${Number((value / 1_024 ** power).toPrecision(3))} ${units[power]}`;
}

export function rate(value: number | undefined): string {
  if (value === undefined) return "–";
  return value < 10 ? value.toFixed(1) : integer.format(value);
}

const grouped = new Intl.NumberFormat("en", {maximumFractionDigits: 12});

/** A number of a size that nobody knows before: whole ones with all digits, others with six. */
export const number = (value: number): string =>
  grouped.format(Number.isInteger(value) ? value : Number(value.toPrecision(6)));

const compact = new Intl.NumberFormat("en", {notation: "compact", maximumSignificantDigits: 4});

/** The same in the little room beside an axis. */
export const tick = (value: number): string => {
  const size = Math.abs(value);
  return size < 10_000
    ? number(value)
    : size < 1e15
      ? compact.format(value)
      : value.toExponential(1).replace(/(\.0)?e\+/, "e");
};

/** A reading with its unit; – where the vehicle did not say it. */
export const reading = (value: number | null, unit: string, digits: number): string =>
  value === null ? "–" : `${value.toFixed(digits)} ${unit}`;

/** A span in its largest fitting unit: `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** The time of day of a moment, ms since the epoch: 19:36:45. */
export const timeOfDay = (ms: number): string => new Date(ms).toLocaleTimeString([], {hourCycle: "h23"});

/** Degrees with the hemisphere. */
export const latitude = (value: number, digits = 4) => `${Math.abs(value).toFixed(digits)}° ${value < 0 ? "S" : "N"}`;
export const longitude = (value: number, digits = 4) => `${Math.abs(value).toFixed(digits)}° ${value < 0 ? "W" : "E"}`;
