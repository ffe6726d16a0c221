import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {afterAll, afterEach, beforeAll, beforeEach, expect, test, vi} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {type Ingester, runProgram, startProgram} from "./ingester.ts";
import {prepareSchemas} from "./prepare.ts";
import {openLink} from "./proxy.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** The real alert receiver on a real PostgreSQL: what Alertmanager tells is kept once, and sent until it has arrived. */
const DATABASE = "notifications_test";
// The tests share the database and the target: one after another.
vi.setConfig({maxConcurrency: 1});
const TOKEN = "t".repeat(32);
const folder = mkdtempSync(join(tmpdir(), "notifications-"));

interface Heard {
  id: string;
  /** "StoreStale alert.firing" */
  what: string;
}
let heard: Heard[] = [];
let answer: (one: Heard) => number | Promise<number> = () => 204;
const target = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  const {type, data} = JSON.parse(body);
  const one = {id: String(request.headers["webhook-id"]), what: `${data.name} ${type}`};
  heard.push(one);
  response.writeHead(await answer(one)).end();
});

const sql = (statement: string, database = DATABASE) => sqlAs(postgresOf(stack.address, database), statement);

const hook = (name: string) => ({
  kind: "webhook",
  name,
  severities: ["critical"],
  sendResolved: true,
  urlFile: join(folder, name),
});
const env = (targets = ["desk"]) => ({
  PGHOST: stack.address,
  PGUSER: "telemetry",
  PGPASSWORD: stack.password,
  PGDATABASE: DATABASE,
  PIPELINE: "fleet",
  RECEIVER_TOKEN: TOKEN,
  TARGETS: JSON.stringify(targets.map(hook)),
});

let receiver: Ingester;
const start = async (targets?: string[]) => {
  receiver = await startProgram("workloads/alert-receiver/main.ts", env(targets));
};

async function tell(alertname: string, status = "firing", more = {}): Promise<number> {
  const alert = {
    status,
    labels: {alertname, pipeline: "fleet", severity: "critical", ...more},
    annotations: {summary: `${alertname} is wrong.`},
    startsAt: "2026-01-01T00:00:00Z",
    ...(status === "resolved" ? {endsAt: "2026-01-01T00:05:00Z"} : {}),
  };
  const answered = await fetch(`http://127.0.0.1:${receiver.port}/alerts`, {
    method: "POST",
    headers: {authorization: `Bearer ${TOKEN}`},
    body: JSON.stringify({alerts: [alert]}),
  });
  return answered.status;
}

/** What the command line runs in the receiver's pod. */
const messages = async (task: string, targets?: string[]): Promise<any[]> => {
  const out = await runProgram("workloads/alert-receiver/messages.ts", [task], env(targets));
  return out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

const untilHeard = (...what: string[]) =>
  waitFor(`the target to hear ${what}`, 240_000, async () => {
    const missing = what.filter((one) => !heard.some((message) => message.what === one));
    if (missing.length > 0) throw new Error(`heard ${JSON.stringify(heard)}\n${receiver.log.slice(-5).join("\n")}`);
    return true;
  });
const untilNothingWaits = () =>
  waitFor("every message to be settled", 240_000, async () => (await messages("list")).length === 0);

beforeAll(async () => {
  await sql(`CREATE DATABASE ${DATABASE}`, "telemetry");
  await prepareSchemas(stack, {PGDATABASE: DATABASE}, ["timescaledb"]);
  await new Promise<void>((listening) => target.listen(0, "127.0.0.1", listening));
  const {port} = target.address() as AddressInfo;
  writeFileSync(join(folder, "desk"), `http://127.0.0.1:${port}/`);
  // Nobody listens there.
  writeFileSync(join(folder, "former"), "http://127.0.0.1:1/");
});
beforeEach(async () => {
  heard = [];
  answer = () => 204;
  await sql("TRUNCATE alert, alert_delivery, telemetry, vehicle_heard");
});
afterEach(async () => {
  await receiver.drain();
});
afterAll(async () => {
  target.close();
  rmSync(folder, {recursive: true});
  await sql(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`, "telemetry");
});

test("an alert that is told again is one message, tried until it is taken; its end comes after it", async () => {
  await start();
  let refusals = 2;
  answer = () => (refusals-- > 0 ? 503 : 204);
  expect(await tell("StoreStale")).toBe(200);
  expect(await tell("StoreStale")).toBe(200);
  expect(await tell("StoreStale", "resolved")).toBe(200);
  // Told again by an Alertmanager that has not heard of the end.
  expect(await tell("StoreStale")).toBe(200);
  await untilHeard("StoreStale alert.resolved");
  await untilNothingWaits();
  expect(heard.map(({what}) => what)).toEqual([
    ...Array.from({length: 3}, () => "StoreStale alert.firing"),
    "StoreStale alert.resolved",
  ]);
  expect(new Set(heard.map(({id}) => id)).size).toBe(2);
});

test("killed when the target has taken a message and not yet said so, it sends that again under the same id", async () => {
  await start();
  answer = () => {
    receiver.signal("SIGKILL");
    return new Promise(() => {});
  };
  await tell("StoreStale");
  await receiver.ended;
  answer = () => 204;
  await start();
  await untilNothingWaits();
  expect(heard.map(({what}) => what)).toEqual(["StoreStale alert.firing", "StoreStale alert.firing"]);
  expect(new Set(heard.map(({id}) => id)).size).toBe(1);
});

test("Slack that answers 429 and is away for a while gets every message once, in order, when it is back", async () => {
  const texts: string[] = [];
  let [limits, late] = [1, 0];
  const limited = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    if (limits-- > 0) {
      late = Date.now() + 3_000;
      return void response.writeHead(429, {"retry-after": "3"}).end();
    }
    if (Date.now() < late) texts.push("too early");
    texts.push(JSON.parse(body).attachments[0].title);
    response.writeHead(200).end("ok");
  });
  const listen = async (port: number) => {
    await new Promise<void>((listening) => limited.listen(port, "127.0.0.1", listening));
    return (limited.address() as AddressInfo).port;
  };
  const port = await listen(0);
  writeFileSync(join(folder, "slack"), `http://127.0.0.1:${port}/`);
  const slack = {...hook("slack"), kind: "slack"};
  receiver = await startProgram("workloads/alert-receiver/main.ts", {...env(), TARGETS: JSON.stringify([slack])});
  try {
    expect(await tell("StoreStale")).toBe(200);
    await waitFor("the message after the limit", 240_000, async () => texts.length > 0);
    limited.closeAllConnections();
    await new Promise((closed) => limited.close(closed));
    expect(await tell("StoreStale", "resolved")).toBe(200);
    await waitFor("a try that failed", 240_000, async () => (await messages("list"))[0]?.attempts > 1);
    await listen(port);
    await untilNothingWaits();
    expect(texts).toEqual(["[FIRING 1] pipeline fleet", "[RESOLVED] pipeline fleet"]);
  } finally {
    limited.closeAllConnections();
    limited.close();
  }
});

test("a message that its target refuses is given up and holds up no other; it is listed, and sent again on demand", async () => {
  await start();
  answer = ({what}) => (what.startsWith("Odd") ? 422 : 204);
  await tell("Odd");
  await tell("StoreStale");
  await untilHeard("Odd alert.firing", "StoreStale alert.firing");
  const [odd] = await waitFor("the message to be given up", 240_000, async () => {
    const list = await messages("list");
    return list.length === 1 && list[0].state === "given up" && list;
  });
  expect(odd).toMatchObject({receiver: "desk", alerts: "Odd firing", attempts: 1, problem: "it answers 422"});
  answer = () => 204;
  heard = [];
  expect(await messages("resend")).toEqual([{resent: 1, left: 0}]);
  await untilHeard("Odd alert.firing");
  expect(heard[0]!.id).toBe(odd.id);
  await untilNothingWaits();
});

test("messages to a receiver that left the spec are kept to be seen, and not sent again", async () => {
  await start(["desk", "former"]);
  await tell("StoreStale");
  await untilHeard("StoreStale alert.firing");
  await receiver.drain();
  await start(["desk"]);
  const left = {receiver: "former", state: "given up", problem: "the receiver left the spec"};
  await waitFor("the message to be given up", 240_000, async () => (await messages("list"))[0]?.state === left.state);
  expect(await messages("list")).toMatchObject([left]);
  expect(await messages("resend")).toEqual([{resent: 0, left: 1}]);
  expect(heard).toHaveLength(1);
});

test("without its database it sends on at once, and when that is back not a second time", async () => {
  await start();
  await sql(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS false`, "telemetry");
  try {
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${DATABASE}'`, "telemetry");
    expect(await tell("StoreStale")).toBe(200);
    expect(heard.map(({what}) => what)).toEqual(["StoreStale alert.firing"]);
    answer = () => 503;
    expect(await tell("Other")).toBe(503);
  } finally {
    await sql(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS true`, "telemetry");
  }
  answer = () => 204;
  expect(await tell("StoreStale")).toBe(200);
  expect(await tell("Other")).toBe(200);
  await untilHeard("Other alert.firing");
  await untilNothingWaits();
  expect(heard.filter(({what}) => what.startsWith("StoreStale"))).toHaveLength(1);
});

test("a silent vehicle stays silent, beyond its rows and the receiver's restarts, until it speaks or is retired", async () => {
  const say = (vehicle: string, when: string) =>
    sql(`INSERT INTO telemetry VALUES ('${vehicle}', ${when}, 1, 2, 3, 4, 5)`);
  const silent = async () => /^telemetry_fleet_vehicles\{state="silent"\} (\d+)$/m.exec(await receiver.metrics())?.[1];
  const untilSilent = (count: number) =>
    waitFor(`${count} silent vehicles`, 240_000, async () => {
      // Its clock may make it heard at each look: the well one speaks on.
      await say("well", "clock_timestamp()");
      return (await silent()) === String(count);
    });
  const vehicles = (...args: string[]) => runProgram("workloads/alert-receiver/vehicles.ts", args, env());
  await say("gone", "now() - interval '2 hours'");
  await say("parked", "now() - interval '3 days'");
  await say("past", "now() - interval '8 days'");
  await start();
  await untilSilent(2);
  await receiver.drain();
  // The store's retention has dropped their rows.
  await sql("DELETE FROM telemetry WHERE vehicle_id IN ('gone', 'parked')");
  await start();
  await untilSilent(2);
  await say("gone", "clock_timestamp()");
  await untilSilent(1);
  expect(await vehicles("list")).toMatch(/^\{"vehicle":"parked",.*"silent":"2592\d\d s"\}\n$/);
  await vehicles("retire", "parked");
  await untilSilent(0);
  await receiver.drain();
  await start();
  await untilSilent(0);
  await expect(vehicles("retire", "nobody")).rejects.toThrow(/"nobody" has not been heard/);
});

test("a vehicle whose clock is ahead is silent once its rows do not change; one wrong row of a vehicle that speaks is nothing", async () => {
  const say = (vehicle: string, when: string) =>
    sql(`INSERT INTO telemetry VALUES ('${vehicle}', ${when}, 1, 2, 3, 4, 5)`);
  await say("ahead", "now() + interval '20 hours'");
  await say("once", "now() + interval '20 hours'");
  await say("once", "now()");
  receiver = await startProgram("workloads/alert-receiver/main.ts", {...env(), SILENT_SECONDS: "20"});
  await waitFor("the clock that is ahead to be silent", 240_000, async () => {
    await say("once", "clock_timestamp()");
    const metrics = await receiver.metrics();
    expect(metrics).not.toMatch(/silent_seconds\{vehicle="once"/);
    return /silent_seconds\{vehicle="ahead"/.test(metrics);
  });
  await say("ahead", "now() + interval '21 hours'");
  await waitFor("it to be heard", 240_000, async () => {
    await say("once", "clock_timestamp()");
    return !/silent_seconds\{vehicle="ahead"/.test(await receiver.metrics());
  });
});

test("a vehicle outside the range of a field of the spec is counted and named, also before the field has its column", async () => {
  const ranges = JSON.stringify({temperature: {max: 8}, fuel: {min: 10}, newest: {max: 5}});
  receiver = await startProgram("workloads/alert-receiver/main.ts", {...env(), RANGES: ranges});
  const outside = async () =>
    [...(await receiver.metrics()).matchAll(/^telemetry_fleet_out_of_range\{vehicle="(\w+)",field="(\w+)"\} (\S+)$/gm)]
      .map(([, ...parts]) => parts.join(" "))
      .sort();
  const say = (vehicle: string, temperature: number, columns = "", values = "") =>
    sql(`INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, speed, temperature, humidity${columns})
      VALUES ('${vehicle}', clock_timestamp(), 1, 2, 3, ${temperature}, 5${values})`);
  await say("warm", 9);
  await waitFor("a reading out of range", 240_000, async () => (await outside()).join() === "warm temperature 9");
  // The second has the name of a column of the receiver's own.
  await sql("ALTER TABLE telemetry ADD COLUMN fuel real, ADD COLUMN newest bigint");
  await say("empty", 4, ", fuel, newest", ", 9.5, 7");
  await say("full", 4, ", fuel", ", 10");
  const wanted = ["empty fuel 9.5", "empty newest 7", "warm temperature 9"];
  await waitFor("fields out of range", 240_000, async () => (await outside()).join() === wanted.join());
  expect(await receiver.metrics()).toMatch(/^telemetry_fleet_vehicles\{state="out_of_range"\} 2$/m);
  await sql("ALTER TABLE telemetry DROP COLUMN fuel, DROP COLUMN newest");
});

test("after an outage of the database the vehicles are looked at as often as before", async () => {
  const link = await openLink(stack.address, 5_432);
  await link.set({kind: "down"});
  try {
    receiver = await startProgram("workloads/alert-receiver/main.ts", {...env(), PGPORT: String(link.port)});
    const seen = async () => /^telemetry_fleet_vehicles\{state="seen"\} (\d+)$/m.exec(await receiver.metrics())?.[1];
    await waitFor("its first answer", 240_000, async () => (await receiver.metrics()).includes("nodejs"));
    await sleep(10_000);
    expect(await seen()).toBeUndefined();
    await link.set();
    await waitFor("the first look", 60_000, async () => (await seen()) === "0");
    await sql("INSERT INTO telemetry VALUES ('v', now(), 1, 2, 3, 4, 5)");
    await waitFor("the next", 60_000, async () => (await seen()) === "1");
  } finally {
    await link.close();
  }
});

test("a message about a vehicle has its plate and group, and one whose vehicle nobody knows goes out as well", async () => {
  await start();
  await sql(
    "INSERT INTO vehicle (vehicle_id, valid_from, plate, group_id) VALUES ('v1', '2026-01-01Z', 'M-AB 123', 'North')",
  );
  await tell("DoorOpen", "firing", {vehicle_id: "v1"});
  await tell("DoorAjar", "firing", {vehicle_id: "v2"});
  await untilHeard("DoorOpen alert.firing", "DoorAjar alert.firing");
  const rows = await sql(
    "SELECT message->'alerts'->0->>'name' AS name, message->'alerts'->0->'annotations'->>'vehicle' AS vehicle FROM alert_delivery ORDER BY 1",
  );
  expect(rows).toEqual([
    {name: "DoorAjar", vehicle: null},
    {name: "DoorOpen", vehicle: "M-AB 123, North"},
  ]);
  await sql("ALTER VIEW vehicle_current RENAME TO vehicle_hidden");
  await tell("DoorGone", "firing", {vehicle_id: "v1"});
  await untilHeard("DoorGone alert.firing");
  expect(await sql("SELECT FROM alert WHERE name = 'DoorGone'")).toHaveLength(1);
  await sql("ALTER VIEW vehicle_hidden RENAME TO vehicle_current; TRUNCATE vehicle");
});
