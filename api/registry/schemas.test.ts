import {createServer, type IncomingHttpHeaders} from "node:http";
import type {AddressInfo} from "node:net";
import {afterAll, beforeEach, expect, test} from "vitest";
import type {EventMapping} from "../components/event.ts";
import {createReader} from "../event/read.ts";
import {openRegistry} from "./client.ts";
import {createSchemas} from "./schemas.ts";

/** By path: status and answer; of what is not here the answer is a registry's. */
const answers = new Map<string, [number, unknown]>();
const asked: {path: string; headers: IncomingHttpHeaders}[] = [];
const server = createServer(({url: path = "", headers}, response) => {
  asked.push({path, headers});
  const [status, answer] = answers.get(path) ?? [404, {error_code: 40403, message: "Schema not found"}];
  response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => server.close());
beforeEach(() => {
  answers.clear();
  asked.length = 0;
});

const frame = (id: number, ...content: (Buffer | number)[]) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 0, id]),
    ...content.map((part) => (typeof part === "number" ? Buffer.from([part]) : part)),
  ]);
const text = (value: string) => Buffer.concat([Buffer.from([value.length * 2]), Buffer.from(value)]);
const double = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};

const TIME = "2026-01-02T03:04:05.678Z";
const AVRO = {
  type: "record",
  name: "Event",
  fields: ["vehicle_id", "timestamp", "latitude", "longitude"].map((name, at) => ({
    name,
    type: at < 2 ? "string" : "double",
  })),
};
const avro = (id: number) => frame(id, text("v1"), text(TIME), double(48.05), double(11.57));
const row = {vehicle_id: "v1", ts: new Date(TIME), latitude: 48.05, longitude: 11.57};
const PROTO = `syntax = "proto3"; message Other { int32 x = 1; } message Event { string vehicle_id = 1; string timestamp = 2; double latitude = 3; double longitude = 4; }`;
const body = Buffer.concat([
  Buffer.from([0x0a, 2, 0x76, 0x31, 0x12, TIME.length]),
  Buffer.from(TIME),
  Buffer.from([0x19]),
  double(48.05),
  Buffer.from([0x21]),
  double(11.57),
]);
const known = (schema: unknown, schemaType?: string, references?: object[]): [number, unknown] => [
  200,
  {schema: typeof schema === "string" ? schema : JSON.stringify(schema), schemaType, references},
];

/** Prepares and reads messages one after another, at a clock that can be set. */
function open({mapping, ...options}: {mapping?: EventMapping; token?: string; username?: string} = {}) {
  const clock = {now: 0};
  const schemas = createSchemas(openRegistry({url, ...options}), {keys: true, now: () => clock.now});
  const read = createReader(mapping, [], schemas);
  return Object.assign(
    async (value: Buffer, headers?: Record<string, Buffer>) => {
      const message = {key: null, value, headers};
      await schemas.prepare([message]);
      return read(message);
    },
    {clock, schemas},
  );
}

test.each<[string, [number, unknown], Buffer]>([
  ["Avro, whose type registries leave out", known(AVRO), avro(7)],
  ["Protobuf", known(PROTO, "PROTOBUF"), frame(7, 2, 2, body)],
  ["JSON Schema", known("{}", "JSON"), frame(7, Buffer.from(JSON.stringify({...row, ts: undefined, timestamp: TIME})))],
])("%s becomes a row", async (_, answer, value) => {
  answers.set("/schemas/ids/7", answer);
  const read = open();
  expect(await read(value)).toMatchObject({rows: [row], problems: []});
});

test("plain JSON beside framed messages asks no registry", async () => {
  const read = open();
  expect(read.schemas.prepare([{key: null, value: Buffer.from("{}")}])).toBeUndefined();
  expect(
    (await read(Buffer.from(JSON.stringify({vehicle_id: "v1", timestamp: TIME, latitude: 1, longitude: 2})))).rows,
  ).toHaveLength(1);
  expect(asked).toEqual([]);
});

test("a schema is asked for once, and old and new ones stand beside each other", async () => {
  answers.set("/schemas/ids/7", known(AVRO));
  answers.set("/schemas/ids/8", known({...AVRO, fields: [...AVRO.fields, {name: "trip", type: "long"}]}));
  const read = open();
  await read(avro(7));
  read.clock.now = 1e12;
  expect((await read(Buffer.concat([avro(8), Buffer.from([14])]))).rows[0]).toMatchObject({
    ...row,
    extra: '{"trip":7}',
  });
  expect((await read(avro(7))).rows).toHaveLength(1);
  expect(asked.map(({path}) => path)).toEqual(["/schemas/ids/7", "/schemas/ids/8"]);
});

test("a schema by its GUID in a header", async () => {
  const guid = Buffer.from("0123456789abcdef0123456789abcdef", "hex");
  answers.set("/schemas/guids/01234567-89ab-cdef-0123-456789abcdef", known(PROTO, "PROTOBUF"));
  const header = {__value_schema_id: Buffer.concat([Buffer.from([1]), guid, Buffer.from([2, 2])])};
  expect(await open()(body, header)).toMatchObject({rows: [row]});
});

test("the mapping applies as it does to JSON: paths, several events, exact numbers", async () => {
  const points = {
    type: "record",
    name: "P",
    fields: [
      {name: "lat", type: "double"},
      {name: "lon", type: "double"},
      {name: "t", type: {type: "long", logicalType: "timestamp-millis"}},
    ],
  };
  answers.set(
    "/schemas/ids/7",
    known({
      type: "record",
      name: "B",
      fields: [
        {name: "imei", type: "long"},
        {name: "points", type: {type: "array", items: points}},
      ],
    }),
  );
  const time = Buffer.from("80d0bfcdeb66", "hex");
  const point = Buffer.concat([double(48), double(11), time]);
  const value = frame(7, Buffer.from("ccd6aabdf1ef8a03", "hex"), 4, point, point, 0);
  const read = open({
    mapping: {
      events: "points",
      vehicle: {path: "$.imei"},
      time: {path: "t"},
      fields: [
        {name: "latitude", path: "lat"},
        {name: "longitude", path: "lon"},
      ],
    },
  });
  const {rows, parts, problems} = await read(value);
  expect(problems).toEqual([]);
  expect(rows).toMatchObject([{latitude: 48, longitude: 11}, {latitude: 48}]);
  // Each event alone, as JSON: so it is a dead letter, and replayed.
  expect(JSON.parse(parts![1]!.value())).toMatchObject({imei: Number(rows[0]!.vehicle_id), points: [{lat: 48}]});
});

test.each<[string, [number, unknown] | undefined, Buffer, string]>([
  [
    "an id of eight bytes",
    undefined,
    frame(0, Buffer.from([0, 0, 0, 7]), avro(7)),
    "schema 0 is not in the registry: an id",
  ],
  ["a schema that does not exist", undefined, avro(7), "schema 7 is not in the registry"],
  [
    "bytes that are too few",
    known(AVRO),
    avro(7).subarray(0, -1),
    "the bytes do not fit schema 7: longitude: ends early",
  ],
  [
    "bytes that are too many",
    known(AVRO),
    Buffer.concat([avro(7), Buffer.alloc(2)]),
    "the bytes do not fit schema 7: 2 bytes are left behind its last field",
  ],
  [
    "a Protobuf of another schema",
    known(PROTO, "PROTOBUF"),
    frame(7, 0, body),
    "the bytes do not fit schema 7: x: has wire type 2, where 0 is expected",
  ],
  [
    "a message that the schema does not have",
    known(PROTO, "PROTOBUF"),
    frame(7, 2, 10, body),
    "schema 7 has no message 5",
  ],
  [
    "a frame that ends early",
    known(AVRO),
    Buffer.from([0, 0, 0]),
    "a truncated schema-registry frame: it ends within 3 bytes",
  ],
  ["a frame of nothing", known(AVRO), frame(7), "the bytes do not fit schema 7: vehicle_id: ends early"],
  ["a schema that is none", known("{"), avro(7), "schema 7 cannot be used: "],
  ["a schema of a type to come", known("x", "XML"), avro(7), "schema 7 cannot be used: it is of type XML"],
  ["an event that is none", known({type: "record", name: "E", fields: []}), frame(7), "vehicle_id: is missing"],
  ["no event", known(`"string"`), frame(7, text("hi")), "event: a JSON object is expected"],
  ["no JSON", known("{}", "JSON"), frame(7, Buffer.from("{")), "truncated JSON: it ends within 1 bytes"],
])("a dead letter that says why: %s", async (_, answer, value, reason) => {
  if (answer) answers.set("/schemas/ids/7", answer);
  const {rows, problems} = await open()(value);
  expect(rows).toEqual([]);
  expect(problems[0]?.reason).toContain(reason);
});

test("a schema that was not there is asked for again after seconds", async () => {
  const read = open();
  await read(avro(7));
  answers.set("/schemas/ids/7", known(AVRO));
  expect((await read(avro(7))).rows).toEqual([]);
  read.clock.now = 5_001;
  expect((await read(avro(7))).rows).toHaveLength(1);
});

test.each<[string, [number, unknown], string]>([
  ["busy", [503, "<html>"], "answers 503"],
  [
    "broken",
    [500, {error_code: 50001, message: "Error in the backend data store"}],
    "answers 500: Error in the backend",
  ],
  ["closed to us", [401, {}], "answers 401: check the login in spec.event.schemaRegistry.secret"],
  ["forbidden", [403, {}], "answers 403: check the login"],
  ["somewhere else", [404, "<html>"], "answers 404 to every question: check the path"],
  ["no registry", [200, "hello"], "answers with something that is no schema"],
])("a registry that is %s says nothing of the event, which waits", async (_, answer, words) => {
  answers.set("/schemas/ids/7", answer);
  const read = open();
  await expect(read(avro(7))).rejects.toThrow(`schema registry ${url} ${words}`);
  answers.set("/schemas/ids/7", known(AVRO));
  expect((await read(avro(7))).rows).toHaveLength(1);
});

test("a registry that refuses connections is named", async () => {
  const schemas = createSchemas(openRegistry({url: "http://127.0.0.1:1"}));
  await expect(schemas.prepare([{key: null, value: avro(7)}])).rejects.toThrow("http://127.0.0.1:1 does not answer: ");
});

test("a registry without GUIDs has none of them", async () => {
  const header = {__value_schema_id: Buffer.concat([Buffer.from([1]), Buffer.alloc(16, 7)])};
  const path = "/schemas/guids/07070707-0707-0707-0707-070707070707";
  answers.set(path, [404, {title: "no such resource"}]);
  answers.set("/schemas/types", [200, ["AVRO"]]);
  expect((await open()(body, header)).problems[0]?.reason).toContain("is not in the registry");
});

test("schemas that one refers to come with it, once each", async () => {
  const refer = (name: string, subject = name) => ({name, subject, version: 2});
  const event = {
    type: "record",
    name: "Event",
    fields: [
      {name: "a", type: "A"},
      {name: "b", type: "B"},
    ],
  };
  answers.set("/schemas/ids/7", known(event, "AVRO", [refer("B"), refer("A", "the a/b")]));
  answers.set(
    "/subjects/B/versions/2",
    known({type: "record", name: "B", fields: [{name: "a", type: "A"}]}, "AVRO", [refer("A", "the a/b")]),
  );
  answers.set("/subjects/the%20a%2Fb/versions/2", known({type: "enum", name: "A", symbols: ["X"]}));
  const {problems} = await open()(frame(7, 0, 0));
  expect(problems[0]?.reason).toContain("vehicle_id: is missing");
  expect(asked).toHaveLength(3);
});

test("a schema that refers to one that is not there", async () => {
  answers.set("/schemas/ids/7", known(AVRO, "AVRO", [{name: "A", subject: "a", version: 1}]));
  const {problems} = await open()(avro(7));
  expect(problems[0]?.reason).toBe("schema 7 refers to version 1 of subject a, which is not in the registry");
});

test.each([
  [{token: "t"}, "Bearer t"],
  [{username: "u", password: "p"}, "Basic dTpw"],
  [{}, undefined],
])("the login %o", async (login, authorization) => {
  await open(login)(avro(7));
  expect(asked[0]?.headers.authorization).toBe(authorization);
});

test("UTF-16 that begins with a zero is no frame", async () => {
  const value = Buffer.from(JSON.stringify(row), "utf16le").swap16();
  expect((await open()(value)).problems[0]?.reason).toContain("UTF-16");
});

test("schemas that are not there are asked for once in the reading of a batch, however long that takes", async () => {
  let time = 0;
  const asked: string[] = [];
  const registry = {
    async schema(key: string) {
      asked.push(key);
      time += 1_000;
      return undefined;
    },
    referenced: async () => undefined,
  };
  const schemas = createSchemas(registry, {now: () => time});
  const messages = Array.from({length: 20}, (_, id) => ({key: null, value: frame(id + 1)}));
  await schemas.prepare(messages, 0);
  expect(schemas.prepare(messages, 0)).toBeUndefined();
  expect(asked).toHaveLength(20);
  await schemas.prepare(messages, time);
  expect(asked.length).toBeGreaterThan(20);
});

test.each([{__value_schema_id: null}, {__value_schema_id: [Buffer.from("x"), null]}])(
  "a header without a value is none",
  (headers) => {
    const schemas = createSchemas({schema: async () => undefined, referenced: async () => undefined});
    expect(schemas.open({key: null, value: Buffer.from("{}"), headers: headers as never})).toBeUndefined();
  },
);
