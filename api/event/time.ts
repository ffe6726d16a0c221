import {TIME} from "../event.ts";
import {minutesOf, type Zone} from "./zone.ts";

/** How far ahead of this machine's clock an event may be. */
export const MAX_AHEAD_MS = TIME.aheadHours * 3_600_000;
/** Why an event of the future is none yet: the only reason that passes by itself. */
export const AHEAD = `is more than ${TIME.aheadHours} h ahead`;
const EARLIEST_MS = Date.parse(TIME.earliest);

/** What a number can count since 1970, by the places that its point moves to make milliseconds. Of this century none has two readings. */
const PLACES = {Seconds: 3, Milliseconds: 0, Microseconds: -3, Nanoseconds: -6} as const;
type Unit = keyof typeof PLACES;
const UNITS = Object.keys(PLACES) as Unit[];
export const TIME_FORMATS = ["Auto", ...UNITS] as const;

interface TimeRule {
  /** What a number counts. */
  format: (typeof TIME_FORMATS)[number];
  /** Of a time that names none; undefined: it is no time. */
  zone: Zone | undefined;
}

/** A time in whole milliseconds, as the stores keep it; `finer` if it was cut to these. */
type Moment = {ms: number; finer: boolean} | {reason: string};

/** The time of an event. */
export const momentOf = (value: unknown, rule: TimeRule): Moment => inTime(instantOf(value, rule));

/** Any time. */
export function instantOf(value: unknown, rule: TimeRule): Moment {
  if (value === undefined) return {reason: "is missing"};
  if (value === null) return {reason: "is null"};
  if (typeof value === "number")
    return isMilliseconds(value, rule) ? {ms: value, finer: false} : counted(decimal(value), rule);
  if (typeof value !== "string") return {reason: "a text or a number is expected"};
  const text = value.trim();
  if (EXPONENT.test(text)) return counted(decimal(Number(text)), rule);
  const since = DOT_NET.exec(text);
  if (since) return counted(since[1]!, {...rule, format: "Milliseconds"});
  return NUMBER.test(text) ? counted(text, rule) : written(text, rule);
}

/** .NET's JSON of before 2012: the offset is for show. */
const DOT_NET = /^\/Date\((\d{1,16})(?:[+-]\d{4})?\)\/$/;
/** Year, month, day and time in one, as trackers print them: as a number since 1970 it would be of no year near this one. */
const JOINED = /^(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;

const EXPONENT = /^\d+(?:\.\d+)?[eE]\+?\d{1,2}$/;
const NUMBER = /^\d{1,30}(?:\.\d{1,30})?$/;
/** Six decimal places are what a double has of seconds at this time. */
const decimal = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(6));

function inTime(moment: Moment): Moment {
  if ("reason" in moment) return moment;
  if (moment.ms < EARLIEST_MS) return {reason: "is before the year 2000"};
  return moment.ms <= Date.now() + MAX_AHEAD_MS ? moment : {reason: AHEAD};
}

const YEAR_2100_MS = Date.UTC(2100, 0);

function counted(text: string, rule: TimeRule): Moment {
  const {format} = rule;
  if (format === "Auto" && JOINED.test(text)) return written(text.replace(JOINED, "$1-$2-$3T$4:$5:$6"), rule);
  const unit = format === "Auto" ? UNITS.find((name) => isThisCentury(Number(text) * 10 ** PLACES[name])) : format;
  if (unit === undefined || !NUMBER.test(text))
    return {reason: `${text} is no time since 2000 in seconds, milliseconds, microseconds or nanoseconds since 1970`};
  // By its digits: a double has too few of them for nanoseconds.
  const [whole = "", fraction = ""] = text.split(".");
  const places = PLACES[unit];
  if (places >= 0)
    return {
      ms: Number(whole + fraction.slice(0, places).padEnd(places, "0")),
      finer: hasMore(fraction.slice(places)),
    };
  return {ms: Number(whole.slice(0, places)), finer: hasMore(whole.slice(places) + fraction)};
}

/** Nearly all numbers are these. */
const isMilliseconds = (value: number, {format}: TimeRule) =>
  (format === "Auto" || format === "Milliseconds") && Number.isInteger(value) && isThisCentury(value);

const isThisCentury = (ms: number) => ms >= EARLIEST_MS && ms < YEAR_2100_MS;
const hasMore = (digits: string) => /[1-9]/.test(digits);

const ISO =
  /^(\d{4})[-/]?(\d\d)[-/]?(\d\d)[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,30}))?)? ?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?: ?\[[\w/+-]+\]| [A-Z]{3,5}(?: m=[+-][\d.]+)?)?$/;
const [DAY, MONTH, CLOCK] = ["[A-Z][a-z]{2}", "([A-Z][a-z]{2})", String.raw`(\d\d:\d\d:\d\d)`];
/** In words, each with the order of day, month, year, time and zone: of HTTP and mail, of JavaScript, of Java's Date and Unix. */
const WORDS: [RegExp, string][] = [
  [new RegExp(String.raw`^${DAY}, (\d{1,2}) ${MONTH} (\d{4}) ${CLOCK} (GMT|UTC|[+-]\d{4})$`), "$1 $2 $3 $4 $5"],
  [new RegExp(String.raw`^${DAY} ${MONTH} (\d\d) (\d{4}) ${CLOCK} GMT([+-]\d{4})(?: \([^)]*\))?$`), "$2 $1 $3 $4 $5"],
  [new RegExp(String.raw`^${DAY} ${MONTH} +(\d{1,2}) ${CLOCK} (GMT|UTC) (\d{4})$`), "$2 $1 $5 $3 $4"],
];

const NO_TIME = "is no time that exists";
const EXPECTED = "an ISO 8601 time, or a number since 1970, is expected";
/** Half of the world reads these as days, the other half as months. */
const DAY_FIRST = /^\d{1,2}[./-]\d{1,2}[./-]\d{4}\b/;

/** ISO 8601 with any offset and precision, as the standard libraries of common languages print it. */
function written(text: string, rule: TimeRule): Moment {
  const found = ISO.exec(text);
  if (!found) {
    const words = WORDS.find(([pattern]) => pattern.test(text));
    const inOrder = words ? text.replace(...words) : "";
    const ms = words ? Date.parse(inOrder) : Number.NaN;
    const [day, month, year] = inOrder.split(" ");
    if (words && new Date(`${day} ${month} ${year} UTC`).getUTCDate() !== Number(day)) return {reason: NO_TIME};
    if (!Number.isNaN(ms)) return {ms, finer: false};
    return {reason: DAY_FIRST.test(text) ? `${EXPECTED}: whether day or month comes first is not certain` : EXPECTED};
  }
  const [, year, month, day, hours, minutes, seconds = "00", fraction = "", zone] = found;
  if (zone === undefined && !rule.zone)
    return {reason: "has no time zone: end it with Z or an offset, or set spec.event.mapping.time.zone"};
  const thousandths = fraction.slice(0, 3).padEnd(3, "0");
  const local = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${thousandths}Z`;
  const ms = Date.parse(local);
  // JavaScript reads 30 February as 2 March, and 24:00 as the next day.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== local) return {reason: NO_TIME};
  const ahead = zone === undefined ? rule.zone!(ms) : minutesOf(zone) * 60_000;
  if (Number.isNaN(ahead)) return {reason: NO_TIME};
  return {ms: ms - ahead, finer: hasMore(fraction.slice(3))};
}

/** The day of the last event, which most often is that of the next: as a number such as 20261124. */
let lastDay = {number: Number.NaN, ms: Number.NaN};
const PLAIN_LENGTH = 24;
const scratch = new Uint8Array(PLAIN_LENGTH);

/** ms since the epoch of a real time written exactly as Date prints it, in time; NaN for anything else, which may be one too. */
export function plainTime(text: unknown): number {
  if (typeof text !== "string" || text.length !== PLAIN_LENGTH) return Number.NaN;
  for (let at = 0; at < PLAIN_LENGTH; at++) scratch[at] = Math.min(255, text.charCodeAt(at));
  return plainTimeIn(scratch, 0);
}

/** A number of milliseconds since 1970 that is a time of this century, and in time; otherwise NaN. */
export const plainMs = (value: number): number =>
  Number.isInteger(value) && isThisCentury(value) && value <= Date.now() + MAX_AHEAD_MS ? value : Number.NaN;

const CODE = {zero: 48, dash: 45, T: 84, colon: 58, point: 46, Z: 90};

/** The same, of the 24 bytes that begin there. */
export function plainTimeIn(bytes: Uint8Array, at: number): number {
  const separators =
    bytes[at + 4] === CODE.dash &&
    bytes[at + 7] === CODE.dash &&
    bytes[at + 10] === CODE.T &&
    bytes[at + 13] === CODE.colon &&
    bytes[at + 16] === CODE.colon &&
    bytes[at + 19] === CODE.point &&
    bytes[at + 23] === CODE.Z;
  if (!separators) return Number.NaN;
  const day =
    ((digits(bytes, at) * 100 + digits(bytes, at + 2)) * 100 + digits(bytes, at + 5)) * 100 + digits(bytes, at + 8);
  if (day !== lastDay.number) {
    const text = Buffer.from(bytes.subarray(at, at + 10)).toString("latin1");
    const ms = Date.parse(`${text}T00:00:00.000Z`);
    // 30 February is read as 2 March.
    if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return Number.NaN;
    lastDay = {number: day, ms};
  }
  const [hours, minutes, seconds] = [digits(bytes, at + 11), digits(bytes, at + 14), digits(bytes, at + 17)];
  const thousandths = digits(bytes, at + 20) * 10 + digit(bytes, at + 22);
  if (!(hours < 24 && minutes < 60 && seconds < 60 && thousandths < 1_000)) return Number.NaN;
  const ms = lastDay.ms + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + thousandths;
  return ms >= EARLIEST_MS && ms <= Date.now() + MAX_AHEAD_MS ? ms : Number.NaN;
}

const digits = (bytes: Uint8Array, at: number) => digit(bytes, at) * 10 + digit(bytes, at + 1);

function digit(bytes: Uint8Array, at: number): number {
  const value = bytes[at]! - CODE.zero;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}
