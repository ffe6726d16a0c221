import {readFileSync} from "node:fs";
import avsc from "avsc";
import {afterAll, beforeAll, describe, expect} from "vitest";
import {parse} from "yaml";
import {DATABASES} from "../../api/stores.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {type Registry, startRegistry} from "./registry.ts";
import {stack} from "./shared.ts";

/** The example as a user applies it: what it says of events, for the programs of its pods. */
const {mapping, fields} = parse(readFileSync("examples/own-vehicles.yaml", "utf8")).spec.event;
const ROUNDS = 200;
const START = Date.UTC(2026, 10, 24, 12);

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const SCHEMA = {
  type: "record",
  name: "Position",
  fields: [
    {name: "vehicle_id", type: "string"},
    {name: "timestamp", type: {type: "long", logicalType: "timestamp-millis"}},
    ...["latitude", "longitude", "speed"].map((name) => ({name, type: "double"})),
    {name: "odometer", type: ["null", "long"], default: null},
  ],
} as const;
const avro = avsc.Type.forSchema(SCHEMA as unknown as avsc.Schema);

type Event = {vehicle_id: string} & Record<string, unknown>;

const place = (round: number) => ({latitude: 48 + round / 1_000, longitude: 11 + round / 1_000});
const at = (round: number) => new Date(START + round * 1_000).toISOString();

/** A message of each dialect, and what its events are in the default format. */
const dialects: Record<string, (round: number, schema: number) => {value: Buffer | string; events: Event[]}> = {
  nested: (round) => {
    const {latitude, longitude} = place(round);
    const [imei, odometer] = [867_946_050_786_710, 9_007_199_254_740_000 + round];
    const value = {imei, ts: START + round * 1_000, gps: {lat: latitude, lon: longitude, kn: 10}, hold: {temp_f: 50}};
    return {
      value: JSON.stringify({...value, odometer}),
      events: [
        {vehicle_id: String(imei), timestamp: at(round), latitude, longitude, speed: 18.52, temperature: 10, odometer},
      ],
    };
  },
  cloudEvent: (round) => {
    const data = {vehicle_id: "truck-17", timestamp: at(round), ...place(round), speed: 80, odometer: round};
    return {
      value: JSON.stringify({specversion: "1.0", id: String(round), source: "/tms", type: "position", data}),
      events: [data],
    };
  },
  lines: (round) => {
    const events = [1, 2, 3].map((van) => ({
      vehicle_id: `van-${van}`,
      timestamp: at(round),
      ...place(round),
      speed: van,
    }));
    return {value: `${events.map((event) => JSON.stringify(event)).join("\n")}\n`, events};
  },
  avro: (round, schema) => {
    const event = {vehicle_id: "bus-3", ...place(round), speed: 31.5, odometer: round};
    const head = Buffer.alloc(5);
    head.writeUInt32BE(schema, 1);
    const body = avro.toBuffer({...event, timestamp: START + round * 1_000});
    return {value: Buffer.concat([head, body]), events: [{...event, timestamp: at(round)}]};
  },
  own: (round) => {
    const event = {
      vehicle_id: "car-9",
      timestamp: at(round),
      ...place(round),
      speed: 50,
      temperature: 20,
      humidity: 40,
    };
    return {value: JSON.stringify(event), events: [event]};
  },
};

describe.each(DATABASES)("%s", (store) => {
  test("the example's five dialects come in one topic, and each event is there as it was meant", async ({open}) => {
    const trial = await open(store, {partitions: 4});
    const name = `dialects_${store}`;
    const env = {
      ...(await makeDatabase(stack, name)),
      CASSANDRA_KEYSPACE: name,
      SCHEMA_REGISTRY_URL: registry.url,
      EVENT_MAPPING: JSON.stringify(mapping),
      EVENT_FIELDS: JSON.stringify(fields),
    };
    await prepareSchemas(stack, env, [store]);
    const schema = await registry.register(`${trial.topic}-value`, SCHEMA);
    await trial.start(env);
    const sent: Event[] = [];
    for (let round = 0; round < ROUNDS; round++)
      for (const [dialect, make] of Object.entries(dialects)) {
        const {value, events} = make(round, schema);
        await trial.sendRaw(dialect, value);
        sent.push(...events);
      }
    await trial.caughtUp();
    expect(await trial.deadLetters()).toEqual([]);
    const program = {...trial.environment, ...env};
    const audited = JSON.parse(await runProgram("workloads/audit/main.ts", [], program));
    expect(audited).toMatchObject({rows: sent.length, missing: 0, extra: 0, altered: 0});
    for (const [vehicle, events] of Map.groupBy(sent, ({vehicle_id}) => vehicle_id)) {
      const range = ["--since", "2026-11-24T00:00:00Z", "--until", "2026-11-25T00:00:00Z", "--limit", "1000"];
      const lines = await runProgram("workloads/query/main.ts", ["query", "--vehicle", vehicle, ...range], program);
      const found = lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(found.sort((a, b) => a.timestamp.localeCompare(b.timestamp))).toEqual(events);
    }
  });
});
