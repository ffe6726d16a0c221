import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {pino} from "pino";
import {afterAll, beforeAll, beforeEach, expect, test} from "vitest";
import {createDecisions} from "./decisions.ts";

interface Told {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
}

const START = Date.UTC(2026, 10, 3, 7);
let now = START;
let [told, status]: [Told[][], number] = [[], 200];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  if (status === 200) told.push(JSON.parse(body));
  response.writeHead(status).end("its words");
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  [now, told, status] = [START, [], 200];
});

const create = () =>
  createDecisions({
    url,
    about: {namespace: "fleets", pipeline: "cold", site: undefined, target: {max: -12, horizon: 120}},
    log: pino({level: "silent"}),
    now: () => now,
  });
type Decisions = ReturnType<typeof create>;

const at = (seconds: number) => {
  now = START + seconds * 1_000;
};
/** An event of now, unless it is older. */
const say = (decisions: Decisions, label: string, vehicle = "v", age = 0, model = "cold-chain-breach" as const) =>
  decisions.observe("0", [{vehicle, ms: now - age * 1_000, model, label, score: 0.9}]);
const vehicles = () => told.map((alerts) => alerts.map(({labels}) => labels.vehicle_id));

/** A warning that began, and was told, five seconds after the start. */
async function warned(): Promise<Decisions> {
  const decisions = create();
  say(decisions, "breach");
  at(5);
  say(decisions, "breach");
  await decisions.tell();
  return decisions;
}

test("warns when a label has held for four seconds, at two events", async () => {
  const decisions = create();
  say(decisions, "breach");
  await decisions.tell();
  at(3);
  say(decisions, "breach");
  await decisions.tell();
  expect(told).toEqual([]);
  at(4);
  say(decisions, "breach");
  await decisions.tell();
  expect(told).toMatchObject([
    [{startsAt: new Date(now).toISOString(), endsAt: new Date(now + 180_000).toISOString()}],
  ]);
  expect(told[0]![0]!.annotations).toMatchObject({
    summary: "The hold of v is expected to get warmer than -12 °C within 120 s.",
  });
});

test("a label that comes and goes warns nobody", async () => {
  const decisions = create();
  for (let second = 0; second < 100; second += 4) {
    at(second);
    say(decisions, second % 8 ? "none" : "breach");
    await decisions.tell();
  }
  expect(told).toEqual([]);
});

test("renews a warning every half minute while it holds", async () => {
  const decisions = await warned();
  for (let second = 6; second <= 125; second++) {
    at(second);
    say(decisions, "breach");
    await decisions.tell();
  }
  expect(told).toHaveLength(5);
  expect(new Set(told.map(([alert]) => alert!.startsAt)).size).toBe(1);
});

test("ends it after a minute without the label, and says so once", async () => {
  const decisions = await warned();
  for (let second = 6; second <= 80; second += 2) {
    at(second);
    say(decisions, "none");
    await decisions.tell();
  }
  const ends = told.flat().filter(({endsAt}) => Date.parse(endsAt) <= now);
  expect(ends.map(({endsAt}) => endsAt)).toEqual([new Date(START + 66_000).toISOString()]);
});

test("ends it when the vehicle says nothing for two minutes", async () => {
  const decisions = await warned();
  at(126);
  await decisions.tell();
  expect(told.at(-1)).toMatchObject([{endsAt: new Date(now).toISOString()}]);
  at(200);
  await decisions.tell();
  expect(told).toHaveLength(2);
});

test("what is older than two minutes warns nobody", async () => {
  const decisions = create();
  for (const second of [0, 5, 10]) {
    at(second);
    say(decisions, "breach", "v", 121);
  }
  await decisions.tell();
  expect(told).toEqual([]);
});

test("after Alertmanager was away it hears of what holds then, and of nothing that is over", async () => {
  status = 503;
  const decisions = create();
  for (const [second, vehicle] of [
    [0, "over"],
    [5, "over"],
    [280, "holds"],
    [290, "holds"],
  ] as const) {
    at(second);
    say(decisions, "breach", vehicle);
    if (second % 10) await expect(decisions.tell()).rejects.toThrow("it answers 503: its words");
  }
  await expect(decisions.tell()).rejects.toThrow();
  status = 200;
  await decisions.tell();
  expect(vehicles()).toEqual([["holds"]]);
});

test("of a partition that another has now it says nothing any more", async () => {
  const decisions = await warned();
  decisions.forget((place) => place === "0");
  at(100);
  await decisions.tell();
  expect(told).toHaveLength(1);
});

test("a thousand warnings at the most hold at once", async () => {
  const decisions = create();
  for (const second of [0, 5]) {
    at(second);
    for (let vehicle = 0; vehicle < 1_100; vehicle++) say(decisions, "breach", `v${vehicle}`);
  }
  await decisions.tell();
  expect(new Set(vehicles().flat()).size).toBe(1_000);
});
