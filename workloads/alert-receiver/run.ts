import type {IncomingMessage, ServerResponse} from "node:http";
import {collectDefaultMetrics} from "prom-client";
import {sleep} from "../../api/backoff.ts";
import {number, text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {logger, untilDone} from "../lib/process.ts";
import {stopSignal} from "../lib/stop.ts";
import {type Alert, isWatchdog, parseNotification} from "./alert.ts";
import {forgetRetired, judge, readFleet} from "./fleet.ts";
import {createAlarm, forward, send} from "./forward.ts";
import {hasToken, mayTell} from "./intake.ts";
import * as metrics from "./metrics.ts";
import {page} from "./page.ts";
import {openStore} from "./store.ts";
import {deliveriesOf, targets as targetsSchema} from "./targets.ts";

/**
 * Takes Alertmanager's notifications, keeps each alert once, sends it on until it has arrived, and judges single vehicles for
 * Prometheus.
 */
const signal = stopSignal();
const log = logger("alert-receiver");
const token = text("RECEIVER_TOKEN");
const pipeline = text("PIPELINE");
const targets = targetsSchema.parse(JSON.parse(text("TARGETS", "[]")));
const ranges = JSON.parse(text("RANGES", "{}"));
const silentSeconds = number("SILENT_SECONDS", 300);
const retiredSeconds = number("RETIRED_SECONDS", 604_800);
const FLEET_MS = 15_000;
const KEEP_DAYS = 30;
const MAX_BODY = 4_194_304;

collectDefaultMetrics();
const store = openStore();
/** Messages that went out while the database was away: they are not sent again when it is back. */
const sent = new Set<string>();
let heardAt: number | undefined;
const alarm = createAlarm();

async function take(alerts: Alert[]): Promise<boolean> {
  for (const alert of alerts.filter(isWatchdog)) if (alert.status === "firing") heardAt = Date.now();
  if (heardAt) metrics.watchdog.set(heardAt / 1_000);
  const real = alerts.filter((alert) => !isWatchdog(alert));
  if (real.length === 0) return true;
  try {
    const fresh = await store.take(real, (news) => deliveriesOf(targets, news), sent);
    metrics.heardTotal.inc({result: "new"}, fresh.length);
    metrics.heardTotal.inc({result: "repeated"}, real.length - fresh.length);
    for (const {name, status, severity, summary} of fresh) log.info({alert: name, status, severity}, summary);
    alarm.ring();
    return true;
  } catch (error) {
    log.warn({err: error}, "the database takes no alerts; sending them on without it");
    return sendDirectly(real);
  }
}

/** An alert about the database must not wait for it. False: Alertmanager has to tell again. */
async function sendDirectly(alerts: Alert[]): Promise<boolean> {
  const todo = deliveriesOf(targets, alerts).filter(({id}) => !sent.has(id));
  const outcomes = await Promise.all(
    todo.map(async (delivery) => {
      const {done} = await send(targets.find(({name}) => name === delivery.target)!, delivery);
      if (done) sent.add(delivery.id);
      return done;
    }),
  );
  for (const id of [...sent].slice(0, Math.max(0, sent.size - 10_000))) sent.delete(id);
  metrics.heardTotal.inc({result: "direct"}, alerts.length);
  return targets.length > 0 && outcomes.every(Boolean);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY) throw new Error(`the body has more than ${MAX_BODY} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

const answer = (response: ServerResponse, status: number, message: string, headers = {}) =>
  void response.writeHead(status, {"content-type": "text/plain", ...headers}).end(`${message}\n`);

async function hear(request: IncomingMessage, response: ServerResponse) {
  const body = await bodyOf(request);
  if (!mayTell(token, request.headers, body)) {
    metrics.refusedTotal.inc({reason: "unauthorized"});
    return answer(response, 401, "neither the token nor a signature with it that is younger than 5 minutes");
  }
  let alerts: Alert[];
  try {
    alerts = parseNotification(body);
  } catch (error) {
    metrics.refusedTotal.inc({reason: "invalid"});
    return answer(response, 400, (error as Error).message);
  }
  if (await take(alerts)) answer(response, 200, "kept");
  else answer(response, 503, "the database is away and not every receiver has been told: tell again");
}

async function show(request: IncomingMessage, response: ServerResponse) {
  if (!hasToken(token, request.headers)) {
    const headers = {"www-authenticate": 'Basic realm="alerts: any user, the token as password"'};
    return answer(response, 401, "the token of the Secret is needed", headers);
  }
  const shown = await store.shown();
  if (request.url === "/api/alerts") {
    response.setHeader("content-type", "application/json").end(JSON.stringify({...shown, watchdogAt: heardAt ?? null}));
    return;
  }
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
  });
  response.end(page(pipeline, shown, heardAt && (Date.now() - heardAt) / 1_000));
}

async function judgeFleet() {
  const fleet = judge(await readFleet(store, retiredSeconds, Object.keys(ranges)), silentSeconds, ranges);
  metrics.fleetVehicles.set({state: "seen"}, fleet.seen);
  metrics.fleetVehicles.set({state: "silent"}, fleet.silent);
  metrics.fleetVehicles.set({state: "out_of_range"}, fleet.outOfRange);
  metrics.silentSeconds.reset();
  for (const {vehicle, seconds} of fleet.silentest) metrics.silentSeconds.set({vehicle}, seconds);
  metrics.outOfRange.reset();
  for (const {vehicle, field, value} of fleet.outside) metrics.outOfRange.set({vehicle, field}, value);
  metrics.oldest.set((await store.waiting()).oldestSeconds);
}

/** Does something again and again, whatever becomes of it. */
async function every(what: string, periodMs: number, work: () => Promise<void>) {
  while (!signal.aborted) {
    let began = 0;
    await untilDone(what, log, signal, () => {
      began = Date.now();
      return work();
    });
    // Work that takes long is done less often; the time of tries before it does not count.
    await sleep(Math.max(periodMs, 10 * (Date.now() - began)), signal);
  }
}

const server = serve(
  number("HTTP_PORT", 8080),
  () => true,
  {},
  async (request, response) => {
    const [path] = (request.url ?? "/").split("?");
    if (request.method === "POST" && path === "/alerts") return hear(request, response);
    if (request.method === "GET" && (path === "/" || path === "/api/alerts")) return show(request, response);
    return answer(response, 404, "not found");
  },
);
log.info({pipeline, targets: targets.map(({name, kind}) => `${name} (${kind})`)}, "hearing");
await Promise.all([
  untilDone("messages of receivers that left", log, signal, () => store.dropUnknown(targets.map(({name}) => name))),
  ...targets.map((target) => forward(target, store, log, signal, alarm)),
  every("judging the fleet", FLEET_MS, judgeFleet),
  every("removing old alerts", 3_600_000, async () => {
    await store.forget(KEEP_DAYS);
    await forgetRetired(store, retiredSeconds);
  }),
]);
server.close();
await store.close();
log.info("stopped");
process.exit(0);
