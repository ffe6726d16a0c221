import {describe, expect} from "vitest";
import {csvCells, csvText} from "../../api/csv.ts";
import {COLUMN_TYPES, type EventColumn} from "../../api/event/columns.ts";
import {DATABASES, type StoreName, stores} from "../../api/stores.ts";
import {eventFormat} from "../../operator/cli/event-format.ts";
import {recordsOf} from "../../workloads/query/csv.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, postgresOf, sqlAs} from "./stack.ts";
import type {Trial} from "./trial.ts";

/** Fields of the spec, from the event to a column of their own and back. */
const FIELDS: EventColumn[] = [
  {name: "odometer", type: "bigint", min: 0},
  {name: "fuel", type: "float", max: 100},
  {name: "door", type: "boolean"},
  {name: "order", type: "string"},
  {name: "serviced", type: "timestamp"},
  {name: "axles", type: "json"},
  {name: "gear", type: "int"},
  {name: "load", type: "double"},
];
const VALUES =
  '"odometer":9007199254740993,"fuel":12.1,"door":false,"order":"a, \\"b\\"\\n","serviced":"2026-01-01T00:00:00.123Z","axles":[{"kg":1.10}],"gear":-1,"load":0.1';

const base = (vehicle: string, second: number) =>
  `{"vehicle_id":"${vehicle}","timestamp":"2026-11-05T00:00:0${second}.000Z","latitude":48,"longitude":11,"speed":50`;

describe.each(DATABASES)("%s: fields of the spec", (store) => {
  /** A database and a keyspace of the test's own. */
  async function places(name: string) {
    const env = {...(await makeDatabase(stack, name)), CASSANDRA_KEYSPACE: name};
    await prepareSchemas(stack, env, ["cassandra"]);
    return env;
  }
  const set = (env: Record<string, string>, fields: EventColumn[]) => {
    const more = {...env, EVENT_FIELDS: JSON.stringify(fields)};
    return prepareSchemas(stack, more, [store]).then(() => more);
  };
  const lines = async (trial: Trial, env: Record<string, string>, vehicle: string) =>
    (
      await runProgram(
        "workloads/query/main.ts",
        ["query", "--vehicle", vehicle, "--since", "2026-11-05T00:00:00Z", "--until", "2026-11-06T00:00:00Z"],
        {...trial.environment, ...env},
      )
    )
      .trimEnd()
      .split("\n")
      .reverse();
  const audit = async (trial: Trial, env: Record<string, string>) =>
    JSON.parse((await runProgram("workloads/audit/main.ts", [], {...trial.environment, ...env})).trim());

  test("each is kept by its type and read back as it was sent, before and after fields are added and removed", async ({
    open,
  }) => {
    const name = `fields_${store}`;
    const plain = await places(name);
    const trial = await open(store, {partitions: 1});
    const vehicle = `fields-${process.pid}`;
    const send = (second: number, more: string) => trial.sendRaw(vehicle, `${base(vehicle, second)},${more}}`);
    const exact = {missing: 0, extra: 0, altered: 0};

    const before = await trial.start(plain);
    await send(1, VALUES);
    await trial.caughtUp();
    await before.drain();
    const first = await set(plain, FIELDS.slice(0, 3));
    const then = await trial.start(first);
    await send(2, VALUES);
    await send(3, '"odometer":-1,"fuel":"full","gear":7,"note":"kept"');
    await trial.caughtUp();
    await then.drain();
    const all = await set(plain, FIELDS);
    const last = await trial.start(all);
    await send(4, VALUES);
    // Once more what is among the additional fields of a row, and what is in other columns.
    for (const second of [1, 2]) await send(second, VALUES);
    await trial.send(5);
    await trial.caughtUp();
    expect((await last.freshness()).flagged).toEqual({Repeated: 2});
    expect(await column(store, name, vehicle, "odometer")).toEqual([
      null,
      "9007199254740993",
      null,
      "9007199254740993",
    ]);
    expect(await column(store, name, vehicle, "order")).toEqual([null, null, null, 'a, "b"\n']);
    const sent = (await lines(trial, all, vehicle)).map((line) => JSON.parse(line));
    for (const second of [1, 2, 4]) expect(sent[second - 1]).toEqual(JSON.parse(`${base(vehicle, second)},${VALUES}}`));
    expect(sent[2]).toMatchObject({odometer: -1, fuel: "full", gear: 7, note: "kept"});
    const {header, cells} = await table(trial, all, FIELDS, vehicle);
    expect(header.slice(7)).toEqual([...FIELDS.map(({name}) => name), "quality_flags", "extra"]);
    const whole = [
      "9007199254740993",
      "12.1",
      "false",
      'a, "b"\n',
      "2026-01-01T00:00:00.123Z",
      '[{"kg":1.10}]',
      "-1",
      "0.1",
    ];
    for (const second of [1, 2, 4]) expect(cells[second - 1]!.slice(7)).toEqual([...whole, null, null]);
    expect(cells[2]!.slice(7, -2)).toEqual([null, null, null, null, null, null, "7", null]);
    expect(JSON.parse(cells[2]!.at(-1)!)).toEqual({odometer: -1, fuel: "full", note: "kept"});
    expect(await audit(trial, all)).toMatchObject(exact);
    await last.drain();

    const fewer = await set(plain, FIELDS.slice(1, 2));
    await trial.start(fewer);
    await send(5, VALUES);
    await send(4, VALUES);
    await trial.caughtUp();
    expect(await trial.deadLetters()).toEqual([]);
    const odometers = (await lines(trial, fewer, vehicle)).map((line) => /"odometer": ?(-?\d+)/.exec(line)?.[1]);
    expect(odometers).toEqual(["1", "2", "3", "4", "5"].map((at) => (at === "3" ? "-1" : "9007199254740993")));
    expect(await audit(trial, fewer)).toMatchObject(exact);
    // What is in columns that no field has any more is an additional field.
    const rest = await table(trial, fewer, FIELDS.slice(1, 2), vehicle);
    expect(rest.header.slice(7)).toEqual(["fuel", "quality_flags", "extra"]);
    expect(rest.cells.map((row) => row[7])).toEqual(["12.1", "12.1", null, "12.1", "12.1"]);
    expect(rest.cells[3]!.at(-1)).toContain("9007199254740993");
  });

  test("200 fields go from the simulator through the store to exports", async ({open}) => {
    const env = await places(`many_${store}`);
    const fields = Array.from(
      {length: 200},
      (_, at): EventColumn => ({
        name: `${"field".repeat(8)}_${at}`,
        type: COLUMN_TYPES[at % COLUMN_TYPES.length]!,
      }),
    );
    const more = await set(env, fields);
    const trial = await open(store, {partitions: 1});
    const simulated = await runProgram(
      "workloads/simulator/main.ts",
      ["--stdout", "--vehicles", "3", "--from", "2026-11-05T00:00:00Z", "--seconds", "4"],
      more,
    );
    const events = simulated.trimEnd().split("\n");
    expect(events).toHaveLength(12);
    await trial.start(more);
    for (const event of events) await trial.sendRaw(JSON.parse(event).vehicle_id, event);
    await trial.caughtUp();
    expect(await trial.deadLetters()).toEqual([]);
    const {vehicle_id: vehicle} = JSON.parse(events[0]!);
    const own = events.map((event) => JSON.parse(event)).filter(({vehicle_id}) => vehicle_id === vehicle);
    expect((await lines(trial, more, vehicle)).map((line) => JSON.parse(line))).toEqual(own);
    const {header, cells} = await table(trial, more, fields, vehicle);
    expect(header).toHaveLength(7 + 200 + 2);
    for (const [at, {type, name}] of fields.entries()) {
      const values = cells.map((row) => row[7 + at]!);
      const wanted = own.map((event) => event[name]);
      if (type === "json") expect(values.map((text) => JSON.parse(text))).toEqual(wanted);
      else expect(values).toEqual(wanted.map(String));
    }
    expect(cells.map((row) => row.at(-1))).toEqual(own.map(() => null));
    expect(await audit(trial, more)).toMatchObject({missing: 0, extra: 0, altered: 0});
  });

  /** An export as CSV, by the store itself where it writes any: the texts of a vehicle's rows, oldest first. */
  async function table(trial: Trial, env: Record<string, string>, fields: EventColumn[], vehicle: string) {
    const range = ["--since", "2026-11-05T00:00:00Z", "--until", "2026-11-06T00:00:00Z"];
    const own = stores[store].writesCsv;
    const text = await runProgram(
      "workloads/query/main.ts",
      ["export", ...range, ...(own ? ["--csv", "--header"] : [])],
      {
        ...trial.environment,
        ...env,
      },
    );
    const {header, line} = eventFormat("csv", fields);
    const csv = own ? text : [header, ...text.trimEnd().split("\n").map(line), ""].join("\n");
    const records: string[][] = [];
    for await (const some of recordsOf([Buffer.from(csv)])) records.push(...some.map(csvCells));
    const rows = records.slice(1).filter(([id]) => id === vehicle);
    const texts = rows.map((cells) => cells.map((cell) => csvText(cell)?.replace('"kg": ', '"kg":') ?? null));
    return {header: records[0]!, cells: texts.sort((a, b) => (a[1]! < b[1]! ? -1 : 1))};
  }
});

test("windows have columns of the fields that are numbers where the stream job writes them; what is there stays", async () => {
  const env = await makeDatabase(stack, "field_windows");
  const sql = (statement: string) => sqlAs(postgresOf(stack.address, "field_windows"), statement);
  const set = (fields: EventColumn[], more = {FIELD_WINDOWS: "true"}) =>
    prepareSchemas(stack, {...env, EVENT_FIELDS: JSON.stringify(fields), ...more}, ["timescaledb"]);
  const found = async () =>
    Object.fromEntries(
      (
        await sql(
          "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'vehicle_window' AND column_name ~ '(odometer|fuel|door)$'",
        )
      ).map(({name, type}: any) => [name, type]),
    );
  await prepareSchemas(stack, {...env, EVENT_FIELDS: JSON.stringify(FIELDS.slice(0, 1))}, ["timescaledb"]);
  expect(await found()).toEqual({});
  await sql(
    "INSERT INTO vehicle_window (vehicle_id, window_start, window_end, count, distance_km) VALUES ('v', '2026-11-05', '2026-11-06', 7, 0)",
  );
  await set(FIELDS.slice(0, 1));
  const odometer = {avg_odometer: "double precision", min_odometer: "bigint", max_odometer: "bigint"};
  expect(await found()).toEqual(odometer);
  await set(FIELDS.slice(0, 3));
  const fuel = Object.fromEntries(["avg", "min", "max"].map((of) => [`${of}_fuel`, "double precision"]));
  expect(await found()).toEqual({...odometer, ...fuel});
  expect(await sql("SELECT count, avg_fuel FROM vehicle_window")).toEqual([{count: "7", avg_fuel: null}]);
  await sql("ALTER TABLE vehicle_window ADD COLUMN avg_load text");
  await expect(set(FIELDS)).rejects.toThrow(/column vehicle_window.avg_load is text, not double precision/);
});

async function column(store: StoreName, place: string, vehicle: string, name: string): Promise<unknown[]> {
  if (store === "timescaledb") {
    const query = `SELECT "${name}" AS value FROM telemetry WHERE vehicle_id = '${vehicle}' ORDER BY ts`;
    return (await sqlAs(postgresOf(stack.address, place), query)).map(({value}) => value);
  }
  const client = cassandraOf(stack.address);
  const query = `SELECT "${name}" AS value FROM ${place}.telemetry WHERE vehicle_id = '${vehicle}' AND day = '2026-11-05' ORDER BY ts ASC`;
  const {rows} = await client.execute(query);
  await client.shutdown();
  return rows.map(({value}) => (value === null ? null : String(value)));
}
