import {expect, test} from "vitest";
import {float8Array, textArray, timestamptzArray} from "./arrays.ts";

/** The elements of a one-dimensional array, as PostgreSQL's array_send documents them. */
function elements(array: Buffer): (Buffer | null)[] {
  const count = array.readInt32BE(12);
  const found: (Buffer | null)[] = [];
  let at = 20;
  while (at < array.length) {
    const length = array.readInt32BE(at);
    found.push(length < 0 ? null : array.subarray(at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  expect([array.readInt32BE(0), array.readInt32BE(16), found.length]).toEqual([1, 1, count]);
  return found;
}

test("figures keep every bit", () => {
  const values = [0, -0, 0.1, -179.999999, 5e-324, Number.MAX_VALUE];
  const array = float8Array(values);
  expect(array.readInt32BE(8)).toBe(701);
  expect(elements(array).map((element) => element!.readDoubleBE())).toEqual(values);
});

test("a figure that an event does not have is no number", () => {
  expect(elements(float8Array([1, null, 0, null])).map((element) => element?.readDoubleBE() ?? null)).toEqual([
    1,
    null,
    0,
    null,
  ]);
});

test("times are whole microseconds since 2000", () => {
  const times = ["2000-01-01T00:00:00.000Z", "2026-11-25T12:34:56.789Z", "2096-02-29T23:59:59.999Z"];
  const array = timestamptzArray(times.map((time) => new Date(time)));
  expect(array.readInt32BE(8)).toBe(1_184);
  const read = elements(array).map((element) => element!.readBigInt64BE());
  expect(read).toEqual(times.map((time) => BigInt(Date.parse(time) - Date.UTC(2000, 0, 1)) * 1_000n));
});

test("text is UTF-8, and nothing is not the empty text", () => {
  const values = ["vehicle-1", null, "", "zwölf €"];
  const array = textArray(values);
  expect(array.readInt32BE(8)).toBe(25);
  expect(elements(array).map((element) => element?.toString("utf8") ?? null)).toEqual(values);
});
