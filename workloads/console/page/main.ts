import {html, nothing, render, type TemplateResult} from "lit-html";
import type {FleetMessage, MasterDataMessage, PipelineMessage, VehicleMessage} from "../wire.ts";
import {METRICS, type Metric, NO_READING, rangeOf, SHADES} from "./draw.ts";
import {createFields, receiveFields, seriesOf, toggle} from "./fields.ts";
import {count, rate, span} from "./format.ts";
import {createHistory} from "./history.ts";
import {createMap} from "./map.ts";
import {receiveMaster} from "./master.ts";
import {createModel, faults, isSilent, receive} from "./model.ts";
import {healthPanels, storeName} from "./panels.ts";
import {createTable} from "./table.ts";
import {applyTheme, nextTheme, theme} from "./theme.ts";
import {READINGS, vehiclePanel} from "./vehicle.ts";

/** The console's page: one stream of events in, one state, drawn once a second and when it changes by hand. */
const RATES_KEPT = 120;
const TABLE_MS = 1_000;

applyTheme();
const model = createModel();
const past = new Map<string, number[]>();
let pipeline: PipelineMessage | undefined;
let connected = false;
let selected: string | undefined;
let minutes = 15;
/** Which master data the page has. */
let known: string | undefined;
let metric: Metric = "speed";
let fields = createFields();
/** This page, as the server names it. */
let viewer = "";
/** A vehicle that a link names, as that of an alert does, until it is known. */
let wanted = new URLSearchParams(location.search).get("vehicle");

const root = document.createElement("div");
root.id = "root";
document.body.append(root);
draw();

const map = createMap(root.querySelector("canvas")!, model, select);
const table = createTable(root.querySelector("#vehicles")!, model, choose, map.fitAll);
const history = createHistory(draw, (points) => map.track(points));

/** Selects a vehicle from a list, and brings it into sight. */
function choose(id: string | undefined) {
  select(id);
  if (id) map.show(id);
}

function select(id: string | undefined) {
  if (id === selected) return;
  history.close();
  selected = id;
  map.select(id);
  table.select(id);
  fields = {...createFields(), chosen: fields.chosen, search: fields.search};
  draw();
  void tellSelected();
  openHistory();
}

function openHistory() {
  draw();
  if (selected) history.open(selected, minutes, [...READINGS, ...seriesOf(fields)], pipeline?.warnings !== undefined);
}

/** The stream brings the fields of this vehicle alone. */
async function tellSelected() {
  // A page that is new to the server asks for nothing by asking for none.
  if (viewer) await fetch(`/api/select?${new URLSearchParams({viewer, vehicle: selected ?? ""})}`).catch(() => {});
}

/** Reads the master data of a version; one that has been overtaken by another is left out. */
async function readMaster(version: string | undefined) {
  known = version;
  const none: MasterDataMessage = {groups: [], vehicles: {}};
  try {
    const answer = version === undefined ? undefined : await fetch("/api/master-data");
    if (answer && !answer.ok) throw new Error(`${answer.status}`);
    const message: MasterDataMessage = answer ? await answer.json() : none;
    if (known !== version) return;
    receiveMaster(model, message);
    map.redraw();
    table.redraw();
    draw();
  } catch {
    // The next message of the pipeline asks again.
    if (known === version) known = undefined;
  }
}

addEventListener("keydown", ({key}) => {
  if (key === "Escape") select(undefined);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);

function changeTheme() {
  nextTheme();
  restyle();
}

function restyle() {
  map.redraw();
  history.restyle();
  draw();
}

const stream = new EventSource("/api/stream");
stream.addEventListener("open", () => {
  connected = true;
});
stream.addEventListener("error", () => {
  connected = false;
  draw();
  // The browser tries again by itself, save when it was refused: then the session is over.
  if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.replace("/login"), 500);
});
stream.addEventListener("fleet", ({data}) => {
  const message: FleetMessage = JSON.parse(data);
  receive(model, message, performance.now(), Date.now());
  map.redraw();
  if (wanted && model.byId.has(wanted)) {
    choose(wanted);
    wanted = null;
  }
});
stream.addEventListener("viewer", ({data}) => {
  viewer = data;
  if (selected) void tellSelected();
});
stream.addEventListener("vehicle", ({data}) => {
  const message: VehicleMessage = JSON.parse(data);
  if (message.vehicle !== selected) return;
  if (receiveFields(fields, message)) openHistory();
  else draw();
});
stream.addEventListener("pipeline", ({data}) => {
  pipeline = JSON.parse(data) as PipelineMessage;
  model.silentMs = pipeline.silentMs;
  if (pipeline.masterData !== known) void readMaster(pipeline.masterData);
  for (const {store, rate: value} of pipeline.stores) {
    const values = past.get(store) ?? [];
    if (value !== undefined) values.push(value);
    past.set(store, values.slice(-RATES_KEPT));
  }
});
setInterval(() => {
  draw();
  table.redraw();
}, TABLE_MS);

function draw() {
  render(page(), root);
}

function page(): TemplateResult {
  const now = Date.now() + model.clock;
  return html`<header>
      <h1><img src="/page/icon.svg" alt="" width="24" height="24" />${pipeline?.name ?? "Telemetry"}<span class="faint">${pipeline?.namespace}</span></h1>
      ${connected && pipeline ? phasePill(pipeline.phase) : html`<span class="pill warn">connecting …</span>`}
      ${figures(now)}
      <span class="grow"></span>
      <button @click=${changeTheme} title="Colours: automatic, light, dark">Theme: ${theme()}</button>
      <button @click=${signOut}>Sign out</button>
    </header>
    <main>
      <section class="map" aria-label="Map">
        <canvas tabindex="0" role="application" aria-label="Map of ${count(model.vehicles.length)} vehicles. Arrow keys move it, plus and minus zoom, 0 shows all. The table below has the same vehicles."></canvas>
        <div class="tools">
          <button aria-label="Zoom in" title="Zoom in (+)" @click=${() => map.zoom(1.5)}>+</button>
          <button aria-label="Zoom out" title="Zoom out (−)" @click=${() => map.zoom(1 / 1.5)}>−</button>
          <button aria-label="Show all vehicles" title="Show all (0)" @click=${() => map.fitAll()}>⤢</button>
        </div>
        ${legend()}
      </section>
      <section id="vehicles" class="card" aria-label="Vehicles"></section>
      <aside>${side(now)}</aside>
    </main>`;
}

function side(now: number) {
  const vehicle = selected === undefined ? undefined : model.byId.get(selected);
  if (vehicle) {
    const {history: data, problem, predictions} = history;
    const warnings = pipeline?.warnings?.filter(({vehicle: id}) => id === vehicle.id);
    const silent = isSilent(model, vehicle, now);
    return vehiclePanel({vehicle, silent, minutes, history: data, problem, fields, warnings, predictions}, now, {
      close: () => select(undefined),
      minutes(value) {
        minutes = value;
        openHistory();
      },
      toggle(info) {
        toggle(fields, info);
        openHistory();
      },
      search(text) {
        fields.search = text;
        openHistory();
      },
    });
  }
  return pipeline ? healthPanels(pipeline, past, now, choose) : nothing;
}

const phasePill = (phase: string) => {
  const level = phase === "Running" ? "good" : phase === "Degraded" || phase === "Invalid" ? "bad" : "warn";
  return html`<span class="pill ${level}" role="status">${phase}</span>`;
};

function figures(now: number) {
  const live = model.vehicles.reduce((sum, vehicle) => sum + (isSilent(model, vehicle, now) ? 0 : 1), 0);
  const silent = model.vehicles.length - live;
  const {noFix, ahead} = faults(model.vehicles);
  // Vehicles that the map shows at an earlier place, not at all, or by another time.
  const fault = (title: string, vehicles: number) =>
    vehicles > 0 ? html`<div><dt>${title}</dt><dd class="warn">${count(vehicles)}</dd></div>` : nothing;
  return html`<dl class="figures">
    <div><dt>Vehicles live</dt><dd>${count(live)}${silent > 0 ? html`<small> · ${count(silent)} silent</small>` : nothing}</dd></div>
    ${fault("Without a fix", noFix)}${fault("Clock ahead", ahead)}
    <div><dt>Events in</dt><dd>${rate(pipeline?.rate)}<small> /s</small></dd></div>
    ${pipeline?.stores.map(({store, age, level}) => {
      return html`<div><dt>${storeName(store)}</dt><dd class=${level}>${age === undefined ? "no rows" : span(age)}</dd></div>`;
    })}
  </dl>`;
}

function legend() {
  const [low, high] = rangeOf(model.vehicles, metric);
  const {unit, digits} = METRICS[metric];
  const lacking = model.vehicles.some((vehicle) => vehicle[metric] === null);
  return html`<div class="legend">
    <select aria-label="Colour by" @change=${(event: Event) => recolor((event.target as HTMLSelectElement).value as Metric)}>
      ${Object.entries(METRICS).map(([key, {label}]) => html`<option value=${key} ?selected=${key === metric}>${label}</option>`)}
    </select>
    <span>${low.toFixed(digits)}</span>
    <span class="ramp" aria-hidden="true">${Array.from({length: SHADES}, (_, at) => html`<i class="ramp-${at}"></i>`)}</span>
    <span>${high.toFixed(digits)} ${unit}</span>
    <span class="silent"><i class="ramp-silent"></i> silent</span>
    ${lacking ? html`<span class="silent"><i class="ramp-${NO_READING}"></i> no reading</span>` : nothing}
  </div>`;
}

function recolor(wanted: Metric) {
  metric = wanted;
  map.colorBy(metric);
  draw();
}

async function signOut() {
  await fetch("/logout", {method: "POST"});
  location.replace("/login");
}
