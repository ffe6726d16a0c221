import {deflateSync, gzipSync, zstdCompressSync} from "node:zlib";
import {expect, test} from "vitest";
import {createReader} from "./read.ts";

const event = {
  vehicle_id: "v-1",
  timestamp: "2026-01-02T03:04:05.678Z",
  latitude: 48.1,
  longitude: 11.5,
  speed: 42,
  temperature: -3.5,
  humidity: 80,
};
const json = JSON.stringify(event);
const read = createReader();
const reasonOf = (value: Buffer | string) => read({key: null, value: Buffer.from(value)}).problems[0]?.reason;
const bytes = (...parts: (number | string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part))));
const id = (schema: number) => bytes(0, 0, 0, 0, schema);
const python = `{'vehicle_id': 'v-1', 'speed': nan, 'moving': True, 'driver': None}`;

const CASES: [string, Buffer | string, RegExp][] = [
  [
    "Avro behind Confluent's frame",
    bytes(id(7), 6, "v-1", 0x02, 0x80),
    /^a schema-registry frame \(schema 7, Avro or Protobuf behind it\)/,
  ],
  ["Avro that happens to be text", bytes(id(7), 6, "v-1"), /^a schema-registry frame \(schema 7/],
  ["JSON behind Confluent's frame", bytes(id(9), json), /^a schema-registry frame \(schema 9, JSON behind it\)/],
  ["Protobuf behind Confluent's frame", bytes(id(1), 0, 0x0a, 3, "v-1"), /^a schema-registry frame \(schema 1, /],
  ["a large schema id", bytes(0, 0, 1, 0x86, 0xa0, 6, "v-1"), /^a schema-registry frame \(schema 100000/],
  ["an id of eight bytes", bytes(0, 0, 0, 0, 0, 0, 0, 0, 5, 6, "v-1"), /^a schema-registry frame \(schema 5/],
  [
    "AWS Glue's frame",
    bytes(3, 0, Buffer.from("b7b4a7f09c964e4aa687fb5de9ef0c63", "hex"), 6, "v-1"),
    /^a schema-registry frame \(AWS Glue\)/,
  ],
  ["gzip", gzipSync(json), /^gzip inside the value$/],
  ["zstd", zstdCompressSync(json), /^zstd inside the value$/],
  ["zlib", deflateSync(json), /^zlib inside the value$/],
  ["an lz4 frame", bytes(0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7), /^lz4 inside the value$/],
  ["snappy of Java", bytes(0x82, "SNAPPY", 0, 0, 0, 0, 1), /^snappy inside the value$/],
  ["framed snappy", bytes(0xff, 0x06, 0, 0, "sNaPpY", 0), /^snappy inside the value$/],
  ["UTF-16, little end first", Buffer.from(json, "utf16le"), /^UTF-16/],
  ["UTF-16, big end first", Buffer.from(json, "utf16le").swap16(), /^UTF-16/],
  ["UTF-16 with a mark", Buffer.from(`\uFEFF${json}`, "utf16le"), /^UTF-16/],
  ["UTF-32", bytes(0xff, 0xfe, 0, 0, "{", 0, 0, 0), /^UTF-32/],
  ["Latin-1", Buffer.from(json.replace("v-1", "Zürich"), "latin1"), /^Latin-1/],
  ["MessagePack", bytes(0x82, 0xaa, "vehicle_id", 0xa3, "v-1", 0xa5, "speed", 0x2a), /^MessagePack$/],
  ["CBOR", bytes(0xa2, 0x6a, "vehicle_id", 0x63, "v-1", 0x65, "speed", 0x18, 0x2a), /^CBOR$/],
  ["BSON", bytes(16, 0, 0, 0, 0x10, "speed", 0, 42, 0, 0, 0, 0), /^BSON$/],
  ["Protobuf", bytes(0x0a, 3, "v-1", 0x11, Buffer.alloc(8, 0x40), 0x18, 0x2a, 0x20, 1), /^Protobuf, by its looks$/],
  ["an Avro file", bytes("Obj", 1, 4), /^an Avro file/],
  ["a Java object", bytes(0xac, 0xed, 0, 5, "t"), /^a serialized Java object$/],
  ["random bytes", bytes(0xc3, 0x28, 0xa0, 0xa1, 0x99), /^not UTF-8$/],
  ["no text at all", "", /^an empty text$/],
  ["white space", " \r\n\t", /^an empty text$/],
  ["XML", `<?xml version="1.0"?><event/>`, /^XML$/],
  ["XML without its head", `<event speed="42"/>`, /^XML$/],
  ["arrays in arrays", `[[[[[[${json}]]]]]]`, /^event: a JSON array in an array/],
  ["an empty array", "[]", /^event: an empty JSON array$/],
  ["JSON in a string", JSON.stringify(json), /^event: JSON text inside a JSON string/],
  ["base64", Buffer.from(json).toString("base64"), /^base64 of JSON$/],
  ["base64 in a string", JSON.stringify(Buffer.from(json).toString("base64")), /^event: base64 of JSON/],
  ["a line that was cut off", `${json}\n${json.slice(0, 50)}`, /^event 2 of 2: truncated JSON/],
  ["undefined", json.replace("42", "undefined"), /^a bare undefined/],
  ["Python's words", json.replace("42", "None"), /^a bare None/],
  ["Python's print", python, /^single quotes/],
  ["single quotes", json.replaceAll('"', "'"), /^single quotes/],
  ["names without quotes", json.replaceAll(/"(\w+)":/g, "$1:"), /^names without quotes$/],
  ["a comma too many", json.replace("}", ",}"), /^a comma behind the last field$/],
  ["NMEA", "$GPRMC,160426.75,A,4803.00,N,01134.20,E,9.1,84.4,241126,003.1,W*6A", /^a sentence of NMEA 0183/],
  [
    "Kafka Connect's envelope",
    JSON.stringify({schema: {type: "struct"}, payload: event}),
    /^event: an envelope of Kafka Connect .*set spec\.event\.mapping\.preset to KafkaConnect$/,
  ],
  ["a CloudEvent", JSON.stringify({specversion: "1.0", source: "/v", data: event}), /preset to CloudEvents$/],
  ["ThingsBoard's telemetry", '{"ts":1,"values":{}}', /preset to ThingsBoard$/],
  ["plain words", "hello, world", /^not JSON$/],
  ["CSV", "v-1,2026-01-02T03:04:05Z,48.1,11.5", /^not JSON$/],
  ["a word in the wrong place", json.replace(":42", "=42"), /^not JSON$/],
];

test.each(CASES)("%s is named", (_, value, reason) => {
  expect(reasonOf(value)).toMatch(reason);
});

test("JSON that is cut off is truncated, wherever it was cut", () => {
  for (let end = 1; end < json.length; end++)
    expect([end, reasonOf(json.slice(0, end))]).toEqual([end, `truncated JSON: it ends within ${end} bytes`]);
});

/** Work that grew with the square of the length would take minutes: the test's own deadline tells. */
test("a large value is judged in one look, however odd it is", () => {
  const size = 300_000;
  const odd = [
    '"\\',
    "'",
    "'\\",
    '{"',
    '\\"',
    "{a:",
    "{ ",
    "NaN,",
    "}{",
    "\n{",
    "<",
    "eyJ",
    ",}",
    "{'",
    "\0",
    "\x80",
    " ",
    "[".repeat(9),
  ];
  for (const piece of odd)
    for (const begin of ["{", "", '{"'])
      for (const end of ["", "x"]) {
        const value = Buffer.from(begin + piece.repeat(size / piece.length) + end);
        const began = process.cpuUsage();
        reasonOf(value);
        expect([begin, piece, end, process.cpuUsage(began).user < 3_000_000]).toEqual([begin, piece, end, true]);
      }
}, 60_000);
