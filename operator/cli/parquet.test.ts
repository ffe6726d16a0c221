import {existsSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {asyncBufferFromFile, parquetReadObjects} from "hyparquet";
import {expect, test} from "vitest";
import {parquetFile} from "./parquet.ts";

test("a Parquet file holds every event with its values, over several row groups", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parquet-"));
  const path = join(folder, "fleet.parquet");
  const file = parquetFile(path);
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
  await file.add(JSON.stringify({...event, note: "kept"}));
  const {humidity, ...lacking} = event;
  await file.add(JSON.stringify({...lacking, temperature: 999}));
  expect(existsSync(path)).toBe(false);
  await file.finish();
  const rows = await parquetReadObjects({file: await asyncBufferFromFile(path)});
  expect(rows).toHaveLength(60_002);
  expect(rows[499]).toEqual({...event, speed: 499, timestamp: new Date(event.timestamp), extra: null});
  expect(rows[60_000]).toMatchObject({speed: 50, extra: '{"note":"kept"}'});
  expect(rows[60_001]).toMatchObject({speed: 50, temperature: null, humidity: null, extra: '{"temperature":999}'});
  rmSync(folder, {recursive: true});
});
