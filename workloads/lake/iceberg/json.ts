import {parse, rawJSON} from "../../../api/exact-json.ts";

/** An integer of 64 bits: a bigint where a number would be rounded, so that two of the same value are always equal by `===`. */
export type Long = number | bigint;

export const longOf = (value: bigint): Long => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

/** Parses JSON whose integers may be identifiers of 64 bits, as those of snapshots are. */
export const parseLongs = (text: string): any =>
  parse(text, (_, value, {source}) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? "") ? BigInt(source!) : value,
  );

/** The way back. */
export const stringifyLongs = (value: unknown): string =>
  JSON.stringify(value, (_, one) => (typeof one === "bigint" ? rawJSON(String(one)) : one));
