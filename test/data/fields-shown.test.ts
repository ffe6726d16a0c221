import {beforeAll, describe, expect, test} from "vitest";
import type {EventField} from "../../api/components/event.ts";
import {DATABASES, type DatabaseName} from "../../api/stores.ts";
import {fieldsBoard} from "../../cdk8s/components/grafana/fields-board.ts";
import {readCassandra} from "../../workloads/console/cassandra.ts";
import {toHistory} from "../../workloads/console/source.ts";
import {readTimescaleDB} from "../../workloads/console/timescaledb.ts";
import {sql as grafanaSql} from "../e2e/grafana.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, postgresOf, sqlAs} from "./stack.ts";

/** What console and dashboards read of the spec's fields in real stores. */
const PLACE = `fields_shown_${process.pid}`;
const FIELDS: EventField[] = [
  {name: "fuel", type: "float", unit: "l"},
  {name: "odometer", type: "bigint", unit: "m"},
  {name: "door", type: "boolean"},
  {name: "driver", type: "string"},
  {name: "serviced", type: "timestamp"},
  {name: "axles", type: "json"},
  // The names of columns in queries of ours.
  {name: "ms", type: "double"},
  {name: "vehicle", type: "int"},
];
const NEW: EventField = {name: "just_added", type: "double"};
const NOW = Date.now();
const NAMES = FIELDS.map(({name}) => `"${name}"`).join();
/** Newest last; of the second row only the odometer is known. */
const ROWS: [ago: number, values: string][] = [
  [2_000, `12.1, 9007199254740993, true, '${"d".repeat(500)}', '2026-01-01T00:00:00.123Z', '[{"kg": 1.10}]', 0.5, 7`],
  [1_000, "null, 9007199254740994, null, null, null, null, null, null"],
];

Object.assign(process.env, {
  PGHOST: stack.servers.timescaledb.address,
  PGUSER: "telemetry",
  PGPASSWORD: stack.password,
  PGDATABASE: PLACE,
  CASSANDRA_CONTACT_POINTS: stack.servers.cassandra.address,
  CASSANDRA_USERNAME: "telemetry",
  CASSANDRA_PASSWORD: stack.password,
  CASSANDRA_KEYSPACE: PLACE,
});
const sql = (statement: string) => sqlAs(postgresOf(stack.servers.timescaledb.address, PLACE), statement);

beforeAll(async () => {
  const env = {...(await makeDatabase(stack, PLACE)), CASSANDRA_KEYSPACE: PLACE};
  await prepareSchemas(stack, {...env, EVENT_FIELDS: JSON.stringify(FIELDS)});
  const client = cassandraOf(stack.servers.cassandra.address);
  for (const [ago, values] of ROWS) {
    const time = new Date(NOW - ago).toISOString();
    const into = (table: string, day: string, value: string) =>
      `INSERT INTO ${table} (vehicle_id, ${day}ts, latitude, longitude, speed, temperature, humidity, ${NAMES})
        VALUES ('v1', ${value}'${time}', 48, 11, 50, 20, 50, ${values})`;
    await sql(into("telemetry", "", ""));
    await client.execute(into(`${PLACE}.telemetry`, "day, ", `'${time.slice(0, 10)}', `));
  }
  await client.shutdown();
});

const open = {timescaledb: readTimescaleDB, cassandra: readCassandra} satisfies Record<DatabaseName, unknown>;

describe.each(DATABASES)("%s: the console", (store) => {
  const source = open[store]();

  test("gets the newest values of a vehicle's fields, and none of a field that has no column yet", async () => {
    const rows = await source.newest("v1", [NEW, ...FIELDS]);
    expect(rows.map(({ms}) => NOW - ms)).toEqual([1_000, 2_000]);
    expect(rows[0]!.values).toEqual([null, null, "9007199254740994", null, null, null, null, null, null]);
    const [added, fuel, odometer, door, driver, serviced, axles, ms, vehicle] = rows[1]!.values;
    expect([added, fuel, odometer, door, ms, vehicle]).toEqual([null, 12.1, "9007199254740993", true, 0.5, 7]);
    expect(driver).toBe("d".repeat(200));
    expect(serviced).toBe(Date.UTC(2026, 0, 1) + 123);
    expect(axles).toBe('[{"kg": 1.10}]');
    expect(await source.newest("v1", FIELDS, NOW - 1_500)).toHaveLength(1);
    expect(await source.newest("v2", FIELDS)).toEqual([]);
  });

  test("gets the past of numbers by their averages", async () => {
    const fields = [NEW, ...FIELDS.filter(({name}) => ["odometer", "fuel", "ms"].includes(name))];
    const span = {vehicle: "v1", from: NOW - 60_000, to: NOW, stepMs: 86_400_000};
    const points = await source.history({...span, fields});
    const history = toHistory(store, span.stepMs, points, fields).fields;
    expect(Object.keys(history)).toEqual(["just_added", "fuel", "odometer", "ms"]);
    // One point, or two about midnight.
    const said = (name: string) => history[name]!.filter((value) => value !== null);
    expect(said("just_added")).toEqual([]);
    expect(said("fuel")[0]).toBeCloseTo(12.1, 5);
    expect(said("odometer")[0]).toBeCloseTo(2 ** 53, -3);
    expect(said("ms")).toEqual([0.5]);
  });
});

test("every query of the pipeline's dashboard has data in the real database, for each of its fields", async () => {
  const board = fieldsBoard(
    "default / fleet",
    "telemetry-0123456789ab-fields",
    "TimescaleDB of default / fleet",
    FIELDS,
  );
  const [, field, vehicle] = board.templating.list as any[];
  const names = field.options.map(({value}: {value: string}) => value);
  expect(names).toEqual(["fuel", "odometer", "ms", "vehicle"]);
  const vehicles = (await sql(grafanaSql(vehicle.query, {}, Date.now()))).map(({id}: any) => id);
  expect(vehicles).toEqual(["v1"]);
  const queries = (board.panels as any[]).flatMap(({targets = []}) => targets.map(({rawSql}: any) => rawSql));
  expect(queries).toHaveLength(3);
  for (const query of queries)
    for (const name of names) {
      const rows = await sql(grafanaSql(query, {vehicle: vehicles, field: name}, Date.now()));
      expect([query, name, rows.length > 0]).toEqual([query, name, true]);
    }
});
