import {html, nothing, type TemplateResult} from "lit-html";
import type {FieldInfo, FieldValue, History, VehicleMessage} from "../wire.ts";
import type {Series} from "./charts.ts";
import {number, span} from "./format.ts";

/** The spec's fields of the selected vehicle. */
export interface Fields {
  infos: FieldInfo[];
  values: Map<string, FieldValue>;
  /** Those whose charts the user has opened; the first few until then. */
  chosen: Set<string> | undefined;
  search: string;
}

/** Charts that are open at first. */
const OPEN = 3;
/** From so many fields on there is a search. */
const MANY = 12;
/** A value that is older than its vehicle's newest event by this much is shown with its age. */
const OLD_MS = 60_000;

export const createFields = (): Fields => ({infos: [], values: new Map(), chosen: undefined, search: ""});

/** Takes what the server says of the selected vehicle; true if there are other fields than before. */
export function receiveFields(fields: Fields, {fields: infos, values}: VehicleMessage): boolean {
  if (infos) fields.values.clear();
  for (const [name, value] of Object.entries(values)) fields.values.set(name, value);
  if (!infos || JSON.stringify(infos) === JSON.stringify(fields.infos)) return false;
  fields.infos = infos;
  return true;
}

const isOpen = ({infos, chosen}: Fields, info: FieldInfo): boolean =>
  info.number && (chosen ? chosen.has(info.name) : infos.filter((one) => one.number).indexOf(info) < OPEN);

/** Opens or closes a chart. */
export function toggle(fields: Fields, info: FieldInfo): void {
  const open = new Set(fields.infos.filter((one) => isOpen(fields, one)).map(({name}) => name));
  if (!open.delete(info.name)) open.add(info.name);
  fields.chosen = open;
}

const isFound = ({search}: Fields, {name, description = ""}: FieldInfo): boolean =>
  `${name} ${description}`.toLowerCase().includes(search.trim().toLowerCase());

/** The charts that are open. */
export const seriesOf = (fields: Fields): Series[] =>
  fields.infos
    .filter((info) => isOpen(fields, info) && isFound(fields, info))
    .map(({name, unit = ""}) => ({
      key: `field-${name}`,
      field: name,
      label: name,
      unit,
      color: "chart-field",
      area: false,
      text: number,
      values: ({fields: all, time}: History) => all[name] ?? time.map(() => null),
    }));

/** A value as people read it. */
export function valueText({type}: Pick<FieldInfo, "type">, value: FieldValue[0]): string {
  if (type === "timestamp" && typeof value === "number")
    return new Date(value).toLocaleString([], {dateStyle: "medium", timeStyle: "medium", hourCycle: "h23"});
  if (type === "bigint" && typeof value === "string") return BigInt(value).toLocaleString("en");
  return typeof value === "number" ? number(value) : String(value);
}

interface Events {
  toggle(info: FieldInfo): void;
  search(text: string): void;
}

/** Every field with its newest value; a number's chart is below it. */
export function fieldsPanel(
  fields: Fields,
  {history, minutes, newest}: {history: History | undefined; minutes: number; newest: number},
  on: Events,
): TemplateResult | typeof nothing {
  const {infos, search} = fields;
  if (infos.length === 0) return nothing;
  return html`<div class="fields">
    <div class="field-bar">
      <h3>Fields <span class="faint">${infos.length}</span></h3>
      ${
        infos.length < MANY
          ? nothing
          : html`<input type="search" aria-label="Search fields" placeholder="Search" .value=${search}
              @input=${(event: Event) => on.search((event.target as HTMLInputElement).value)} />`
      }
    </div>
    <ul class="plain">
      ${infos.map((info) => fieldLine(fields, info, {history, minutes, newest}, on))}
    </ul>
    ${infos.every((info) => !isFound(fields, info)) ? html`<p class="faint">No field has this in its name.</p>` : nothing}
  </div>`;
}

function fieldLine(
  fields: Fields,
  info: FieldInfo,
  {history, minutes, newest}: {history: History | undefined; minutes: number; newest: number},
  on: Events,
): TemplateResult {
  const {name, unit, description} = info;
  const [value, ms] = fields.values.get(name) ?? [];
  const text = value === undefined ? "–" : valueText(info, value);
  const age = ms !== undefined && newest - ms > OLD_MS ? `${span(newest - ms)} before the newest event` : "";
  const found = isFound(fields, info);
  const open = found && isOpen(fields, info);
  const small = [description, age].filter(Boolean).join(" · ");
  return html`<li class="field" ?hidden=${!found}>
    ${
      info.number
        ? html`<button class="link" aria-expanded=${open} title="${open ? "Close" : "Open"} the chart" @click=${() => on.toggle(info)}>${name}</button>`
        : html`<span class="name">${name}</span>`
    }
    <span class="value" title=${text}>${text}${unit && value !== undefined ? html`<small> ${unit}</small>` : nothing}</span>
    ${small ? html`<p>${small}</p>` : nothing}
    ${open ? chart(name, history?.fields[name], minutes) : nothing}
  </li>`;
}

function chart(name: string, past: (number | null)[] | undefined, minutes: number): TemplateResult {
  const values = (past ?? []).filter((value) => value !== null);
  const text = past === undefined ? "loading" : values.length === 0 ? "no data" : figures(values, number);
  return html`<div class="chart">
    <div class="plot" id="plot-field-${name}" role="img" aria-label="${name} over the last ${minutes} minutes: ${text}"></div>
    <p class="faint small">${text}<output></output></p>
  </div>`;
}

export function figures(values: number[], text: (value: number) => string): string {
  let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  return `lowest ${text(low)}, average ${text(sum / values.length)}, highest ${text(high)}`;
}
