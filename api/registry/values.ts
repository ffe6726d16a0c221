import {rawJSON} from "../exact-json.ts";
import {exact, misfit} from "./cursor.ts";

/** A time as ISO 8601, with as many digits as it has; as its number where no calendar has it. */
export function isoTime(count: number | bigint, perMs: 1 | 1_000 | 1_000_000, zone: "Z" | ""): unknown {
  const {ms, rest} = divided(count, perMs);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return exact(count);
  const text = date.toISOString();
  return rest === "" && zone === "Z" ? text : `${text.slice(0, -1)}${rest}${zone}`;
}

/** Milliseconds, and the digits behind them that say something. */
function divided(count: number | bigint, perMs: 1 | 1_000 | 1_000_000): {ms: number; rest: string} {
  if (perMs === 1) return {ms: Number(count), rest: ""};
  const [total, unit] = [BigInt(count), BigInt(perMs)];
  const behind = ((total % unit) + unit) % unit;
  const digits = perMs === 1_000 ? 3 : 6;
  return {ms: Number((total - behind) / unit), rest: behind === 0n ? "" : String(behind).padStart(digits, "0")};
}

const DAY_MS = 86_400_000;

/** A day, counted from 1970 on. */
export function isoDay(days: number | bigint): unknown {
  const text = isoTime(Number(days) * DAY_MS, 1, "Z");
  return typeof text === "string" ? text.slice(0, -"T00:00:00.000Z".length) : text;
}

/** A time of day. */
export function isoClock(count: number | bigint, perMs: 1 | 1_000): unknown {
  const text = isoTime(count, perMs, "");
  return typeof text === "string" ? text.slice(text.indexOf("T") + 1) : text;
}

const MOST_PLACES = 1_000;

/** A decimal number of so many places, from the two's complement of its digits. */
export function decimalOf(bytes: Buffer, scale: number): unknown {
  if (Math.abs(scale) > MOST_PLACES) misfit(`has ${scale} decimal places, where at most ${MOST_PLACES} are expected`);
  const integer = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString("hex")}`));
  if (scale < 0) return decimalText(integer * 10n ** BigInt(-scale), 0);
  return decimalText(integer, scale);
}

function decimalText(unscaled: bigint, scale: number): unknown {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  // Zeros at the end are of the scale, not of the value.
  const fraction = scale > 0 ? digits.slice(-scale).replace(/0+$/, "") : "";
  const shortest = `${unscaled < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
  const number = Number(shortest);
  return String(number) === shortest ? number : rawJSON(shortest === "-0" ? "0" : shortest);
}

export const uuidOf = (bytes: Buffer): string =>
  bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
