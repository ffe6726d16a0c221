import {spawn} from "node:child_process";
import {once} from "node:events";
import {join} from "node:path";
import {text} from "node:stream/consumers";
import pg from "pg";
import {beforeAll, beforeEach, describe, expect, test, vi} from "vitest";
import {repository} from "../../cluster/instance.ts";
import {waitFor} from "../../cluster/shell.ts";
import {makeDatabase} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** The tables of master data on a real server, by the program that the command line runs in a pod. */
const DATABASE = `master_data_${process.pid}`;
const login = postgresOf(stack.servers.timescaledb.address, DATABASE);
/** The tests have one database. */
vi.setConfig({maxConcurrency: 1});
const sql = (statement: string) => sqlAs(login, statement);

beforeAll(async () => {
  await makeDatabase(stack, DATABASE);
}, 300_000);
beforeEach(() => sql("TRUNCATE vehicle, driver, vehicle_group, telemetry"));

function start(args: string[]) {
  const child = spawn(process.execPath, [join(repository, "workloads/master-data/main.ts"), ...args], {
    env: {
      PATH: process.env.PATH,
      PGHOST: login.host,
      PGUSER: "telemetry",
      PGPASSWORD: stack.password,
      PGDATABASE: DATABASE,
    },
  });
  // One that has ended reads no more.
  child.stdin.on("error", () => {});
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([out, err, [code]]) => ({out, err, code: code as number | null}),
  );
  return {child, ended};
}

const framed = (csv: string | Buffer) => `${Buffer.from(csv).toString("base64")}\n`;

async function program(args: string[], csv?: string | Buffer) {
  const {child, ended} = start(args);
  child.stdin.end(csv === undefined ? "" : `${framed(csv)}.\n`);
  return ended;
}

/** What an import that is accepted says it did. */
async function take(csv: string | Buffer, ...args: string[]) {
  const {code, out, err} = await program(["import", ...args], csv);
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out);
}

async function listed(...args: string[]) {
  const {code, out, err} = await program(args);
  expect({code, err}).toEqual({code: 0, err: ""});
  return out
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const SHEET = `vehicle_id,plate,group,driver,depot,next_service
v1,M-AB 123,North,Ada Byron,Munich,2027-03-31
v2,M-CD 456,North,Grace Hopper,Munich,
v3,,South,Ada Byron,Ulm,2027-05-01
`;

const history = () =>
  sql("SELECT vehicle_id, plate, valid_from, valid_to FROM vehicle ORDER BY vehicle_id, valid_from");

test("one spreadsheet brings vehicles, drivers and groups; a second time it changes nothing", async () => {
  expect(await take(SHEET)).toMatchObject({rows: 3, new: 3, unchanged: 0, groups: 2, drivers: 2});
  expect(await sql("SELECT plate, group_name, driver_name FROM vehicle_current ORDER BY vehicle_id")).toEqual([
    {plate: "M-AB 123", group_name: "North", driver_name: "Ada Byron"},
    {plate: "M-CD 456", group_name: "North", driver_name: "Grace Hopper"},
    {plate: null, group_name: "South", driver_name: "Ada Byron"},
  ]);
  const before = [await history(), await sql("SELECT * FROM driver"), await sql("SELECT * FROM vehicle_group")];
  expect(await take(SHEET)).toMatchObject({rows: 3, new: 0, changed: 0, unchanged: 3, groups: 0, drivers: 0});
  expect([await history(), await sql("SELECT * FROM driver"), await sql("SELECT * FROM vehicle_group")]).toEqual(
    before,
  );
});

test("a changed row ends the old one where the new one begins, columns that a file lacks stay, and an empty cell clears", async () => {
  await take("vehicle_id,plate,depot,attributes.color,attributes.doors\nv1,A 1,Ulm,red,4\nv2,B 1,Ulm,blue,2\n");
  expect(await take("vehicle_id,plate,attributes.color\nv1,A 2,\nv2,B 1,blue\n")).toMatchObject({
    changed: 1,
    unchanged: 1,
  });
  const [first, second, ...others] = await sql("SELECT * FROM vehicle WHERE vehicle_id = 'v1' ORDER BY valid_from");
  expect(others).toEqual([]);
  expect(first).toMatchObject({plate: "A 1", depot: "Ulm", attributes: {color: "red", doors: "4"}});
  expect(second).toMatchObject({plate: "A 2", depot: "Ulm", attributes: {doors: "4"}, valid_to: null});
  expect(first.valid_to).toEqual(second.valid_from);
  expect(await take("vehicle_id,plate\nv2,\n")).toMatchObject({changed: 1});
  expect(await sql("SELECT plate FROM vehicle_current WHERE vehicle_id = 'v2'")).toEqual([{plate: null}]);
});

describe("with valid_from", () => {
  const january = "vehicle_id,plate,valid_from\nv1,A 1,2026-01-01\n";
  const march = "vehicle_id,plate,valid_from\nv1,A 2,2026-03-01T08:00:00+02:00\n";

  test("history is as of then, and a file of before changes nothing when it comes again", async () => {
    await take(january);
    await take(march);
    const rows = [
      {vehicle_id: "v1", plate: "A 1", valid_from: new Date("2026-01-01"), valid_to: new Date("2026-03-01T06:00:00Z")},
      {vehicle_id: "v1", plate: "A 2", valid_from: new Date("2026-03-01T06:00:00Z"), valid_to: null},
    ];
    expect(await history()).toEqual(rows);
    expect(await take(january)).toMatchObject({unchanged: 1});
    expect(await take(march)).toMatchObject({unchanged: 1});
    expect(await history()).toEqual(rows);
  });

  test("the same time with other values corrects the row, an earlier one and the future are refused", async () => {
    await take(january);
    await take(march);
    expect(await take(march.replace("A 2", "A 3"))).toMatchObject({corrected: 1});
    expect(await history()).toHaveLength(2);
    const old = await program(["import"], january.replace("A 1", "A 0"));
    expect(old).toMatchObject({code: 1, out: ""});
    expect(old.err).toMatch(
      /^line 2: valid_from is before 2026-03-01T06:00:00.000Z, .*vehicle "v1".*\nnothing was imported/,
    );
    const ahead = await program(["import"], "vehicle_id,valid_from\nv9,2999-01-01\n");
    expect(ahead.err).toMatch(/^line 2: valid_from 2999-01-01T00:00:00.000Z is in the future/);
  });
});

test("rows that a complete list lacks end, and one that comes back begins anew", async () => {
  await take(SHEET);
  expect(await take("vehicle_id\nv1\n", "--complete")).toMatchObject({unchanged: 1, ended: 2});
  expect(await listed("list")).toHaveLength(1);
  expect(await take("vehicle_id,plate\nv2,M-CD 457\n")).toMatchObject({new: 1, ended: 0});
  const rows = await sql(
    "SELECT plate, depot, valid_to IS NULL AS now FROM vehicle WHERE vehicle_id = 'v2' ORDER BY valid_from",
  );
  expect(rows).toEqual([
    {plate: "M-CD 456", depot: "Munich", now: false},
    {plate: "M-CD 457", depot: null, now: true},
  ]);
});

test("a dry run says what an import would do, and does nothing", async () => {
  await take(SHEET);
  const before = await history();
  expect(await take("vehicle_id,plate\nv1,X\nv4,Y\n", "--dry-run", "--complete")).toMatchObject({
    changed: 1,
    new: 1,
    ended: 2,
  });
  expect(await history()).toEqual(before);
});

test("drivers are known by id, or by a name that only one of them has", async () => {
  await take("driver_id,name,phone\nd1,Ada Byron,+49 1\nd2,John Smith,\nd3,John Smith,\n", "--what", "drivers");
  expect(await take("vehicle_id,driver\nv1,Ada Byron\nv2,d2\n")).toMatchObject({new: 2, drivers: 0});
  expect(await sql("SELECT driver_id FROM vehicle_current ORDER BY vehicle_id")).toEqual([
    {driver_id: "d1"},
    {driver_id: "d2"},
  ]);
  const {code, err} = await program(["import"], "vehicle_id,driver\nv3,John Smith\n");
  expect(code).toBe(1);
  expect(err).toMatch(/^line 2: more than one driver is named "John Smith": write the driver_id instead/);
});

test("groups have parents, and a list of one has the vehicles of those below it", async () => {
  await take("group,name,parent\nde,Germany,\nby,Bavaria,de\nmuc,Munich,by\n", "--what", "groups");
  await take("vehicle_id,group\nv1,muc\nv2,Germany\nv3,other\n");
  expect((await listed("list", "--group", "Germany")).map(({vehicle}) => vehicle)).toEqual(["v1", "v2"]);
  expect((await listed("list", "--group", "by")).map(({vehicle}) => vehicle)).toEqual(["v1"]);
  expect(await listed("list", "--what", "groups")).toContainEqual({
    group: "muc",
    name: "Munich",
    parent: "by",
    vehicles: 1,
  });
  expect((await program(["list", "--group", "x"])).err).toMatch(/^there is no group "x"/);
  const circle = await program(["import", "--what", "groups"], "group,parent\nde,muc\n");
  expect(circle.err).toMatch(/^line 2: group "de" would be above itself/);
  const orphan = await program(["import", "--what", "groups"], "group,parent\nfr,eu\n");
  expect(orphan.err).toMatch(/^line 2: parent "eu" is no group/);
  expect(await sql("SELECT FROM vehicle_group WHERE valid_to IS NULL")).toHaveLength(4);
});

test("what is exported can be imported, and changes nothing; history has its times", async () => {
  await take('vehicle_id,plate,name,attributes.note\nv1,"A, 1","the ""big"" one",x\nv2,,,\n');
  await take("vehicle_id,plate\nv1,A 2\n");
  const {out} = await program(["export"]);
  expect(out.split("\n")[0]).toMatch(/^vehicle_id,plate,vin,name,.*,next_service,attributes\.note$/);
  expect(await take(out)).toMatchObject({rows: 2, unchanged: 2});
  const past = await listed("export", "--history", "--json");
  expect(past).toHaveLength(3);
  expect(past[0]).toMatchObject({vehicle_id: "v1", plate: "A, 1", valid_to: past[1].valid_from});
  expect(past[1]).not.toHaveProperty("valid_to");
});

test("ids without master data, and master data without events, are lists", async () => {
  await take(SHEET);
  await sql(
    `INSERT INTO telemetry (vehicle_id, ts) VALUES ('v1', '2026-05-01Z'), ('v9', '2026-05-02Z'), ('v9', '2026-05-03Z')`,
  );
  expect(await listed("list", "--without-master-data")).toEqual([
    {vehicle: "v9", newest: "2026-05-03T00:00:00.000000Z"},
  ]);
  expect((await listed("list", "--without-events")).map(({vehicle}) => vehicle)).toEqual(["v2", "v3"]);
});

const latin1 = Buffer.from("vehicle_id,driver\nv1,Jürgen\n", "latin1");
test.each<[string, string | Buffer, RegExp]>([
  ["an empty file", "", /^the file has no lines: /],
  ["a header alone", "vehicle_id,plate\n", /^the file has no rows: /],
  [
    "half a file",
    "vehicle_id,plate,depot\nv1,A 1,Ulm\nv2,A",
    /^line 3: the row has 2 of 3 cells: see whether the file is complete/,
  ],
  [
    "an id twice",
    "vehicle_id,plate\nv1,A\nv2,B\n\nv1,C\n",
    /^line 5: "v1" is on line 2 already: leave one of them out/,
  ],
  ["Latin-1", latin1, /^line 2: is not UTF-8: save the file as "CSV UTF-8"/],
])("%s is refused with its line, and nothing of the file is there", async (_, csv, message) => {
  const {code, out, err} = await program(["import"], csv);
  expect({code, out}).toEqual({code: 1, out: ""});
  expect(err).toMatch(message);
  expect(err).toMatch(/nothing was imported$/m);
  expect(await history()).toEqual([]);
});

test("a BOM, ends of lines of Windows, semicolons and a header for people are read", async () => {
  await take("\ufeffVehicle ID;Plate;Next service\r\nv1;M-ÄÖ 1;2027-01-01\r\n;;\r\n");
  expect(await sql("SELECT vehicle_id, plate FROM vehicle")).toEqual([{vehicle_id: "v1", plate: "M-ÄÖ 1"}]);
});

test("every problem is named up to the twentieth, and the rest counted", async () => {
  const {err} = await program(
    ["import"],
    `vehicle_id,next_service\n${Array.from({length: 30}, (_, n) => `v${n},x\n`).join("")}`,
  );
  expect(err.trim().split("\n")).toHaveLength(22);
  expect(err).toMatch(/^line 21: .*\nand 10 more\nnothing was imported/m);
});

const ROWS = 100_000;
const many = (plate: string) =>
  `vehicle_id,plate,group,depot\n${Array.from({length: ROWS}, (_, n) => `vehicle-${n},${plate} ${n},group ${n % 50},depot ${n % 7}\n`).join("")}`;

test("100,000 rows come, come again without a change, and change as one", async () => {
  expect(await take(many("A"))).toMatchObject({rows: ROWS, new: ROWS, groups: 50});
  expect(await take(many("A"))).toMatchObject({rows: ROWS, unchanged: ROWS});
  expect(await take(many("B"))).toMatchObject({rows: ROWS, changed: ROWS});
  const [{now, past}] = await sql(
    "SELECT count(*) FILTER (WHERE valid_to IS NULL)::int AS now, count(valid_to)::int AS past FROM vehicle",
  );
  expect({now, past}).toEqual({now: ROWS, past: ROWS});
}, 300_000);

test("an import that is killed in the middle, or cut off, leaves the tables as they were", async () => {
  await take(SHEET);
  const before = await history();
  const {child, ended} = start(["import"]);
  child.stdin.write(framed(many("A").slice(0, 1_000_000)));
  await waitFor("rows on their way", 60_000, async () => {
    const [{busy}] = await sql(
      `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${DATABASE}' AND query LIKE 'COPY incoming%') AS busy`,
    );
    return busy;
  });
  child.kill("SIGKILL");
  expect((await ended).code).toBeNull();
  const cut = start(["import"]);
  cut.child.stdin.end(framed(many("A")));
  expect(await cut.ended).toMatchObject({code: 1, err: expect.stringMatching(/^the file was cut off on its way/)});
  expect(await history()).toEqual(before);
  expect(await take(SHEET)).toMatchObject({unchanged: 3});
}, 300_000);

test("an import that is killed while it changes rows leaves the tables as they were", async () => {
  await take(SHEET);
  const before = await history();
  // A reader that holds a row up, in the middle of the change.
  const holder = new pg.Client(login);
  await holder.connect();
  await holder.query("BEGIN; SELECT FROM vehicle WHERE vehicle_id = 'v2' FOR UPDATE");
  const {child, ended} = start(["import"]);
  child.stdin.write(`${framed("vehicle_id,plate,group\nv1,X,New\nv2,Y,New\nv4,Z,New\n")}.\n`);
  const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = '${DATABASE}' AND wait_event_type = 'Lock'`;
  const pid = await waitFor("an import in the middle", 60_000, async () => {
    const found = await sql(waiting);
    return found[0]?.pid as number | undefined;
  });
  child.kill("SIGKILL");
  await ended;
  await holder.query("COMMIT");
  await holder.end();
  await waitFor("its end on the server", 60_000, async () => {
    const left = await sql(`SELECT FROM pg_stat_activity WHERE pid = ${pid}`);
    return left.length === 0;
  });
  expect(await history()).toEqual(before);
  expect(await sql("SELECT FROM vehicle_group WHERE group_id = 'New'")).toEqual([]);
}, 300_000);

test("imports at once come one after another: no row twice, no gap, no overlap", async () => {
  const csv = (plate: string) =>
    `vehicle_id,plate,driver\n${Array.from({length: 500}, (_, n) => `v${n},${plate},driver ${n % 20}\n`).join("")}`;
  const results = await Promise.all(["A", "B", "C", "D"].map((plate) => take(csv(plate))));
  expect(results.map(({rows}) => rows)).toEqual([500, 500, 500, 500]);
  expect(results.reduce((sum, each) => sum + each.new, 0)).toBe(500);
  expect(results.reduce((sum, {drivers}) => sum + drivers, 0)).toBe(20);
  const [{rows, gaps, now}] =
    await sql(`SELECT count(*)::int AS rows, count(*) FILTER (WHERE valid_to IS NULL)::int AS now,
    count(*) FILTER (WHERE valid_to IS DISTINCT FROM next)::int AS gaps
    FROM (SELECT valid_to, lead(valid_from) OVER (PARTITION BY vehicle_id ORDER BY valid_from) AS next FROM vehicle) v`);
  expect({rows, gaps, now}).toEqual({rows: 2_000, gaps: 0, now: 500});
}, 300_000);

test("two present rows of one vehicle are refused by the table itself", async () => {
  await take(SHEET);
  await expect(sql("INSERT INTO vehicle (vehicle_id, valid_from) VALUES ('v1', now())")).rejects.toThrow("vehicle_now");
});
