import {isRawJSON} from "../exact-json.ts";
import {decimalOf, isoTime} from "./values.ts";

type Plain = (message: Record<string, any>) => unknown;

const nanosOf = (seconds: unknown, nanos: number): bigint =>
  BigInt(isRawJSON(seconds) ? seconds.rawJSON : (seconds as number)) * 1_000_000_000n + BigInt(nanos);

/** Messages that stand for a plain value, as in Protobuf's own JSON. */
const PLAIN: Record<string, Plain> = {
  "google.protobuf.Timestamp": ({seconds, nanos}) =>
    typeof seconds === "number" && nanos % 1_000_000 === 0
      ? isoTime(seconds * 1_000 + nanos / 1_000_000, 1, "Z")
      : isoTime(nanosOf(seconds, nanos), 1_000_000, "Z"),
  "google.protobuf.Duration": ({seconds, nanos}) => `${decimalSeconds(nanosOf(seconds, nanos))}s`,
  "google.protobuf.Struct": ({fields}) => fields,
  "google.protobuf.ListValue": ({values}) => values,
  "google.protobuf.Value": (message) => ("nullValue" in message ? null : Object.values(message)[0]),
  "google.protobuf.FieldMask": ({paths}) => paths.join(","),
  "confluent.type.Decimal": ({value, scale}) => decimalOf(Buffer.from(value, "base64"), scale),
};
const WRAPPER = /^google\.protobuf\.(Double|Float|U?Int(32|64)|Bool|String|Bytes)Value$/;

export function plainOf(fullName: string): Plain | undefined {
  const name = fullName.replace(/^\./, "");
  return WRAPPER.test(name) ? ({value}) => value : PLAIN[name];
}

function decimalSeconds(nanos: bigint): string {
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(10, "0");
  const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "");
  return `${nanos < 0n ? "-" : ""}${text}`;
}
