import {expect, test} from "vitest";
import {COLUMN_TYPES, type EventColumn} from "../../api/event/columns.ts";
import {createReader} from "../../api/event/read.ts";
import {eventText} from "../telemetry.ts";
import {parseFleet} from "./config.ts";
import {Fleet} from "./fleet.ts";

test("vehicles send the fields of the spec by type and within bounds, and the ledger has the rest as the stores give it back", () => {
  const columns: EventColumn[] = [
    ...COLUMN_TYPES.map((type) => ({name: `my_${type}`, type, required: true})),
    {name: "oil", type: "double", unit: "°C", from: "Fahrenheit", min: 80, max: 90, required: true},
    {name: "fuel", type: "int", unit: "l", from: "UsGallons", path: "can.fuel", min: 3, max: 9, required: true},
    {name: "axle", type: "int", scale: 0.1, min: 1, max: 5, required: true},
    {name: "tyre", type: "int", min: -3, max: 3, required: true},
  ];
  const read = createReader({}, columns);
  const start = Date.UTC(2026, 0, 1);
  const fleet = new Fleet(parseFleet({vehicles: 20}), {from: 0, to: 20}, start, columns);
  const tyres = new Set<unknown>();
  for (let now = start; now < start + 60_000; now += 1_000)
    for (const {value, text} of [...fleet.due(now)].flat()) {
      const {rows, problems, lost} = read({key: null, value: Buffer.from(value)});
      expect({problems, lost, extra: rows[0]?.extra}).toEqual({problems: [], lost: [], extra: null});
      expect(eventText(rows[0]!)).toBe(text);
      tyres.add(rows[0]!.fields!.at(-1));
    }
  expect(tyres.size).toBeGreaterThan(3);
});
