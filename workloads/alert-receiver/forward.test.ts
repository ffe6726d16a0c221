import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, test} from "vitest";
import {type Alert, parseNotification} from "./alert.ts";
import {send, waitMs} from "./forward.ts";
import {verify} from "./signature.ts";
import {deliveriesOf, requestOf, type Target} from "./targets.ts";

const folder = mkdtempSync(join(tmpdir(), "receivers-"));
afterAll(() => rmSync(folder, {recursive: true}));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const signing = `whsec_${Buffer.from("0123456789abcdef01234567").toString("base64")}`;
file("username", "AC1\n");
file("password", "token");

const common = {severities: ["critical", "warning"], sendResolved: true};
const sms: Target = {
  ...common,
  kind: "sms",
  name: "night",
  severities: ["critical"],
  url: "http://sms.invalid/Messages.json",
  from: "+15550001",
  to: ["+4917000001", "+4917000002"],
  secret: folder,
};
const hook: Target = {
  ...common,
  kind: "webhook",
  name: "hook",
  sendResolved: false,
  urlFile: file("url", "http://hook.invalid/in\n"),
  signingFile: file("signing", signing),
};

const told = (labels: object, status = "firing") => ({
  status,
  labels: {alertname: "TelemetryStoreStale", pipeline: "fleet", severity: "critical", ...labels},
  annotations: {summary: "The newest row of cassandra is 3m old."},
  startsAt: "2026-01-01T00:00:00Z",
  endsAt: "2026-01-01T00:05:00Z",
});
const alerts = (...all: object[]): Alert[] => parseNotification(JSON.stringify({alerts: all}));

test("severity decides who is told, an SMS holds all that is new, a webhook gets one POST an alert", () => {
  const news = alerts(told({store: "cassandra"}), told({store: "timescaledb"}), told({severity: "warning"}));
  const all = deliveriesOf([sms, hook], news);
  expect(all.map(({target, message}) => [target, message.to, message.alerts.length])).toEqual([
    ["night", "+4917000001", 2],
    ["night", "+4917000002", 2],
    ["hook", undefined, 1],
    ["hook", undefined, 1],
    ["hook", undefined, 1],
  ]);
  expect(new Set(all.map(({id}) => id)).size).toBe(5);
  expect(deliveriesOf([sms, hook], news)).toEqual(all);
});

test("who wants no ends hears of none", () => {
  expect(deliveriesOf([sms, hook], alerts(told({}, "resolved"))).map(({target}) => target)).toEqual(["night", "night"]);
});

test("an SMS goes out as Twilio takes it", () => {
  const [first] = deliveriesOf([sms], alerts(told({})));
  const {headers, body, url} = requestOf(sms, first!);
  expect(url).toBe("http://sms.invalid/Messages.json");
  expect(headers.authorization).toBe(`Basic ${Buffer.from("AC1:token").toString("base64")}`);
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    From: "+15550001",
    To: "+4917000001",
    Body: "CRITICAL fleet: The newest row of cassandra is 3m old.",
  });
});

test("a webhook is signed, and its id stays at each try", () => {
  const [delivery] = deliveriesOf([hook], alerts(told({})));
  const first = requestOf(hook, delivery!);
  expect(verify(signing, first.headers, first.body)).toBe(true);
  expect(first.headers["webhook-id"]).toBe(requestOf(hook, delivery!, Date.now() + 60_000).headers["webhook-id"]);
  expect(JSON.parse(first.body)).toMatchObject({type: "alert.firing", data: {name: "TelemetryStoreStale"}});
});

test("what an answer means: taken, refused for good, or to be tried again, not before the target says", async () => {
  const [delivery] = deliveriesOf([hook], alerts(told({})));
  const answers: [number, Record<string, string>][] = [
    [204, {}],
    [422, {}],
    [503, {"retry-after": "30"}],
    [401, {}],
  ];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(...answers.shift()!).end();
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const target = {...hook, urlFile: file("local", url)};
  try {
    expect(await send(target, delivery!)).toEqual({done: true});
    expect(await send(target, delivery!)).toMatchObject({done: false, refused: true, problem: "it answers 422"});
    expect(await send(target, delivery!)).toMatchObject({done: false, refused: false, retryAfterMs: 30_000});
    expect(await send(target, delivery!)).toMatchObject({done: false, refused: false, problem: "it answers 401"});
  } finally {
    server.close();
  }
  // Nobody is given this port, unlike the one that has just become free.
  const away = {...hook, urlFile: file("away", "http://127.0.0.1:2/")};
  expect(await send(away, delivery!)).toMatchObject({
    done: false,
    refused: false,
    problem: expect.stringMatching("ECONNREFUSED"),
  });
  expect(await send({...hook, urlFile: "/nowhere"}, delivery!)).toMatchObject({done: false, refused: false});
});

test("Slack and Teams get what Alertmanager would send, and what is answered with 429 waits as long as it says", async () => {
  const bodies: any[] = [];
  const answers: [number, Record<string, string>][] = [
    [429, {"retry-after": "40"}],
    [429, {"retry-after": new Date(Date.now() + 90_000).toUTCString()}],
    [200, {}],
    [202, {}],
  ];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    bodies.push(JSON.parse(body));
    response.writeHead(...answers.shift()!).end();
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const urlFile = file("chat", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const slack: Target = {...common, kind: "slack", name: "team", urlFile, channel: "#fleet"};
  const teams: Target = {...common, kind: "teams", name: "office", urlFile};
  const [toSlack, toTeams] = deliveriesOf([slack, teams], alerts(told({}), told({store: "cassandra"})));
  try {
    expect(await send(slack, toSlack!)).toMatchObject({refused: false, retryAfterMs: 40_000});
    const dated = await send(slack, toSlack!);
    expect(dated).toMatchObject({done: false, refused: false});
    expect((dated as {retryAfterMs: number}).retryAfterMs).toBeGreaterThan(30_000);
    expect(await send(slack, toSlack!)).toEqual({done: true});
    expect(await send(teams, toTeams!)).toEqual({done: true});
  } finally {
    server.close();
  }
  expect(bodies[2]).toMatchObject({channel: "#fleet", attachments: [{title: "[FIRING 2] pipeline fleet"}]});
  expect(bodies[3].attachments[0].content.body.map(({text}: any) => text)).toEqual([
    "[FIRING 2] pipeline fleet",
    expect.stringMatching(/^firing critical TelemetryStoreStale: The newest row/),
    expect.stringMatching(/^firing critical TelemetryStoreStale: The newest row/),
  ]);
});

test("waits double up to five minutes, each by a part of its own", () => {
  expect([0, 1, 2, 9, 1_000].map((attempts) => waitMs(attempts, 1))).toEqual([1_000, 2_000, 4_000, 300_000, 300_000]);
  expect(waitMs(3, 0)).toBe(4_000);
});

test.each([
  ["no JSON", "{", /no JSON/],
  ["no alerts", "{}", /alerts/],
  ["a time that is none", JSON.stringify({alerts: [{...told({}), startsAt: "now"}]}), /alerts\.0\.startsAt/],
])("a notification with %s is refused with the field", (_, body, message) => {
  expect(() => parseNotification(body)).toThrow(message);
});
