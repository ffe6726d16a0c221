import {existsSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects} from "hyparquet";
import {expect, test} from "vitest";
import {parquetFile} from "./parquet.ts";

test("a Parquet file holds every event with its values, over several row groups", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parquet-"));
  const path = join(folder, "fleet.parquet");
  const file = parquetFile(path, []);
  const event = {
    vehicle_id: "vehicle-00001",
    timestamp: "2026-11-25T12:00:00.123Z",
    latitude: 48.1,
    longitude: 11.5,
    speed: 50,
    temperature: -3.25,
    humidity: 81,
  };
  for (let index = 0; index < 60_000; index++) await file.add(JSON.stringify({...event, speed: index % 500}));
  await file.add(JSON.stringify({...event, quality_flags: ["NullIsland", "ClockAhead"], note: "kept"}));
  const {humidity, ...lacking} = event;
  await file.add(JSON.stringify({...lacking, temperature: 999}));
  expect(existsSync(path)).toBe(false);
  await file.finish();
  const rows = await parquetReadObjects({file: await asyncBufferFromFile(path)});
  expect(rows).toHaveLength(60_002);
  expect(rows[499]).toEqual({
    ...event,
    speed: 499,
    timestamp: new Date(event.timestamp),
    quality_flags: null,
    extra: null,
  });
  expect(rows[60_000]).toMatchObject({speed: 50, quality_flags: "NullIsland ClockAhead", extra: '{"note":"kept"}'});
  expect(rows[60_001]).toMatchObject({speed: 50, temperature: null, humidity: null, extra: '{"temperature":999}'});
  rmSync(folder, {recursive: true});
});

test("fields of the spec are columns by their types", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parquet-"));
  const path = join(folder, "fleet.parquet");
  const file = parquetFile(path, [
    {name: "odometer", type: "bigint", min: 0},
    {name: "fuel", type: "float"},
    {name: "load", type: "double"},
    {name: "gear", type: "int"},
    {name: "door", type: "boolean"},
    {name: "note", type: "string"},
    {name: "serviced", type: "timestamp"},
    {name: "axles", type: "json"},
  ]);
  const event =
    '{"vehicle_id":"v1","timestamp":"2026-11-25T12:00:00.000Z","latitude":48,"longitude":11,"speed":5,"temperature":1,"humidity":2';
  await file.add(
    `${event},"odometer":9007199254740993,"fuel":12.5,"load":0.1,"gear":-1,"door":false,"note":"n","serviced":"2026-01-01T00:00:00.123Z","axles":[1.10]}`,
  );
  await file.add(`${event},"odometer":-1,"gear":1.5,"other":true}`);
  await file.finish();
  const buffer = await asyncBufferFromFile(path);
  const types = (await parquetMetadataAsync(buffer)).schema.slice(8).map(({name, type}) => `${name} ${type}`);
  expect(types.join()).toBe(
    "odometer INT64,fuel FLOAT,load DOUBLE,gear INT32,door BOOLEAN,note BYTE_ARRAY,serviced INT64,axles BYTE_ARRAY,quality_flags BYTE_ARRAY,extra BYTE_ARRAY",
  );
  const [full, lacking] = await parquetReadObjects({file: buffer});
  expect(full).toMatchObject({
    odometer: 9007199254740993n,
    fuel: 12.5,
    load: 0.1,
    gear: -1,
    door: false,
    note: "n",
    serviced: new Date("2026-01-01T00:00:00.123Z"),
    axles: "[1.10]",
    extra: null,
  });
  expect(lacking).toMatchObject({
    odometer: null,
    gear: null,
    door: null,
    extra: '{"odometer":-1,"gear":1.5,"other":true}',
  });
  rmSync(folder, {recursive: true});
});
