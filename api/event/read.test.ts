import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {createReader} from "./read.ts";

const good = {
  vehicle_id: "vehicle-1",
  timestamp: "2026-01-02T03:04:05.678Z",
  latitude: 48.1,
  longitude: 11.5,
  speed: 42,
  temperature: -3.5,
  humidity: 80,
};
const {timestamp, ...rest} = good;
const row = {...rest, ts: new Date(timestamp), extra: null};
const json = JSON.stringify(good);
const read = createReader();
const parse = (event: unknown) =>
  read({key: null, value: Buffer.from(typeof event === "string" ? event : JSON.stringify(event))});

test("a valid event becomes a row, its values unchanged", () => {
  expect(parse(good)).toEqual({rows: [row], problems: [], lost: []});
});

interface Payload {
  name: string;
  base64?: string;
  expected: string;
}

/** What common trackers, brokers and languages send, each with what its sender would expect. */
const payloads = JSON.parse(readFileSync(new URL("payloads.json", import.meta.url), "utf8")) as Payload[];
const ROWS: Record<string, number> = {"NDJSON two events": 2, "JSON array of events": 2};
const NONE = new Set(["no zone"]);

test.each(payloads.map((payload) => [payload.name, payload] as const))("payload: %s", (name, {base64, expected}) => {
  const {rows, problems} = read({key: null, value: base64 === undefined ? null : Buffer.from(base64, "base64")});
  const none = NONE.has(name) || /a dead letter that says|gives the paths|by the registry/.test(expected);
  expect([rows.length, problems.length]).toEqual(none ? [0, 1] : [ROWS[name] ?? 1, 0]);
  expect({rows, reasons: problems.map(({reason}) => reason)}).toMatchSnapshot();
});

test("fields that the schema does not know are kept", () => {
  expect(parse({...good, battery: 0.5, extra: "mine"}).rows).toEqual([
    {...row, extra: '{"battery":0.5,"extra":"mine"}'},
  ]);
});

test.each([
  '{"trip":9007199254740993}',
  '{"can":{"ids":[18446744073709551615,-0,1.10]}}',
  '{"huge":1e400,"small":1E-7,"tiny":0.0000001}',
  '{"__proto__":{"polluted":true},"constructor":1}',
])("further fields are kept as they were written: %s", (fields) => {
  expect(parse(json.replace("}", `,${fields.slice(1)}`)).rows).toEqual([{...row, extra: fields}]);
});

test.each<[string, string, string, object]>([
  ["missing", '"humidity":80', '"more":1', {humidity: null, extra: '{"more":1}'}],
  ["null", ":80", ":null", {humidity: null}],
  ["a number in quotes", ":80", ':"80.0"', {}],
])("a reading that is %s costs nothing", (_, from, to, change) => {
  expect(parse(json.replace(from, to))).toEqual({rows: [{...row, ...change}], problems: [], lost: []});
});

test("a receiver without a fix has no place, and all else is there", () => {
  expect(parse({...good, latitude: null, longitude: null})).toEqual({
    rows: [{...row, latitude: null, longitude: null}],
    problems: [],
    lost: [],
  });
});

test.each([
  ["out of range", "101", "101"],
  ["a text", '"wet"', '"wet"'],
  ["an object", '{"value":80}', '{"value":80}'],
  ["a truth", "true", "true"],
  ["a bare NaN, as Python writes it", "NaN", '"NaN"'],
  ["a bare infinity", "-Infinity", '"-Infinity"'],
  ["beyond a double", "1e999", "1e999"],
])("a reading that is %s costs that reading, and is kept as it came", (_, value, kept) => {
  expect(parse(json.replace(":80", `:${value}`))).toEqual({
    rows: [{...row, humidity: null, extra: `{"humidity":${kept}}`}],
    problems: [],
    lost: ["humidity"],
  });
});

test("a line with a bare NaN costs no more than that reading either", () => {
  const {rows, problems, lost} = parse(`${json}\n${json.replace(":80", ":NaN")}`);
  expect([rows, problems, lost]).toEqual([
    [row, {...row, humidity: null, extra: '{"humidity":"NaN"}'}],
    [],
    ["humidity"],
  ]);
});

test("several events of a message stand for themselves: each can be told from its neighbours", () => {
  const bad = JSON.stringify({...good, latitude: 91});
  for (const text of [
    `${json}\n${bad}\n${json}\n`,
    `[${json},${bad},${json}]`,
    json + bad + json,
    `${json} ${bad}\r\n${json}`,
  ]) {
    const {rows, problems, parts} = parse(text);
    expect(rows).toEqual([row, row]);
    expect(problems).toMatchObject([{reason: "event 2 of 3: latitude: 91 is not from -90 to 90"}]);
    expect(parts!.map(({event, value}) => [event, parse(value()).rows])).toEqual([
      [1, [row]],
      [3, [row]],
    ]);
    expect(parse(problems[0]!.part!.value()).problems).toMatchObject([{reason: expect.stringContaining("91 is not")}]);
  }
});

test.each([
  ["no JSON at all", "hello", /^not JSON$/],
  ["an array of nothing", "[]", /^event: an empty/],
  ["an array of numbers", "[1]", /^event: a JSON object is expected/],
  ["an array that holds no event", "[1,2,3]", /^event 1 of 3: event: a JSON object is expected$/],
  [
    "an array of more than can be events",
    `[${"0,".repeat(20_000)}0]`,
    /^event: 20001 events in one message, more than 20000$/,
  ],
  ["no position", {...good, latitude: undefined}, /^latitude: is missing; the event has vehicle_id, timestamp, /],
  [
    "a field that an envelope has too",
    {...good, speed: 1, latitude: undefined, state: {reported: 1}},
    /^latitude: is missing; the event has vehicle_id, timestamp, /,
  ],
  [
    "half a position",
    {...good, latitude: null, longitude: undefined},
    /^longitude: is missing; the event has vehicle_id, /,
  ],
  ["a position that is none", {...good, longitude: -180.1}, /^longitude: -180.1 is not from -180 to 180$/],
  ["a decimal comma", {...good, latitude: "48,1"}, /^latitude: "48,1" is no number$/],
  ["null", "null", /^event: a JSON object is expected$/],
  ["a number", "42", /^event: a JSON object is expected$/],
  ["no vehicle", {...good, vehicle_id: null}, /^vehicle_id: is null$/],
  ["an odd id", {...good, vehicle_id: "a|b"}, /^vehicle_id: 1 to 64 letters, digits, /],
  ["a time that is none", {...good, timestamp: "2026-02-30T03:04:05.000Z"}, /^timestamp: is no time that exists$/],
  ["the far future", {...good, timestamp: "2999-01-02T03:04:05Z"}, /^timestamp: is more than 24 h ahead$/],
  ["a NUL", {...good, note: "a\u0000b"}, /NUL/],
  ["half a surrogate pair", {...good, note: "\ud800"}, /surrogate/],
  ["what exhausts stacks", json.replace("}", `,"note":${"[".repeat(50_000)}${"]".repeat(50_000)}}`), /nested/],
  [
    "what exhausts stacks, with a number to keep",
    json.replace("}", `,"n":1.0,"note":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
    /nested/,
  ],
  ["an oversized event", {...good, note: "x".repeat(1_000_001)}, /more than 1000000/],
])("%s is refused with the field and the reason", (_, event, reason) => {
  const {rows, problems} = parse(event);
  expect([rows.length, problems.length]).toEqual([0, 1]);
  expect(problems[0]!.reason).toMatch(reason);
});

test("bytes that are not UTF-8 and empty values are refused", () => {
  expect(read({key: null, value: Buffer.from([0xc3, 0x28])}).problems).toEqual([{reason: "not UTF-8"}]);
  expect(read({key: null, value: null}).problems).toEqual([{reason: "empty value"}]);
});
