import {html, nothing, type TemplateResult} from "lit-html";
import type {FieldInfo, History, Prediction, Warning} from "../wire.ts";
import type {Series} from "./charts.ts";
import {METRICS, type Metric} from "./draw.ts";
import {type Fields, fieldsPanel, figures} from "./fields.ts";
import {latitude, longitude, span} from "./format.ts";
import {masterLine} from "./master.ts";
import type {Vehicle} from "./model.ts";
import {badges, predictionsList} from "./predictions.ts";

/** Spans that can be chosen, in minutes. */
const SPANS: [minutes: number, label: string][] = [
  [5, "5 min"],
  [15, "15 min"],
  [60, "1 h"],
  [360, "6 h"],
  [1_440, "24 h"],
  [10_080, "7 d"],
];

interface Detail {
  vehicle: Vehicle;
  silent: boolean;
  minutes: number;
  history: History | undefined;
  problem: string;
  fields: Fields;
  /** What is expected of it; undefined where nothing is predicted. */
  warnings: Warning[] | undefined;
  predictions: Prediction[];
}

/** The charts that are always there. */
export const READINGS: Series[] = (Object.keys(METRICS) as Metric[]).map((metric) => {
  const {label, unit, digits} = METRICS[metric];
  return {
    key: metric,
    label,
    unit,
    color: `chart-${metric}`,
    area: metric === "speed",
    text: (value) => value.toFixed(digits + 1),
    values: (history) => history[metric],
  };
});

/** The side panel of one vehicle: its values now, and its past as charts. */
export function vehiclePanel(
  {vehicle, silent, minutes, history, problem, fields, warnings, predictions}: Detail,
  now: number,
  on: {close(): void; minutes(value: number): void; toggle(info: FieldInfo): void; search(text: string): void},
): TemplateResult {
  const age = now - vehicle.ts;
  const known = masterLine(vehicle);
  return html`<section class="card detail" aria-labelledby="vehicle">
    <div class="bar">
      <h2 id="vehicle">${vehicle.id}</h2>
      <span class="pill ${silent ? "bad" : "good"}">${silent ? `silent for ${span(age)}` : "live"}</span>
      ${badges(warnings ?? [])}
      <button class="icon" aria-label="Close vehicle" title="Close (Esc)" @click=${on.close}>✕</button>
    </div>
    ${known ? html`<p>${known}</p>` : nothing}
    <dl class="values">
      ${(Object.keys(METRICS) as Metric[]).map(
        (metric) => html`<div>
          <dt>${METRICS[metric].label}</dt>
          <dd>${value(vehicle[metric], metric)}</dd>
        </div>`,
      )}
    </dl>
    <p class="faint">${placeOf(vehicle)} · seen ${span(age)} ago</p>
    ${vehicle.fault?.aheadMs ? html`<p class="warn">Its clock is ${span(vehicle.fault.aheadMs)} ahead.</p>` : nothing}
    <div class="spans" role="group" aria-label="Time range">
      ${SPANS.map(
        ([value, label]) =>
          html`<button aria-pressed=${value === minutes} @click=${() => on.minutes(value)}>${label}</button>`,
      )}
    </div>
    ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
    ${(Object.keys(METRICS) as Metric[]).map((metric) => {
      const values = (history?.[metric] ?? []).filter((value) => value !== null);
      const {label, unit, digits} = METRICS[metric];
      const text = values.length === 0 ? "no data" : figures(values, (value) => value.toFixed(digits));
      return html`<figure>
        <figcaption><strong>${label}</strong> <span class="faint">${unit}</span> <output></output></figcaption>
        <div class="plot" id="plot-${metric}" role="img" aria-label="${label} over the last ${minutes} minutes: ${text}"></div>
        <p class="faint small">${text}</p>
      </figure>`;
    })}
    ${warnings ? predictionsList(predictions) : nothing}
    ${fieldsPanel(fields, {history, minutes, newest: vehicle.ts}, on)}
    ${history ? html`<p class="faint small">From ${history.store}, ${history.step} s a point.${leftOut(history)}</p>` : nothing}
  </section>`;
}

const value = (reading: number | null, metric: Metric) =>
  reading === null ? "–" : html`${reading.toFixed(METRICS[metric].digits)}<small> ${METRICS[metric].unit}</small>`;

function placeOf({latitude: north, longitude: east, fault}: Vehicle): string {
  if (north === null || east === null) return "no fix yet";
  const place = `${latitude(north)}, ${longitude(east)}`;
  return fault?.noFix ? `no fix; last at ${place}` : place;
}

const leftOut = ({leftOut}: History) =>
  leftOut > 0
    ? ` ${leftOut} ${leftOut === 1 ? "fix that is no place is" : "fixes that are no place are"} not on the map.`
    : "";
