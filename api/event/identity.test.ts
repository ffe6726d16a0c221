import {expect, test} from "vitest";
import {contentOf, firstOfEach} from "./identity.ts";
import type {Row} from "./row.ts";

const row = (vehicle_id: string, ms: number, more: Partial<Row> = {}): Row => ({
  vehicle_id,
  ts: new Date(ms),
  latitude: 48,
  longitude: 11,
  speed: 1,
  temperature: null,
  humidity: 50,
  extra: null,
  ...more,
});

test("rows of keys of their own all stay, those of a vehicle one after another as they came", () => {
  const rows = [row("a", 1), row("b", 1), row("a", 3), row("b", 0), row("a", 2)];
  const sorted = [0, 2, 4, 1, 3].map((at) => rows[at]);
  expect(firstOfEach([], rows)).toEqual({rows: sorted, repeated: [], taken: []});
});

test("rows whose position belongs to the key all stay", () => {
  const rows = [row("a", 1), row("a", 1), row("a", 1, {speed: 2})];
  expect(firstOfEach([], rows, true)).toEqual({rows, repeated: [], taken: []});
});

test("of several with one key the first stays; another one like it is repeated, a different one finds its place taken", () => {
  const [first, like, other] = [row("a", 1), row("a", 1, {quality_flags: 4}), row("a", 1, {speed: 2})];
  const [before, beside] = [row("a", 0), row("b", 1)];
  const found = firstOfEach([], [first, beside, before, like, other]);
  expect(found.rows).toEqual([first, before, beside]);
  expect(found.repeated).toEqual([like]);
  expect(found.taken).toEqual([{row: other}]);
});

test("rows of one key are alike by what they say and not by how it is spelt, in extra and in fields", () => {
  const columns = [{name: "door", type: "boolean"} as const];
  const first = row("a", 1, {fields: [true], extra: '{"n":1.10,"m":2}'});
  const like = row("a", 1, {fields: [true], extra: '{"m":2,"n":1.1}'});
  const [other, another] = [row("a", 1, {...first, fields: [false]}), row("a", 1, {...first, extra: '{"n":1.10}'})];
  expect(firstOfEach(columns, [first, like, other, another])).toEqual({
    rows: [first],
    repeated: [like],
    taken: [{row: other}, {row: another}],
  });
});

test("contents are alike whatever the order and spelling of further fields, and wherever a field is kept", () => {
  const columns = [{name: "door", type: "boolean"} as const];
  const sent = row("a", 1, {extra: '{"n":1.10,"note":"x","door":true}'});
  expect(contentOf([], row("a", 1, {extra: '{"door": true, "note": "x", "n": 1.1}'}))).toBe(contentOf([], sent));
  expect(contentOf(columns, row("a", 1, {fields: [true], extra: '{"n":1.1,"note":"x"}'}))).toBe(contentOf([], sent));
  expect(contentOf([], row("a", 1, {extra: '{"n":1.10,"note":"y","door":true}'}))).not.toBe(contentOf([], sent));
});

test.each<Partial<Row>>([{latitude: 48.1}, {longitude: null}, {speed: null}, {temperature: 0}, {humidity: 51}])(
  "%j is another event",
  (more) => expect(contentOf([], row("a", 1, more))).not.toBe(contentOf([], row("a", 1))),
);
