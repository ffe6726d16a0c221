import {expect, test} from "vitest";
import {dayOf, parseEvent} from "./telemetry.ts";

const good = {
  vehicle_id: "vehicle-1",
  timestamp: "2026-01-02T03:04:05.678Z",
  latitude: 48.1,
  longitude: 11.5,
  speed: 42,
  temperature: -3.5,
  humidity: 80,
};
const parse = (event: unknown) => parseEvent(Buffer.from(typeof event === "string" ? event : JSON.stringify(event)));

test("a valid event becomes a row, its values unchanged", () => {
  const {timestamp, ...rest} = good;
  expect(parse(good)).toEqual({row: {...rest, ts: new Date(timestamp), extra: null}});
});

test.each(["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.6Z", "2024-02-29T23:59:59.999Z"])(
  "%s is a time",
  (timestamp) => {
    expect(parse({...good, timestamp})).toMatchObject({row: {ts: new Date(timestamp)}});
  },
);

test("fields that the schema does not know are kept", () => {
  expect(parse({...good, battery: 0.5, extra: "mine"})).toMatchObject({
    row: {extra: '{"battery":0.5,"extra":"mine"}'},
  });
});

test.each([
  '{"trip":9007199254740993}',
  '{"can":{"ids":[18446744073709551615,-0,1.10]}}',
  '{"huge":1e400,"small":1E-7}',
  '{"__proto__":{"polluted":true},"constructor":1}',
])("further fields are kept as they were written: %s", (fields) => {
  const text = JSON.stringify(good).replace("}", `,${fields.slice(1)}`);
  expect(parse(text)).toMatchObject({row: {extra: fields}});
});

test.each([
  ["no JSON at all", "hello", /^not JSON$/],
  ["an array", "[]", /^event: /],
  ["a missing field", {...good, speed: undefined}, /^speed: /],
  ["a wrong type", {...good, latitude: "48"}, /^latitude: /],
  ["infinity", JSON.stringify(good).replace("42", "1e999"), /^speed: /],
  ["out of range", {...good, humidity: 101}, /^humidity: /],
  ["microseconds", {...good, timestamp: "2026-01-02T03:04:05.678901Z"}, /^timestamp: .*milliseconds/],
  ["the 30th of February", {...good, timestamp: "2026-02-30T03:04:05.000Z"}, /^timestamp: is no time that exists/],
  ["hour 24", {...good, timestamp: "2026-02-03T24:00:00Z"}, /^timestamp: is no time that exists/],
  ["a time zone", {...good, timestamp: "2026-01-02T03:04:05+01:00"}, /^timestamp: /],
  ["a time as a number", {...good, timestamp: 1_767_323_045_678}, /^timestamp: /],
  ["null", "null", /^event: /],
  ["a day that does not exist", {...good, timestamp: "2026-13-02T03:04:05Z"}, /^timestamp: /],
  ["the far future", {...good, timestamp: "2999-01-02T03:04:05Z"}, /^timestamp: is more than 24 h ahead/],
  ["a NUL", {...good, note: "a\u0000b"}, /NUL/],
  ["half a surrogate pair", {...good, note: "\ud800"}, /surrogate/],
  [
    "what exhausts stacks",
    JSON.stringify(good).replace("}", `,"note":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
    /nested/,
  ],
  ["an odd id", {...good, vehicle_id: "a b"}, /^vehicle_id: /],
  ["an oversized event", {...good, note: "x".repeat(1_000_001)}, /more than 1000000/],
])("%s is refused with the field and the reason", (_, event, reason) => {
  expect((parse(event) as {reason: string}).reason).toMatch(reason);
});

test("bytes that are not UTF-8 and empty values are refused", () => {
  expect(parseEvent(Buffer.from([0xc3, 0x28]))).toEqual({reason: "not UTF-8"});
  expect(parseEvent(null)).toEqual({reason: "empty value"});
});

test("the partition day is the day in UTC", () => {
  const parsed = parse({...good, timestamp: "2026-01-02T23:59:59.999Z"});
  expect("row" in parsed && dayOf(parsed.row)).toBe("2026-01-02");
});
