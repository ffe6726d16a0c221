import {Readable} from "node:stream";
import pg from "pg";
import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {readTimescaleDB} from "../../workloads/console/timescaledb.ts";
import {importFile} from "../../workloads/master-data/import.ts";
import {RefusedFile} from "../../workloads/master-data/problems.ts";
import {makeDatabase} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** What the tables of master data hold after many files, against a fleet in memory, and what others read of them. */
const DATABASE = `master_history_${process.pid}`;
const login = postgresOf(stack.servers.timescaledb.address, DATABASE);
const client = new pg.Client(login);
/** The tests have one database. */
vi.setConfig({maxConcurrency: 1});

beforeAll(async () => {
  await makeDatabase(stack, DATABASE);
  await client.connect();
}, 300_000);
afterAll(() => client.end());

const take = (csv: string) =>
  importFile(client, Readable.from([Buffer.from(csv)]), {kind: "vehicles", complete: false, dryRun: false});

const SHEET = `vehicle_id,plate,group,driver,depot,next_service
v1,M-AB 123,North,Ada Byron,Munich,2027-03-31
v2,,South,Ada Byron,Ulm,
`;

/** A fleet as history has it, in memory: what becomes of a row that is imported as of a time. */
function createHistory() {
  const rows = new Map<string, {plate: string; from: number; to: number | null}[]>();
  const take = (key: string, plate: string, from: number): boolean => {
    const past = rows.get(key) ?? [];
    rows.set(key, past);
    const last = past.at(-1);
    const current = last?.to === null ? last : undefined;
    const then = past.find((row) => row.from <= from && (row.to === null || from < row.to));
    if (current?.plate === plate || then?.plate === plate) return true;
    if (last && from < (last.to ?? last.from)) return false;
    if (current?.from === from) current.plate = plate;
    else {
      if (current) current.to = from;
      past.push({plate, from, to: null});
    }
    return true;
  };
  return {
    /** A file, as a whole or not at all. */
    take(file: [key: string, plate: string, from: number][]): boolean {
      const before = structuredClone([...rows]);
      if (file.every((row) => take(...row))) return true;
      rows.clear();
      for (const [key, past] of before) rows.set(key, past);
      return false;
    },
    rows: () =>
      [...rows]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([key, past]) => past.map(({plate, from, to}) => [key, plate, from, to])),
  };
}

test("whatever files come in whatever order, history is that of a fleet in memory", async () => {
  let seed = 7;
  const below = (most: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * most);
  };
  const expected = createHistory();
  let refused = 0;
  for (let time = 0; time < 120; time++) {
    const keys = ["v1", "v2", "v3"].filter(() => below(3) > 0);
    const file = keys.map((key): [string, string, number] => [
      key,
      `P${below(3)}`,
      Date.UTC(2026, 0, 1 + below(12 + time)),
    ]);
    if (file.length === 0) continue;
    const lines = file.map(([key, plate, from]) => `${key},${plate},${new Date(from).toISOString()}`);
    const csv = `vehicle_id,plate,valid_from\n${lines.join("\n")}\n`;
    const isTaken = await take(csv).then(
      () => true,
      async (error) => {
        if (!(error instanceof RefusedFile)) throw error;
        await client.query("ROLLBACK");
        return false;
      },
    );
    expect(isTaken).toBe(expected.take(file));
    if (!isTaken) refused++;
  }
  expect(refused).toBeGreaterThan(5);
  const found = await sqlAs(
    login,
    "SELECT vehicle_id, plate, valid_from, valid_to FROM vehicle ORDER BY vehicle_id, valid_from",
  );
  expect(
    found.map(({vehicle_id, plate, valid_from, valid_to}) => [
      vehicle_id,
      plate,
      valid_from.getTime(),
      valid_to?.getTime() ?? null,
    ]),
  ).toEqual(expected.rows());
});

test("the console and the reader see the present, with the names of groups and drivers", async () => {
  await client.query("TRUNCATE vehicle, driver, vehicle_group");
  await take(SHEET);
  const {host, database} = login;
  Object.assign(process.env, {
    PGHOST: host,
    PGDATABASE: database,
    PGUSER: "telemetry_reader",
    PGPASSWORD: stack.password,
  });
  const {groups, vehicles} = await readTimescaleDB().masterData!();
  expect(groups).toEqual([
    {id: "North", name: "North"},
    {id: "South", name: "South"},
  ]);
  expect(vehicles.v1).toEqual({
    ...{plate: "M-AB 123", group: "North", groupName: "North", driver: "Ada Byron"},
    ...{depot: "Munich", nextService: "2027-03-31"},
  });
});
