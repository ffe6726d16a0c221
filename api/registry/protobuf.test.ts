import protobuf from "protobufjs";
import {expect, test} from "vitest";
import {cursorOf} from "./cursor.ts";
import {compileProtobuf} from "./protobuf.ts";

const proto3 = (body: string, imports = "") => `syntax = "proto3"; package fleet; ${imports} ${body}`;
const read = (source: string, bytes: Uint8Array, indexes = [0], imports = new Map<string, string>()) =>
  compileProtobuf(source, imports)(cursorOf(Buffer.from(bytes)), indexes) as any;
const encode = (source: string, value: object, name = "fleet.Event") => {
  const {root} = protobuf.parse(source, new protobuf.Root(), {keepCase: true});
  const type = root.lookupType(name);
  return type.encode(type.fromObject(value)).finish();
};
const through = (source: string, value: object) => read(source, encode(source, value));

test.each<[string, string, object, object]>([
  ["texts", "string vehicle_id = 1;", {vehicle_id: "Zoë 🚚"}, {vehicle_id: "Zoë 🚚"}],
  [
    "names as they are written",
    "string vehicleId = 1; double gps_lat = 2;",
    {vehicleId: "a", gps_lat: 1.5},
    {vehicleId: "a", gps_lat: 1.5},
  ],
  [
    "numbers",
    "double a = 1; float b = 2; int32 c = 3; uint32 d = 4;",
    {a: 48.05, b: 0.5, c: -7, d: 4_294_967_295},
    {a: 48.05, b: 0.5, c: -7, d: 4_294_967_295},
  ],
  [
    "signed numbers",
    "sint32 a = 1; sint64 b = 2; sfixed32 c = 3; sfixed64 d = 4;",
    {a: -1, b: -2, c: -3, d: -4},
    {a: -1, b: -2, c: -3, d: -4},
  ],
  ["fixed numbers", "fixed32 a = 1; fixed64 b = 2;", {a: 7, b: 8}, {a: 7, b: 8}],
  ["a boolean", "bool a = 1;", {a: true}, {a: true}],
  ["bytes, as base64", "bytes a = 1;", {a: Buffer.from([1, 2, 255])}, {a: "AQL/"}],
  [
    "an enum by its name",
    "enum Door { OPEN = 0; SHUT = 1; } Door a = 1; Door b = 2;",
    {a: "SHUT"},
    {a: "SHUT", b: "OPEN"},
  ],
  [
    "a list",
    "repeated int32 a = 1; repeated string b = 2;",
    {a: [1, 300], b: ["x", "y"]},
    {a: [1, 300], b: ["x", "y"]},
  ],
  ["a list that is not packed", "repeated int32 a = 1 [packed = false];", {a: [1, 2]}, {a: [1, 2]}],
  [
    "maps",
    "map<string, double> a = 1; map<int32, In> b = 2; message In { int32 x = 1; }",
    {a: {k: 1}, b: {7: {x: 1}}},
    {a: {k: 1}, b: {7: {x: 1}}},
  ],
  ["a message in a message", "message In { double lat = 1; } In gps = 1;", {gps: {lat: 48.05}}, {gps: {lat: 48.05}}],
  ["the one of several that is there", "oneof of { string a = 1; int32 b = 2; }", {b: 0}, {b: 0}],
  [
    "what was not sent, and is 0",
    "double lat = 1; string id = 2; bool on = 3; repeated int32 xs = 4;",
    {},
    {lat: 0, id: "", on: false, xs: []},
  ],
  [
    "what was not sent, and may be left out",
    "optional double lat = 1; message In { int32 x = 1; } In gps = 2;",
    {},
    {},
  ],
  ["what was sent, and is 0", "optional double lat = 1;", {lat: 0}, {lat: 0}],
])("%s", (_, body, value, expected) => {
  expect(through(proto3(`message Event { ${body} }`), value)).toEqual(expected);
});

const known = (type: string, file: string) =>
  proto3(`message Event { ${type} x = 1; }`, `import "google/protobuf/${file}.proto";`);
const nested = (bytes: number[]) => Buffer.from([0x0a, bytes.length, ...bytes]);

test.each<[string, string, string, number[], unknown]>([
  [
    "a time",
    "google.protobuf.Timestamp",
    "timestamp",
    [8, 0x8a, 0x84, 0x92, 0xc9, 6, 16, 0x80, 0xb8, 0xca, 0xe6, 2],
    "2025-11-24T16:04:26.752Z",
  ],
  [
    "a finer time",
    "google.protobuf.Timestamp",
    "timestamp",
    [8, 0x8a, 0x84, 0x92, 0xc9, 6, 16, 1],
    "2025-11-24T16:04:26.000000001Z",
  ],
  ["a duration", "google.protobuf.Duration", "duration", [8, 1, 16, 0x80, 0xca, 0xb5, 0xee, 1], "1.5s"],
  ["a number that may be missing", "google.protobuf.DoubleValue", "wrappers", [9, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
  ["0 that may be missing", "google.protobuf.Int32Value", "wrappers", [], 0],
  ["any value", "google.protobuf.Value", "struct", [0x1a, 1, 65], "A"],
  ["null", "google.protobuf.Value", "struct", [8, 0], null],
  ["a list of values", "google.protobuf.ListValue", "struct", [0x0a, 2, 32, 1], [true]],
  ["JSON", "google.protobuf.Struct", "struct", [0x0a, 7, 0x0a, 1, 97, 0x12, 2, 32, 1], {a: true}],
  ["paths", "google.protobuf.FieldMask", "field_mask", [0x0a, 1, 97, 0x0a, 1, 98], "a,b"],
])("a well-known type: %s", (_, type, file, bytes, expected) => {
  expect(read(known(type, file), nested(bytes)).x).toEqual(expected);
});

test.each([
  ["int64", "9223372036854775807"],
  ["int64", "-9223372036854775808"],
  ["uint64", "18446744073709551615"],
  ["fixed64", "9007199254740993"],
  ["sint64", "-9007199254740993"],
])("every digit of %s %s", (type, digits) => {
  const source = proto3(`message Event { ${type} x = 1; }`);
  expect(JSON.stringify(through(source, {x: digits}))).toBe(`{"x":${digits}}`);
});

test("the message of a file is found by its number, nested ones by one more", () => {
  const source = proto3(
    "enum Kind { A = 0; } message First { int32 x = 1; } message Second { message In { int32 y = 1; } message Deep { int32 z = 1; } }",
  );
  expect(read(source, encode(source, {z: 7}, "fleet.Second.Deep"), [1, 1])).toEqual({z: 7});
  expect(() => read(source, Buffer.alloc(0), [2])).toThrow("has no message 2");
  expect(() => read(source, Buffer.alloc(0), [1, 2])).toThrow("has no message 1.2");
});

test("imported files, of the same package too, do not change the numbers", () => {
  const source = proto3(
    "message Event { Point at = 1; geo.Area in = 2; }",
    'import "point.proto"; import "area.proto";',
  );
  const imports = new Map([
    ["point.proto", proto3("message Point { double lat = 1; }")],
    ["area.proto", 'syntax = "proto2"; package geo; import "point.proto"; message Area { required string name = 1; }'],
  ]);
  const bytes = Buffer.from([0x0a, 9, 9, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x12, 3, 0x0a, 1, 65]);
  expect(read(source, bytes, [0], imports)).toEqual({at: {lat: 1.5}, in: {name: "A"}});
});

test("a file that a registry has by itself", () => {
  const source = proto3(
    "message Event { google.type.LatLng at = 1; }",
    'import "google/type/latlng.proto"; import "confluent/meta.proto";',
  );
  expect(read(source, Buffer.from([0x0a, 9, 9, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f])).at).toEqual({
    latitude: 1.5,
    longitude: 0,
  });
});

test("proto2: what is optional may be missing, groups, and what is required", () => {
  const source =
    'syntax = "proto2"; package fleet; message Event { required string id = 1; optional double lat = 2 [default = 7]; repeated group Point = 3 { optional int32 x = 4; } }';
  const bytes = Buffer.from([0x0a, 1, 65, 0x1b, 0x20, 7, 0x1c, 0x1b, 0x1c]);
  expect(read(source, bytes)).toEqual({id: "A", point: [{x: 7}, {}]});
  expect(() => read(source, Buffer.alloc(0))).toThrow("id is required and missing");
});

test("a message that comes in parts is put together", () => {
  const source = proto3("message In { optional int32 x = 1; optional int32 y = 2; } message Event { In in = 1; }");
  expect(read(source, Buffer.from([0x0a, 2, 8, 1, 0x0a, 2, 16, 2]), [1])).toEqual({in: {x: 1, y: 2}});
});

test("options of others are read over", () => {
  const source = proto3(
    'message Event { option (confluent.message_meta).doc = "x"; int32 x = 1 [(own) = "y"]; } extend google.protobuf.FieldOptions { string own = 50000; }',
    'import "confluent/meta.proto"; import "google/protobuf/descriptor.proto";',
  );
  expect(read(source, Buffer.from([8, 7]))).toEqual({x: 7});
});

const event = proto3(
  "message Event { string vehicle_id = 1; In gps = 2; message In { double lat = 1; } repeated int32 xs = 3; }",
);

test.each<[string, number[], string]>([
  ["a field that the message does not have", [0x48, 7], "field 9 is not in message Event"],
  ["a field of another type", [8, 7], "vehicle_id: has wire type 0, where 2 is expected"],
  ["a text that ends early", [0x0a, 9, 65], "vehicle_id: ends early"],
  ["a text that is no UTF-8", [0x0a, 1, 0xff], "vehicle_id: is no UTF-8"],
  ["a message that ends early", [0x12, 9, 9, 0], "gps: ends early"],
  ["a part that ends early", [0x12, 2, 9, 0], "gps.lat: ends early"],
  ["a part that ends within another", [0x12, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0], "gps.lat: ends early"],
  ["a list that ends early", [0x1a, 1, 0x80], "xs: ends early"],
])("bytes that do not fit: %s", (_, bytes, words) => {
  expect(() => read(event, Buffer.from(bytes))).toThrow(words);
});

test.each<[string, string, string]>([
  ["an import that is not there", proto3("message Event {}", 'import "other.proto";'), "imports other.proto, which"],
  ["a type that is not there", proto3("message Event { Point at = 1; }"), "no such"],
  ["no schema", "{}", "illegal token"],
])("no schema: %s", (_, source, words) => {
  expect(() => read(source, Buffer.alloc(0))).toThrow(words);
});
