import {collectDefaultMetrics} from "prom-client";
import {type EventField, isNumber} from "../../api/components/event.ts";
import {DATABASES, type DatabaseName, isStore} from "../../api/stores.ts";
import {number, text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {connectKafka} from "../lib/kafka.ts";
import {logger} from "../lib/process.ts";
import {stopSignal} from "../lib/stop.ts";
import {eventTopics} from "../lib/topics.ts";
import {readAlertmanager} from "./alertmanager.ts";
import {alertsOf, type Limits, levelOf, worstFirst} from "./alerts.ts";
import {loadAssets} from "./assets.ts";
import {createAuth} from "./auth.ts";
import {readCassandra} from "./cassandra.ts";
import {createFleet} from "./fleet.ts";
import {type Flow, watchFlow} from "./kafka.ts";
import {keepMasterData} from "./master-data.ts";
import {timed} from "./metrics.ts";
import {type IngesterState, type PipelineStatus, readIngester, readPipeline} from "./pipeline.ts";
import {createPolls} from "./polls.ts";
import {createSelection} from "./selection.ts";
import {createSite, json, RequestError} from "./site.ts";
import {type Source, stepOf, toHistory} from "./source.ts";
import {createStream} from "./stream.ts";
import {readTimescaleDB} from "./timescaledb.ts";
import type {Alert, PipelineMessage, StoreHealth, Warning, WorkflowRun} from "./wire.ts";
import {readWorkflows} from "./workflows.ts";

/** The web console of one pipeline: reads stores, Kafka's offsets and the pipeline's status, and shows them. */
const signal = stopSignal();
const log = logger("console");
const [pipeline, namespace] = [text("PIPELINE"), text("NAMESPACE")];
const stores = (process.env.STORES ?? "").split(",").filter(isStore);
const auth = createAuth(text("CONSOLE_TOKEN"), process.env.PROXY_HEADER);
const readers = {timescaledb: readTimescaleDB, cassandra: readCassandra} satisfies Record<DatabaseName, unknown>;
const database = DATABASES.find((name) => stores.includes(name));
const source: Source | undefined = database && readers[database]();
/** Rows may arrive out of order by this much; every vehicle is looked up anew this often, however late its rows are. */
const OVERLAP_MS = 3_000;
const SWEEP_MS = 15_000;
const PERIOD_MS = 2_000;
const limits: Limits = {
  staleMs: number("FRESHNESS_SECONDS", 120) * 1_000,
  behindSeconds: number("LAG_SECONDS", 60),
};
const silentMs = number("SILENT_SECONDS", 300) * 1_000;
const ALERTS_MS = 5_000;
const RUNS_MS = 15_000;
const MASTER_MS = 30_000;
const MAX_SPAN_MS = 366 * 86_400_000;

collectDefaultMetrics();
const fleet = createFleet();
const selection = createSelection(source);
const stream = createStream(fleet, selection);
signal.addEventListener("abort", () => stream.close());
const polls = createPolls(log, stream.watched, signal);

let status: PipelineStatus = {};
let flow: Flow = {groups: {}};
/** The last answer of each ingester, and when it came. */
const ingesters: Record<string, IngesterState & {at: number}> = {};
let [cursor, swept] = [0, 0];
/** Alertmanager's alerts, or why they are not known. A cluster without one is no fault. */
let alerting: {alerts: Alert[]; problem?: string} = {alerts: []};

/** Where Airflow answers, if the pipeline has one, and its last runs. */
const airflow = process.env.WORKFLOWS_URL;
let runs: WorkflowRun[] = [];

/** Of a pipeline with predictions. */
const predictions = process.env.PREDICTIONS ? source?.predictions : undefined;
let warnings: Warning[] = [];

const master = source?.masterData && keepMasterData(source.masterData);

async function readFleet() {
  const now = Date.now();
  if (!source!.since || now - swept > SWEEP_MS) {
    fleet.take(await timed("latest", source!.latest()));
    swept = now;
  } else fleet.take(await timed("since", source!.since(cursor - OVERLAP_MS)));
  // A vehicle whose clock is ahead must not hide the others; where all are, only the sweep finds them.
  cursor = fleet.newest(now) || now;
  stream.publishFleet();
}

async function readFields() {
  await timed("fields", selection.read(stream.selected()));
  stream.publishVehicles();
}

/** Numbers among the spec's fields, by a list of their names. */
function numbersOf(list: string): EventField[] {
  return list.split(",").flatMap((name) => {
    if (name === "") return [];
    const field = selection.fields.find((one) => one.name === name);
    if (!field || !isNumber(field))
      throw new RequestError(400, `fields: "${name}" is no number among spec.event.fields`);
    return [field];
  });
}

/** A vehicle and a time. @throws RequestError naming what is wrong */
function spanOf(given: URLSearchParams) {
  const vehicle = given.get("vehicle") ?? "";
  const [from, to] = [Number(given.get("from")), Number(given.get("to"))];
  if (!vehicle || !(from >= 0 && to > from && to - from <= MAX_SPAN_MS))
    throw new RequestError(400, "vehicle, from and to (milliseconds, at most 366 days apart) are needed");
  return {vehicle, from, to};
}

function pipelineMessage(): PipelineMessage {
  const now = Date.now();
  const health = stores.map((store): StoreHealth => {
    const behind = flow.groups[`${pipeline}-${store}`];
    const {newest, at, held, lost, flagged, table} = ingesters[store] ?? {newest: undefined, at: now};
    // Between two polls the age stays as it was read; without an answer it grows.
    const age: {age?: number} =
      newest === undefined ? {} : {age: Math.max(0, (now - at > 3 * PERIOD_MS ? now : at) - newest)};
    return {
      store,
      level: levelOf(age.age, limits),
      ...behind,
      ...age,
      ...(held ? {held} : {}),
      ...(lost ? {lost} : {}),
      ...(flagged ? {flagged} : {}),
      ...(table ? {table} : {}),
    };
  });
  return {
    name: pipeline,
    namespace,
    phase: status.phase ?? "Pending",
    conditions: status.conditions ?? [],
    components: status.components ?? [],
    stores: health,
    ...(flow.rate === undefined ? {} : {rate: flow.rate}),
    alerts: worstFirst([...alertsOf(status, health, polls.problems, limits), ...alerting.alerts]),
    ...(alerting.problem === undefined ? {} : {alertmanager: alerting.problem}),
    ...(airflow ? {workflows: {runs, ...publicUrl()}} : {}),
    ...(predictions ? {warnings} : {}),
    ...(master?.version ? {masterData: master.version} : {}),
    silentMs,
    now,
  };
}

/** For people: the Service's own is of no use to their browsers. */
const publicUrl = (): {url?: string} =>
  process.env.WORKFLOWS_PUBLIC_URL ? {url: process.env.WORKFLOWS_PUBLIC_URL} : {};

const server = serve(
  number("HTTP_PORT", 8080),
  () => true,
  {},
  createSite(auth, loadAssets(), {
    "/api/select": async (_, response, {searchParams}) => {
      const vehicle = searchParams.get("vehicle") || undefined;
      if (!stream.select(searchParams.get("viewer") ?? "", vehicle))
        throw new RequestError(
          404,
          "viewer: there is no open stream of this name; it names itself in its event viewer",
        );
      response.writeHead(204).end();
      // A poll tries again.
      await readFields().catch(() => {});
    },
    "/api/stream": async (request, response) => stream.open(request, response),
    "/api/pipeline": async (_, response) => json(response, pipelineMessage()),
    "/api/fleet": async (_, response) => json(response, fleet.readings()),
    "/api/master-data": async (_, response) => {
      if (!master?.text) throw new RequestError(404, "this fleet has no master data: see docs/master-data.md");
      response.setHeader("content-type", "application/json").end(master.text);
    },
    "/api/predictions": async (_, response, {searchParams}) => {
      if (!predictions) throw new RequestError(404, "this pipeline has no predictions: set spec.predictions.enabled");
      const {vehicle, from, to} = spanOf(searchParams);
      json(response, await timed("predictions", predictions.past(vehicle, from, to)));
    },
    "/api/history": async (_, response, {searchParams}) => {
      if (!source) throw new RequestError(404, "this pipeline has no store");
      const {vehicle, from, to} = spanOf(searchParams);
      const fields = numbersOf(searchParams.get("fields") ?? "");
      const stepMs = stepOf(to - from);
      const points = await timed("history", source.history({vehicle, from, to, stepMs, fields}));
      json(response, toHistory(source.name, stepMs, points, fields));
    },
  }),
);

const readAlerts = readAlertmanager(text("ALERTMANAGER_URL"), namespace, pipeline);
const readResource = readPipeline(namespace, pipeline);
const readRuns =
  airflow && readWorkflows({url: airflow, username: text("WORKFLOWS_USERNAME"), password: text("WORKFLOWS_PASSWORD")});
const readFlow = watchFlow(
  connectKafka("console", log),
  eventTopics(),
  stores.map((store) => `${pipeline}-${store}`),
);
log.info({pipeline, stores}, "serving");
await Promise.all([
  source && polls.every(source.name, source.periodMs, readFleet),
  source && polls.every(`fields in ${source.name}`, source.periodMs, readFields),
  polls.every("the API server", PERIOD_MS, async () => {
    const pipeline = await readResource();
    status = pipeline.status;
    selection.describe(pipeline.fields);
  }),
  polls.every("Alertmanager", ALERTS_MS, async () => {
    alerting = await readAlerts().then(
      (alerts) => ({alerts}),
      ({message}: Error) => ({alerts: [], problem: message}),
    );
  }),
  readRuns &&
    polls.every("Airflow", RUNS_MS, async () => {
      runs = await readRuns();
    }),
  predictions &&
    polls.every("predictions", ALERTS_MS, async () => {
      warnings = await predictions.warnings();
    }),
  master && polls.every("master data", MASTER_MS, () => timed("masterData", master.poll())),
  polls.every("kafka", PERIOD_MS, async () => {
    flow = await readFlow();
  }),
  ...stores.map((store) =>
    polls.every(`the ingester of ${store}`, PERIOD_MS, async () => {
      ingesters[store] = {...(await readIngester(namespace, pipeline, store)), at: Date.now()};
    }),
  ),
  polls.every("publish", 1_000, async () => stream.publishPipeline(pipelineMessage())),
]);
server.close();
log.info("stopped");
process.exit(0);
