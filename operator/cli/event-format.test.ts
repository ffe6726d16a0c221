import {expect, test} from "vitest";
import type {EventColumn} from "../../api/event/columns.ts";
import {eventFormat} from "./event-format.ts";

const event = {
  vehicle_id: "v1",
  timestamp: "2026-01-01T00:00:00.000Z",
  latitude: 1.5,
  longitude: -2,
  speed: 0,
  temperature: 3,
  humidity: 4,
};

test("CSV quotes what needs it and keeps unknown fields", () => {
  const {header, line} = eventFormat("csv", []);
  expect(header).toBe("vehicle_id,timestamp,latitude,longitude,speed,temperature,humidity,quality_flags,extra");
  expect(line(JSON.stringify(event))).toBe("v1,2026-01-01T00:00:00.000Z,1.5,-2,0,3,4,,");
  expect(line(JSON.stringify({...event, note: 'a "b"'}))).toBe(
    'v1,2026-01-01T00:00:00.000Z,1.5,-2,0,3,4,,"{""note"":""a \\""b\\""""}"',
  );
});

test("a reading that is missing is an empty column, and one that is none is an additional field", () => {
  const {humidity, ...lacking} = event;
  const csv = eventFormat("csv", []);
  expect(csv.line(JSON.stringify(lacking))).toBe("v1,2026-01-01T00:00:00.000Z,1.5,-2,0,3,,,");
  expect(csv.line(JSON.stringify({...lacking, humidity: 255, temperature: "n/a"}))).toBe(
    'v1,2026-01-01T00:00:00.000Z,1.5,-2,0,,,,"{""temperature"":""n/a"",""humidity"":255}"',
  );
});

test("a time that is finer than the stores keep is an additional field", () => {
  const line = (timestamp: unknown) => eventFormat("csv", []).line(JSON.stringify({...event, timestamp}));
  const cut = "v1,2026-01-01T00:00:00.000Z,1.5,-2,0,3,4,";
  expect(line("2026-01-01T00:00:00.000123Z")).toBe(`${cut},"{""timestamp"":""2026-01-01T00:00:00.000123Z""}"`);
  expect(line(1767225600000123)).toBe(`${cut},"{""timestamp"":1767225600000123}"`);
});

test("flags are words in a column of their own", () => {
  const flagged = JSON.stringify({...event, quality_flags: ["NullIsland", "ClockAhead"], note: 1});
  expect(eventFormat("csv", []).line(flagged)).toBe(
    'v1,2026-01-01T00:00:00.000Z,1.5,-2,0,3,4,NullIsland ClockAhead,"{""note"":1}"',
  );
});

test("a number that a float64 does not hold is shown as it was sent", () => {
  const sent = `${JSON.stringify(event).slice(0, -1)},"trip":9007199254740993}`;
  expect(eventFormat("csv", []).line(sent)).toMatch(/"{""trip"":9007199254740993}"$/);
});

test("JSON is passed on byte for byte", () => {
  expect(eventFormat("json", []).line('{"a": 1}')).toBe('{"a": 1}');
});

test("a table's header stands over its columns", () => {
  const {header, line} = eventFormat("table", []);
  expect(line(JSON.stringify(event)).indexOf("1.5")).toBe(header.indexOf("latitude"));
});

test("fields of the spec have columns of their own, by their types; what is none of its type stays an additional field", () => {
  const columns: EventColumn[] = [
    {name: "odometer", type: "bigint", min: 0},
    {name: "door", type: "boolean"},
    {name: "note", type: "string"},
    {name: "serviced", type: "timestamp"},
    {name: "axles", type: "json"},
    {name: "constructor", type: "float"},
  ];
  const csv = eventFormat("csv", columns);
  const line = (more: string) => csv.line(`${JSON.stringify(event).slice(0, -1)}${more}}`);
  const start = "v1,2026-01-01T00:00:00.000Z,1.5,-2,0,3,4";
  expect(csv.header).toBe(
    "vehicle_id,timestamp,latitude,longitude,speed,temperature,humidity,odometer,door,note,serviced,axles,constructor,quality_flags,extra",
  );
  expect(line("")).toBe(`${start},,,,,,,,`);
  expect(
    line(
      ',"odometer":9007199254740993,"door":false,"note":"a\\n\\"b\\"","serviced":1767225600000,"axles":[{"kg":1.10}],"constructor":12.1,"other":1',
    ),
  ).toBe(`${start},9007199254740993,false,"a\n""b""",2026-01-01T00:00:00.000Z,"[{""kg"":1.10}]",12.1,,"{""other"":1}"`);
  expect(line(',"odometer":-1,"door":"open","note":"","axles":null')).toBe(
    `${start},,,"",,,,,"{""odometer"":-1,""door"":""open""}"`,
  );
  const table = eventFormat("table", columns);
  const shown = table.line(JSON.stringify({...event, door: true, note: "two\nlines"}));
  expect(shown.indexOf("true")).toBe(table.header.indexOf("door"));
  expect(shown).toContain("two lines");
});
