import {beforeAll, describe, expect, test} from "vitest";
import {createHabit} from "../../workloads/ingester/habit.ts";
import type {Store} from "../../workloads/ingester/store.ts";
import {openTimescaleDB} from "../../workloads/ingester/timescaledb.ts";
import type {Row} from "../../workloads/telemetry.ts";
import {makeDatabase} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

const DATABASE = "copied";
const sql = (statement: string, values?: unknown[]) => sqlAs(postgresOf(stack.address, DATABASE), statement, values);
let store: Store;

beforeAll(async () => {
  await makeDatabase(stack, DATABASE);
  // Statements by their first word, for what was written how.
  await sql(`ALTER TABLE telemetry ALTER speed DROP NOT NULL, ALTER temperature DROP NOT NULL, ALTER humidity DROP NOT NULL;
    CREATE TABLE statement (text text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO statement VALUES (current_query()); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON telemetry EXECUTE FUNCTION note()`);
  const {user, password} = postgresOf(stack.address);
  const login = {PGHOST: stack.address, PGPORT: "5432", PGUSER: user, PGPASSWORD: password, PGDATABASE: DATABASE};
  Object.assign(process.env, login);
  store = openTimescaleDB();
  return () => store.close();
});

const START = Date.parse("2026-11-01T00:00:00Z");
const row = (vehicle_id: string, second: number, more: Partial<Row> = {}): Row => ({
  vehicle_id,
  ts: new Date(START + second * 1_000),
  latitude: 48.1,
  longitude: 11.5,
  speed: 50,
  temperature: 20,
  humidity: 50,
  extra: null,
  ...more,
});

/** That of a partition whose rows were new so far. */
function settled() {
  const habit = createHabit();
  habit.found(0);
  return habit;
}

const rowsOf = (prefix: string) =>
  sql("SELECT *, extra::text AS extra FROM telemetry WHERE starts_with(vehicle_id, $1) ORDER BY vehicle_id, ts", [
    prefix,
  ]);
const copies = async () => (await sql("SELECT FROM statement WHERE text LIKE 'COPY%'")).length;

describe("COPY", {concurrent: false}, () => {
  test("COPY keeps every value as INSERT does", async () => {
    const values: Partial<Row>[] = [
      {speed: null, temperature: null, humidity: null},
      {latitude: -90, longitude: -179.999999999999, speed: 5e-324, temperature: -0, humidity: 0.1 + 0.2},
      {ts: new Date("2000-01-01T00:00:00.000Z")},
      {ts: new Date("1999-12-31T23:59:59.999Z")},
      {ts: new Date("2096-02-29T23:59:59.001Z")},
      {
        extra:
          '{"note": "zwölf €, 🚚 \\" \\\\ \\n", "big": 123456789012345678901234567890.12345, "deep": [[], {"a": null}]}',
      },
      {extra: JSON.stringify({note: "€".repeat(200_000)})},
      {quality_flags: 5},
    ];
    const of = (way: string) => values.map((more, at) => row(`${way}-${at}`, at, more));
    await store.write(of("insert"));
    expect(await copies()).toBe(0);
    await store.write(of("copy"), settled());
    expect(await copies()).toBe(1);
    const [inserted, copied] = [await rowsOf("insert-"), await rowsOf("copy-")];
    expect(copied.map(({vehicle_id, ...rest}) => rest)).toEqual(inserted.map(({vehicle_id, ...rest}) => rest));
    expect(copied.map(({ts, temperature, extra}) => [ts, temperature, extra])).toEqual(
      of("copy").map(({ts, temperature, extra}) => [ts, temperature, extra === null ? null : expect.any(String)]),
    );
  });

  test("rows of which some are there, or come twice, are there once, and the first stays; the next statement asks, and copies the rest", async () => {
    await store.write([row("twice", 5_001, {speed: 1})]);
    const before = await copies();
    const habit = settled();
    const rows = Array.from({length: 10_000}, (_, at) => row("twice", at, {speed: 2}));
    const again = row("twice", 1, {speed: 2});
    const other = row("twice", 9_999, {speed: 3});
    const found = await store.write([...rows, again, other], habit);
    expect([(await copies()) - before, habit.asks]).toEqual([3, true]);
    expect([found.repeated, found.taken.map(({row}) => row)]).toEqual([[again], [other, rows[5_001]]]);
    const there = await rowsOf("twice");
    expect(there).toHaveLength(10_000);
    expect(there.map(({speed}) => speed)).toEqual(rows.map((_, at) => (at === 5_001 ? 1 : 2)));
  });

  test("what is no later than the newest row of its vehicle is asked for, so that a row sent twice costs no second COPY", async () => {
    const habit = settled();
    await store.write([row("again", 10), row("again", 20)], habit);
    const before = await copies();
    const [same, other, late, next] = [
      row("again", 10),
      row("again", 20, {speed: 1}),
      row("again", 15),
      row("again", 30),
    ];
    const found = await store.write([same, other, late, next, row("beside", 1)], habit);
    expect([(await copies()) - before, habit.asks]).toEqual([1, false]);
    expect([found.repeated, found.taken.map(({row}) => row)]).toEqual([[same], [other]]);
    expect((await rowsOf("again")).map(({ts, speed}) => [(ts - START) / 1_000, speed])).toEqual([
      [10, 50],
      [15, 50],
      [20, 50],
      [30, 50],
    ]);
  });

  test("hours that receive rows late are noted by COPY too", async () => {
    const before = await copies();
    await store.write([row("late", 7_200), row("late", 7_201), row("late", 86_400)], settled());
    expect((await copies()) - before).toBe(1);
    const hours = await sql(
      "SELECT DISTINCT hour FROM telemetry_hour_late WHERE hour >= '2026-11-01T02:00:00Z' ORDER BY 1",
    );
    expect(hours.map(({hour}) => hour.toISOString())).toEqual(
      expect.arrayContaining(["2026-11-01T02:00:00.000Z", "2026-11-02T00:00:00.000Z"]),
    );
  });

  test("a row that is refused leaves nothing of its statement behind, and the connection serves the next", async () => {
    await sql("ALTER TABLE telemetry ADD CONSTRAINT slow CHECK (speed < 400)");
    const [bad, good] = [row("refused", 1, {speed: 450}), row("refused", 2)];
    await expect(store.write([good, bad], settled())).rejects.toMatchObject({code: "23514"});
    expect(await rowsOf("refused")).toEqual([]);
    await store.write([good], settled());
    expect(await rowsOf("refused")).toHaveLength(1);
  });
});
