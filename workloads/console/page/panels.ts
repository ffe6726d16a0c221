import {html, nothing, svg, type TemplateResult} from "lit-html";
import {isStore, stores} from "../../../api/stores.ts";
import type {
  Alert,
  ComponentHealth,
  Condition,
  PipelineMessage,
  StoreHealth,
  TableHealth,
  WorkflowRun,
} from "../wire.ts";
import {bytes, count, rate, span, timeOfDay} from "./format.ts";
import {warningsPanel} from "./predictions.ts";

/** The side panel while no vehicle is selected: alerts, stores, components, conditions. */
export function healthPanels(
  pipeline: PipelineMessage,
  past: Map<string, number[]>,
  now: number,
  select: (vehicle: string) => void,
): TemplateResult {
  return html`
    ${alerts(pipeline, now)} ${pipeline.warnings ? warningsPanel(pipeline.warnings, now, select) : nothing}
    <section class="card" aria-labelledby="stores">
      <h2 id="stores">Stores</h2>
      ${pipeline.stores.map((store) => storeCard(store, past.get(store.store) ?? []))}
      ${pipeline.stores.length === 0 ? html`<p class="faint">The pipeline has no store.</p>` : nothing}
    </section>
    <section class="card" aria-labelledby="components">
      <h2 id="components">Components</h2>
      <ul class="plain">${pipeline.components.map((component) => componentLine(component, now))}</ul>
    </section>
    ${pipeline.workflows ? workflows(pipeline.workflows, now) : nothing}
    <section class="card" aria-labelledby="conditions">
      <h2 id="conditions">Conditions</h2>
      <ul class="plain">${pipeline.conditions.map((condition) => conditionLine(condition, now))}</ul>
    </section>
  `;
}

const alerts = (
  {alerts: list, alertmanager}: PipelineMessage,
  now: number,
) => html`<section class="card" aria-labelledby="alerts">
  <h2 id="alerts">Alerts ${list.length > 0 ? html`<span class="pill bad">${list.length}</span>` : nothing}</h2>
  <div role="status">
    ${list.length === 0 ? html`<p class="quiet"><span class="dot good" aria-hidden="true"></span>All clear</p>` : nothing}
    ${list.map((alert) => alertCard(alert, now))}
  </div>
  ${alertmanager === undefined ? nothing : html`<p class="faint small" title=${alertmanager}>From the console's own checks: Alertmanager cannot be asked.</p>`}
</section>`;

const alertCard = (
  {severity, title, detail, source, since: time, meaning, fix}: Alert,
  now: number,
) => html`<div class="alert ${severity}">
  <strong>${title}</strong><span class="severity">${severity}</span>
  <p>${detail}</p>
  ${meaning || fix ? html`<details><summary>What to do</summary><p>${meaning}</p><p>${fix}</p></details>` : nothing}
  ${source ? html`<p class="by">${source}${time ? html` · for ${span(now - Date.parse(time))}` : nothing}</p>` : nothing}
</div>`;

export const storeName = (store: string): string => (isStore(store) ? stores[store].title : store);

function storeCard({store, level, age, lag, heldBack, rate: rows, flagged, table}: StoreHealth, past: number[]) {
  return html`<div class="store" data-store=${store}>
    <div class="head"><span class="dot ${level}" aria-hidden="true"></span><strong>${storeName(store)}</strong></div>
    <dl>
      <div><dt>Freshness</dt><dd class=${level}>${age === undefined ? "no rows" : span(age)}</dd></div>
      <div><dt>Lag</dt><dd>${lag === undefined ? "–" : count(lag)}<small> events${heldBack ? html`, ${count(heldBack)} held back` : nothing}</small></dd></div>
      <div><dt>Rate</dt><dd>${rate(rows)}<small> /s</small></dd></div>
    </dl>
    ${table ? tableLine(table) : nothing}
    ${flagged ? html`<p class="faint small">Flagged since the ingester's start: ${flagged}</p>` : nothing}
    ${sparkline(past)}
  </div>`;
}

/** Of a store that is made of files. */
const tableLine = ({files, snapshots, bytes: size, committed}: TableHealth) => html`<p class="faint small">
  ${count(files)} files${size === undefined ? nothing : html`, ${bytes(size)}`}, ${count(snapshots)} snapshots${committed === undefined ? nothing : html`, last commit ${timeOfDay(Date.parse(committed))}`}
</p>`;

const [WIDTH, HEIGHT] = [300, 28];

/** The rate of the last minutes. */
function sparkline(values: number[]) {
  const top = Math.max(1, ...values) * 1.1;
  const points = values.map(
    (value, at) => `${(at / Math.max(1, values.length - 1)) * WIDTH},${HEIGHT - (value / top) * HEIGHT}`,
  );
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${values.length > 1 ? svg`<polygon points=${`0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`} /><polyline points=${points.join(" ")} />` : nothing}
  </svg>`;
}

const since = (time: string, now: number) =>
  html`<time class="faint" datetime=${time} title=${`since ${new Date(time).toLocaleString([], {hourCycle: "h23"})}`}>${span(now - Date.parse(time))}</time>`;

const componentLine = ({name, ready, message, version, since: time}: ComponentHealth, now: number) => html`<li>
  <span class="dot ${ready ? "good" : "bad"}" aria-hidden="true"></span>
  <span class="name">${name} ${version ? html`<span class="faint">${version}</span>` : nothing}</span>
  <span class="state">${ready ? "ready" : "not ready"}</span> ${since(time, now)}
  ${ready ? nothing : html`<p>${message}</p>`}
</li>`;

/** The last run of each DAG of Airflow. */
const workflows = (
  {runs, url}: NonNullable<PipelineMessage["workflows"]>,
  now: number,
) => html`<section class="card" aria-labelledby="workflows">
  <h2 id="workflows">Workflows</h2>
  <ul class="plain">${runs.map((run) => runLine(run, url, now))}</ul>
  ${runs.length === 0 ? html`<p class="faint">No DAG has run yet.</p>` : nothing}
</section>`;

const RUN_LEVELS: Record<string, string> = {success: "good", failed: "bad"};

const runLine = ({dag, state, started, ended}: WorkflowRun, url: string | undefined, now: number) => html`<li>
  <span class="dot ${RUN_LEVELS[state] ?? "warn"}" aria-hidden="true"></span>
  <span class="name">${url ? html`<a href=${`${url.replace(/\/$/, "")}/dags/${dag}`} target="_blank" rel="noopener">${dag}</a>` : dag}</span>
  <span class="state">${state}</span> ${(ended ?? started) ? since((ended ?? started)!, now) : nothing}
</li>`;

/** Degraded and Progressing are well when they are False. */
const wellWhen = (type: string) => (type === "Degraded" || type === "Progressing" ? "False" : "True");

const conditionLine = ({type, status, reason, message, lastTransitionTime}: Condition, now: number) => {
  const well = status === wellWhen(type);
  return html`<li title=${message}>
    <span class="dot ${well ? "good" : type === "Progressing" ? "warn" : "bad"}" aria-hidden="true"></span>
    <span class="name">${type} <span class="faint">${reason}</span></span>
    <span class="state">${status}</span> ${since(lastTransitionTime, now)}
    ${well || !message ? nothing : html`<p>${message}</p>`}
  </li>`;
};
