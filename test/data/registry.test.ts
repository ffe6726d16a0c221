import avsc from "avsc";
import protobuf from "protobufjs";
import {afterAll, beforeAll, describe, expect} from "vitest";
import {DATABASES, type StoreName} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {readToEnd} from "../../workloads/lib/read.ts";
import {runProgram, startProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {openLink} from "./proxy.ts";
import {type Registry, startRegistry} from "./registry.ts";
import {stack} from "./shared.ts";
import {kafkaOf} from "./stack.ts";
import {LONG_SESSION} from "./trial.ts";

const WAIT_MS = 240_000;
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

let vehicles = 0;
const START = Date.UTC(2026, 10, 24, 12);
const event = (more: object = {}) => ({
  vehicle_id: `schema-${process.pid}-${vehicles++}`,
  timestamp: new Date(START + vehicles).toISOString(),
  latitude: 48.05,
  longitude: 11.57,
  speed: 50,
  temperature: 20,
  humidity: 50,
  ...more,
});
type Event = ReturnType<typeof event>;

const SMALL = {type: "record", name: "Event", namespace: "fleet"};
const FIELDS = [
  {name: "vehicle_id", type: "string"},
  {name: "timestamp", type: {type: "long", logicalType: "timestamp-millis"}},
  ...["latitude", "longitude", "speed", "temperature", "humidity"].map((name) => ({name, type: "double"})),
];
const AVRO = {...SMALL, fields: FIELDS};
/** As a later version has it: a field more, and readings that may be missing. */
const LATER = {
  ...SMALL,
  fields: [
    ...FIELDS.slice(0, 6),
    {name: "humidity", type: ["null", "double"], default: null},
    {name: "trip", type: "long", default: 0},
  ],
};
const PROTO = `syntax = "proto3"; package fleet; import "google/protobuf/timestamp.proto"; import "place.proto";
  message Other { int32 x = 1; }
  message Event { string vehicle_id = 1; google.protobuf.Timestamp timestamp = 2; Place at = 3; optional double speed = 4;
    double temperature = 5; double humidity = 6; }`;
const PLACE = `syntax = "proto3"; package fleet; message Place { double lat = 1; double lon = 2; }`;
const JSON_SCHEMA = {$schema: "http://json-schema.org/draft-07/schema#", type: "object"};
const MAPPING = {
  fields: [
    {name: "latitude", path: "at.lat | latitude"},
    {name: "longitude", path: "at.lon | longitude"},
  ],
};

const framed = (id: number, ...parts: Uint8Array[]) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, ...parts]);
};
const avro = (id: number, schema: object, {timestamp, ...rest}: Event) =>
  framed(id, avsc.Type.forSchema(schema as avsc.Schema).toBuffer({...rest, timestamp: Date.parse(timestamp)}));

function proto(id: number, {timestamp, latitude, longitude, ...rest}: Event) {
  const root = new protobuf.Root();
  root.addJSON(protobuf.common.get("google/protobuf/timestamp.proto")!.nested!);
  for (const source of [PLACE, PROTO]) protobuf.parse(source, root, {keepCase: true});
  const ms = Date.parse(timestamp);
  const time = {seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000};
  const type = root.lookupType("fleet.Event");
  return framed(
    id,
    Buffer.from([2, 2]),
    type.encode(type.create({...rest, timestamp: time, at: {lat: latitude, lon: longitude}})).finish(),
  );
}

/** A database and a keyspace of the test's own, which the audit reads whole. */
async function places(name: string, store: StoreName) {
  const env = {...(await makeDatabase(stack, name)), CASSANDRA_KEYSPACE: name};
  if (store === "cassandra") await prepareSchemas(stack, env, ["cassandra"]);
  return env;
}

test("the canonical topic has such events as JSON, each once", async ({open}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const id = await registry.register(`${trial.topic}-value`, AVRO);
  const topic = `${trial.topic}.canonical`;
  await trial.admin.createTopics({topics: [{topic, numPartitions: 1}], waitForLeaders: false});
  await waitFor("the topic", WAIT_MS, () => trial.admin.fetchTopicOffsets(topic));
  const env = {...trial.environment, SCHEMA_REGISTRY_URL: registry.url, KAFKA_CANONICAL_TOPIC: topic};
  const program = await startProgram("workloads/canonical/main.ts", env);
  const rows = [event(), event()];
  await trial.sendRaw("k", avro(id, AVRO, rows[0]!));
  await trial.sendRaw("k", JSON.stringify(rows[1]));
  await trial.caughtUp();
  const found: object[] = [];
  const wanted = {topic, groupId: `all-${topic}`, commit: false};
  await readToEnd(kafkaOf(stack), wanted, ({value, key}) => void (key && found.push(JSON.parse(String(value)))));
  expect(found).toEqual(rows);
  await program.drain();
});

describe.each(DATABASES)("%s: a schema registry", (store) => {
  test("Avro of an old and a new schema, Protobuf with an import, JSON Schema and plain JSON stand in one topic", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1});
    const env = {
      ...(await places(`registry_${store}`, store)),
      SCHEMA_REGISTRY_URL: registry.url,
      EVENT_MAPPING: JSON.stringify(MAPPING),
    };
    const old = await registry.register(`${trial.topic}-value`, AVRO);
    const later = await registry.register(`${trial.topic}-value`, LATER);
    await registry.register("place", PLACE, "PROTOBUF");
    const refers = [{name: "place.proto", subject: "place", version: 1}];
    const message = await registry.register(`${trial.topic}-proto`, PROTO, "PROTOBUF", refers);
    const json = await registry.register(`${trial.topic}-json`, JSON_SCHEMA, "JSON");
    await trial.start(env);
    const rows: Event[] = [];
    for (let round = 0; round < 20; round++) {
      const [a, b, c, d, e] = [event(), event(), event(), event(), event()];
      for (const value of [
        avro(old, AVRO, a),
        avro(later, LATER, {...b, trip: 7} as Event),
        proto(message, c),
        framed(json, Buffer.from(JSON.stringify(d))),
        JSON.stringify(e),
      ])
        await trial.sendRaw("k", value);
      rows.push(a, b, c, d, e);
    }
    await trial.caughtUp();
    expect(await trial.deadLetters()).toEqual([]);
    const audited = await runProgram("workloads/audit/main.ts", [], {...trial.environment, ...env});
    expect(JSON.parse(audited)).toMatchObject({rows: rows.length, missing: 0, extra: 0, altered: 0});
    const since = ["--since", "2026-11-24T00:00:00Z", "--until", "2026-11-25T00:00:00Z"];
    const query = (vehicle: string) =>
      runProgram("workloads/query/main.ts", ["query", "--vehicle", vehicle, ...since], {...trial.environment, ...env});
    expect(JSON.parse(await query(rows[0]!.vehicle_id))).toEqual(rows[0]);
    expect(JSON.parse(await query(rows[1]!.vehicle_id))).toEqual({...rows[1], trip: 7});
    expect(JSON.parse(await query(rows[2]!.vehicle_id))).toEqual(rows[2]);
    const id = `${rows[2]!.vehicle_id}@${rows[2]!.timestamp}`;
    const traced = await runProgram("workloads/query/main.ts", ["trace", id, "--topic", ...since.slice(0, 2)], {
      ...trial.environment,
      ...env,
    });
    expect(JSON.parse(traced)).toMatchObject({topic: [{offset: 2}], deadLetters: []});
  });

  test("a registry that goes away stops the ingester with that reason, costs no event, and is found again", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1});
    const id = await registry.register(`${trial.topic}-value`, AVRO);
    const link = await openLink(registry.address, registry.port);
    const ingester = await trial.start({
      SCHEMA_REGISTRY_URL: registry.url.replace(
        `${registry.address}:${registry.port}`,
        `${registry.address}:${link.port}`,
      ),
      ...LONG_SESSION,
    });
    const send = async (schema: number, content: object) => {
      const row = event();
      await trial.sendRaw("k", avro(schema, content, {...row, trip: 7} as Event));
      trial.acknowledge(row.vehicle_id, JSON.stringify(row));
    };
    await send(id, AVRO);
    await trial.caughtUp();
    await link.set({kind: "down"});
    // The schema that is known needs no registry; a new one does.
    await send(id, AVRO);
    await trial.caughtUp();
    const next = await registry.register(`${trial.topic}-value`, LATER);
    await send(next, LATER);
    await send(id, AVRO);
    await waitFor("the reason", WAIT_MS, async () =>
      /does not answer/.test((await ingester.freshness()).problem ?? ""),
    );
    expect((await ingester.freshness()).problem).toMatch(/^registry: schema registry http:.*does not answer: /);
    expect(await ingester.ready()).toBe(false);
    await link.set();
    await trial.caughtUp();
    expect(await trial.deadLetters()).toEqual([]);
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0, acknowledged: 4});
    await waitFor("it to be ready", WAIT_MS, () => ingester.ready());
    await link.close();
  });

  test("what does not fit is a dead letter with its bytes, and is replayed once the mapping is mended", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1});
    const env = {SCHEMA_REGISTRY_URL: registry.url, ...LONG_SESSION};
    const id = await registry.register(`${trial.topic}-value`, AVRO);
    const other = await registry.register(`${trial.topic}-other`, PLACE, "PROTOBUF");
    const named = {
      ...SMALL,
      fields: FIELDS.map((field) => (field.name === "latitude" ? {...field, name: "lat"} : field)),
    };
    const short = await registry.register(`${trial.topic}-short`, named);
    const ingester = await trial.start(env);
    const [good, mended] = [event(), event()];
    const bytes = avro(id, AVRO, good);
    const unknown = 1_000_000;
    for (const value of [
      bytes,
      avro(unknown, AVRO, event()),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.from([1])]),
      framed(other, Buffer.from([0, 8, 7])),
      Buffer.from([0, 0, 0]),
      framed(id, Buffer.alloc(40, 255)),
      avro(short, named, {...mended, lat: mended.latitude} as Event),
    ])
      await trial.sendRaw("k", value);
    trial.acknowledge(good.vehicle_id, JSON.stringify(good));
    await trial.send(2);
    await trial.caughtUp();
    const letters = await trial.deadLetters();
    expect(letters.map(({reason}) => reason)).toEqual([
      `schema ${unknown} is not in the registry`,
      expect.stringMatching(/^the bytes do not fit schema \d+: humidity: ends early$/),
      expect.stringMatching(/^the bytes do not fit schema \d+: 1 byte is left behind its last field$/),
      expect.stringMatching(/^the bytes do not fit schema \d+: lat: has wire type 0, where 1 is expected$/),
      "a truncated schema-registry frame: it ends within 3 bytes",
      expect.stringMatching(/^the bytes do not fit schema \d+: vehicle_id: /),
      expect.stringContaining("latitude: is missing"),
    ]);
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0});
    await ingester.drain();
    const mapped = {...env, EVENT_MAPPING: JSON.stringify({fields: [{name: "latitude", path: "lat | latitude"}]})};
    await trial.start(mapped);
    const replayed = await runProgram("workloads/deadletters/main.ts", ["replay"], {...trial.environment, ...mapped});
    expect(JSON.parse(replayed)).toEqual({replayed: 1, invalid: 6, early: 0, older: 0, taken: 0});
    trial.acknowledge(mended.vehicle_id, JSON.stringify(mended));
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0});
  });
});
