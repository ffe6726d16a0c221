import {expect, test} from "vitest";
import type {Row} from "../telemetry.ts";
import {copied, copyRows as write} from "./copy-rows.ts";

const START = Date.UTC(2000, 0, 1);
const row = (more: Partial<Row> = {}): Row => ({
  vehicle_id: "vehicle-1",
  ts: new Date("2026-11-25T12:34:56.789Z"),
  latitude: -0,
  longitude: 0.1,
  speed: 5e-324,
  temperature: -40.5,
  humidity: 50,
  extra: null,
  ...more,
});

const copyRows = (rows: Row[]) => write(rows, []);

/** The fields of each row, as PostgreSQL documents the binary form of COPY, by the messages that carry it. */
function fieldsOf(messages: Buffer): (Buffer | null)[][] {
  const end = 1 + messages.readInt32BE(1);
  expect([messages.toString("latin1", 0, 1), messages.toString("latin1", end)]).toEqual(["d", "c\0\0\0\x04"]);
  const data = messages.subarray(5, end);
  expect(data.toString("latin1", 0, 19)).toBe("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
  const rows: (Buffer | null)[][] = [];
  let at = 19;
  for (let fields = data.readInt16BE(at); fields !== -1; fields = data.readInt16BE(at)) {
    at += 2;
    const read = Array.from({length: fields}, () => {
      const length = data.readInt32BE(at);
      at += 4 + Math.max(0, length);
      return length < 0 ? null : data.subarray(at - length, at);
    });
    rows.push(read);
  }
  expect(at + 2).toBe(data.length);
  return rows;
}

test("each field is what PostgreSQL keeps", () => {
  expect(copied([])).toEqual(
    "vehicle_id ts latitude longitude speed temperature humidity extra quality_flags".split(" "),
  );
  const [[id, ts, ...rest] = []] = fieldsOf(copyRows([row({extra: '{"zwölf":"€ 🚚"}'})]));
  expect(id?.toString()).toBe("vehicle-1");
  expect(ts?.readBigInt64BE()).toBe(BigInt(row().ts.getTime() - START) * 1_000n);
  expect(rest.slice(0, 5).map((figure) => figure?.readDoubleBE())).toEqual([-0, 0.1, 5e-324, -40.5, 50]);
  expect([rest[5]?.[0], rest[5]?.toString("utf8", 1)]).toEqual([1, '{"zwölf":"€ 🚚"}']);
  expect(rest[6]).toBeNull();
  expect(
    fieldsOf(copyRows([row({quality_flags: 5})]))[0]!
      .at(-1)
      ?.readInt16BE(),
  ).toBe(5);
});

test("nothing is nothing, and not a nought or an empty text", () => {
  const absent = row({speed: null, temperature: null, humidity: null});
  expect(fieldsOf(copyRows([absent]))[0]!.slice(4)).toEqual(Array(5).fill(null));
});

test("texts of any length have room, between rows that have none", () => {
  const extras = [null, "€".repeat(100_000), null, JSON.stringify("x".repeat(1_000_000)), "1"];
  const rows = fieldsOf(copyRows(extras.map((extra, index) => row({extra, vehicle_id: `v${index}`}))));
  expect(rows.map((fields) => fields.at(-2)?.toString("utf8", 1) ?? null)).toEqual(extras);
  expect(rows.map(([id]) => id?.toString())).toEqual(["v0", "v1", "v2", "v3", "v4"]);
});

test("fields of the spec follow in their order, each in its type's form", () => {
  const types = ["double", "float", "int", "bigint", "boolean", "string", "timestamp", "json"] as const;
  const columns = types.map((type) => ({name: `my_${type}`, type}));
  const time = new Date("2026-11-25T12:34:56.789Z");
  const values = [0.1, 0.5, -7, 2n ** 60n, true, "€".repeat(5_000), time, '{"a":1}'];
  expect(copied(columns).slice(9, 11)).toEqual(['"my_double"', '"my_float"']);
  const [full = [], empty = []] = fieldsOf(write([row({fields: values}), row()], columns));
  const [double, float, int, bigint, boolean, string, timestamp, json] = full.slice(9) as Buffer[];
  expect([double!.readDoubleBE(), float!.readFloatBE(), int!.readInt32BE(), bigint!.readBigInt64BE()]).toEqual(
    values.slice(0, 4),
  );
  expect([boolean![0], string!.toString(), json!.toString("utf8", 1)]).toEqual([1, values[5], values[7]]);
  expect(timestamp!.readBigInt64BE()).toBe(BigInt(time.getTime() - START) * 1_000n);
  expect(empty.slice(9)).toEqual(Array(8).fill(null));
});
