import avsc from "avsc";
import protobuf from "protobufjs";
import {createReader} from "../api/event/read.ts";
import {createSchemas} from "../api/registry/schemas.ts";

const EVENTS = 20_000;
const ROUNDS = 20;
const FIGURES = ["latitude", "longitude", "speed", "temperature", "humidity"];

export const AVRO = {
  type: "record",
  name: "Event",
  fields: [
    {name: "vehicle_id", type: "string"},
    {name: "timestamp", type: {type: "long", logicalType: "timestamp-millis"}},
    ...FIGURES.map((name) => ({name, type: "double"})),
  ],
};
const PROTO = `syntax = "proto3"; import "google/protobuf/timestamp.proto"; message Event { string vehicle_id = 1;
  google.protobuf.Timestamp timestamp = 2; ${FIGURES.map((name, at) => `double ${name} = ${at + 3};`).join(" ")} }`;
const SCHEMAS: Record<string, {type: "AVRO" | "PROTOBUF" | "JSON"; text: string}> = {
  1: {type: "AVRO", text: JSON.stringify(AVRO)},
  2: {type: "PROTOBUF", text: PROTO},
  3: {type: "JSON", text: "{}"},
};

/** Microseconds of CPU from a message's bytes to a row, in each format of the same events: neighbours on the machine cost little of these. */
export async function formats(): Promise<void> {
  const registry = {
    schema: async (key: string) => ({...SCHEMAS[key]!, references: []}),
    referenced: async () => undefined,
  };
  const schemas = createSchemas(registry);
  const read = createReader({}, [], schemas);
  const events = Array.from({length: EVENTS}, (_, at) => eventOf(at));
  const framed = (id: number, ...parts: Uint8Array[]) => Buffer.concat([Buffer.from([0, 0, 0, 0, id]), ...parts]);
  const json = events.map((event) => Buffer.from(JSON.stringify(event)));
  const avro = avsc.Type.forSchema(AVRO as avsc.Schema);
  const root = new protobuf.Root();
  root.addJSON(protobuf.common.get("google/protobuf/timestamp.proto")!.nested!);
  protobuf.parse(PROTO, root, {keepCase: true});
  const message = root.lookupType("Event");
  const values: Record<string, Buffer[]> = {
    JSON: json,
    "JSON Schema": json.map((bytes) => framed(3, bytes)),
    Avro: events.map((event) => framed(1, avro.toBuffer({...event, timestamp: Date.parse(event.timestamp)}))),
    Protobuf: events.map(({timestamp, ...rest}) => {
      const ms = Date.parse(timestamp);
      const time = {seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000};
      return framed(2, Buffer.from([0]), message.encode(message.create({...rest, timestamp: time})).finish());
    }),
  };
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, list] of Object.entries(values)) {
      const messages = list.map((value) => ({key: null, value}));
      const began = process.cpuUsage();
      await schemas.prepare(messages);
      for (const one of messages) if (read(one).rows.length !== 1) throw new Error(`${name}: no row`);
      const {user, system} = process.cpuUsage(began);
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, user + system);
    }
  console.log("\nformats, CPU from bytes to a row");
  for (const [name, us] of Object.entries(best))
    console.log(`${name.padEnd(12)} ${values[name]![0]!.length} bytes ${(us / EVENTS).toFixed(2)} µs an event`);
}

const eventOf = (at: number) => ({
  vehicle_id: `vehicle-${String(at % 500).padStart(5, "0")}`,
  timestamp: new Date(Date.UTC(2026, 10, 24) + at * 37).toISOString(),
  latitude: 48 + (at % 997) / 1e5,
  longitude: 11 + (at % 991) / 1e5,
  speed: (at % 1_300) / 10,
  temperature: (at % 400) / 10,
  humidity: (at % 1_000) / 10,
});
