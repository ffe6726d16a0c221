import {expect, test} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {checkTelemetry} from "./cassandra.ts";
import {pendingOf, readMigrations, statementsOf} from "./migrations.ts";
import {differences, type Table} from "./shape.ts";

const migration = (name: string, checksum = "a") => ({name, text: "", checksum});

test("what is not recorded is pending, whatever its number", () => {
  const known = [migration("0001-a"), migration("0010-b"), migration("0020-c")];
  expect(pendingOf(known, [migration("0001-a"), migration("0020-c")])).toEqual([known[1]]);
});

test("a migration that was edited after it was applied is named", () => {
  expect(() => pendingOf([migration("0001-a", "b")], [migration("0001-a")])).toThrow(
    /0001-a was applied as a and is now b/,
  );
});

test("what a newer version has applied is no hindrance", () => {
  expect(pendingOf([migration("0001-a")], [migration("0001-a"), migration("0099-newer")])).toEqual([]);
});

test.each(DATABASES)("the migrations of %s are named, ordered and split as their README says", (store) => {
  const migrations = readMigrations(store);
  expect(migrations.length).toBeGreaterThan(0);
  for (const each of migrations) {
    expect(each.name).toMatch(/^\d{4}-[a-z0-9-]+$/);
    expect(each.text, each.name).not.toMatch(/\bpublic\./);
    expect(statementsOf(each).length, each.name).toBeGreaterThan(0);
    for (const statement of statementsOf(each)) expect(statement).not.toMatch(/^--|;$/m);
  }
});

const table: Table = {
  columns: {vehicle_id: "text", ts: "timestamp with time zone", speed: "double precision"},
  required: ["vehicle_id", "ts", "speed"],
  key: ["vehicle_id", "ts"],
  hypertable: true,
};

test("a column of one's own that may be empty is no difference", () => {
  const live = {...table, columns: {...table.columns, note: "text"}};
  expect(differences({telemetry: table}, {telemetry: live, mine: table})).toEqual([]);
});

test.each<[string, Partial<Table> | undefined, string]>([
  ["a dropped table", undefined, "table telemetry is missing"],
  [
    "a dropped column",
    {columns: {vehicle_id: "text", ts: "timestamp with time zone"}},
    "column telemetry.speed (double precision) is missing",
  ],
  [
    "another type",
    {columns: {...table.columns, speed: "integer"}},
    "column telemetry.speed is integer, not double precision",
  ],
  ["another key", {key: ["ts"]}, "the primary key of telemetry is (ts), not (vehicle_id, ts)"],
  ["a plain table", {hypertable: false}, "telemetry is no hypertable"],
  [
    "a column that every row needs",
    {required: ["vehicle_id", "note"]},
    "column telemetry.note was added as NOT NULL without a default, and no writer fills it",
  ],
])("%s is named", (_, change, message) => {
  expect(differences({telemetry: table}, change ? {telemetry: {...table, ...change}} : {})).toEqual([message]);
});

test("a table of Cassandra that was altered is named", () => {
  expect(() => checkTelemetry({vehicle_id: {type: "text", kind: "partition_key"}})).toThrow(
    /column telemetry.day \(date\) is missing; .*humidity/,
  );
});
