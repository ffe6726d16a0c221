import {expect, test} from "vitest";
import type {EventMapping} from "../components/event.ts";
import {createReader, readsKeys} from "../event/read.ts";
import {createSchemas} from "./schemas.ts";

const SCHEMAS: Record<string, string> = {
  1: '"string"',
  2: '{"type":"record","name":"Key","fields":[{"name":"imei","type":"long"}]}',
};
const value = Buffer.from('{"timestamp":"2026-11-24T16:04:26.752Z","latitude":48,"longitude":11}');
const frame = (id: number, ...content: number[]) => Buffer.from([0, 0, 0, 0, id, ...content]);

async function read(key: Buffer, path: string, headers = {}) {
  const mapping: EventMapping = {vehicle: {path}};
  const asked: string[] = [];
  const schemas = createSchemas(
    {
      async schema(id) {
        asked.push(id);
        return SCHEMAS[id] === undefined ? undefined : {type: "AVRO", text: SCHEMAS[id], references: []};
      },
      referenced: async () => undefined,
    },
    {keys: readsKeys(mapping)},
  );
  const message = {key, value, headers};
  await schemas.prepare([message]);
  const {rows, problems} = createReader(mapping, [], schemas)(message);
  return {asked, vehicle: rows[0]?.vehicle_id, reason: problems[0]?.reason};
}

test.each<[string, Buffer, string, string]>([
  ["a text", frame(1, 4, 0x76, 0x37), "@key", "v7"],
  ["a number in a record", frame(2, 14), "@key.imei", "7"],
  ["a plain text", Buffer.from("v7"), "@key", "v7"],
  ["plain JSON", Buffer.from('{"id":{"vin":"v7"}}'), '@key.id["vin"]', "v7"],
])("the vehicle is read from a key that is %s", async (_, key, path, vehicle) => {
  expect(await read(key, path)).toMatchObject({vehicle, reason: undefined});
});

test.each<[string, Buffer, string, RegExp]>([
  ["whose schema is not there", frame(9, 1), "@key", /^key: schema 9 is not in the registry/],
  ["that does not fit its schema", frame(1, 40, 0x76), "@key", /^key: the bytes do not fit schema 1: /],
  ["that is a number of eight bytes", Buffer.from([0, 0, 0, 0, 0, 0, 0, 7]), "@key", /^key: schema 0 is not/],
  ["that is a record as a whole", frame(2, 14), "@key", /^vehicle_id: 1 to 64 letters/],
])("a key %s is a dead letter that says so", async (_, key, path, reason) => {
  expect((await read(key, path)).reason).toMatch(reason);
});

test("keys that nothing is read from are left alone", async () => {
  const {asked, vehicle} = await read(frame(9, 1), "@header.unit", {unit: Buffer.from("v7")});
  expect([asked, vehicle]).toEqual([[], "v7"]);
});
