import {html, nothing, render} from "lit-html";
import {METRICS} from "./draw.ts";
import {count, latitude, longitude, reading, span} from "./format.ts";
import {chooseGroup, inGroup, type MasterColumn} from "./master.ts";
import {type Column, isSilent, listed, type Model, type Vehicle} from "./model.ts";

/** Every vehicle's newest values; only the rows in sight are in the document. */
interface Table {
  select(id: string | undefined): void;
  redraw(): void;
}

const ROW_PX = 30;
const SPARE = 6;
/** Characters that the column of names has room for at least. */
const MIN_NAME = 12;

interface Shown {
  key: Column;
  title: string;
  numeric: boolean;
  cell(vehicle: Vehicle, now: number): string;
}

const COLUMNS: Shown[] = [
  {key: "id", title: "Vehicle", numeric: false, cell: ({id}) => id},
  {key: "speed", title: "Speed", numeric: true, cell: ({speed}) => reading(speed, METRICS.speed.unit, 1)},
  {
    key: "temperature",
    title: "Temp.",
    numeric: true,
    cell: ({temperature}) => reading(temperature, METRICS.temperature.unit, 1),
  },
  {
    key: "humidity",
    title: "Humidity",
    numeric: true,
    cell: ({humidity}) => reading(humidity, METRICS.humidity.unit, 0),
  },
  {key: "latitude", title: "Latitude", numeric: true, cell: (vehicle) => degrees(vehicle, vehicle.latitude, latitude)},
  {
    key: "longitude",
    title: "Longitude",
    numeric: true,
    cell: (vehicle) => degrees(vehicle, vehicle.longitude, longitude),
  },
  {
    key: "ts",
    title: "Last seen",
    numeric: true,
    cell: ({ts, fault}, now) => `${span(now - ts)}${fault?.aheadMs ? `, clock +${span(fault.aheadMs)}` : ""}`,
  },
];

const MASTER_TITLES: Record<MasterColumn, string> = {plate: "Plate", groupName: "Group", driver: "Driver"};
/** Pixels of a column of master data. */
const MASTER_PX = 130;

/** With those of master data that any vehicle has, behind its name. */
function columnsOf({master}: Model): Shown[] {
  const [name, ...others] = COLUMNS;
  const known = master.columns.map((key) => ({
    key,
    title: MASTER_TITLES[key],
    numeric: false,
    cell: ({master: of}: Vehicle) => of?.[key] ?? "–",
  }));
  return [name!, ...known, ...others];
}

/** A vehicle without a fix is drawn at its last place, which is not its present one. */
const degrees = ({fault}: Vehicle, value: number | null, format: (value: number) => string) =>
  fault?.noFix || value === null ? "no fix" : format(value);

export function createTable(
  host: HTMLElement,
  model: Model,
  onSelect: (id: string | undefined) => void,
  onGroup: () => void,
): Table {
  let search = "";
  let column: Column = "id";
  let descending = false;
  let selected: string | undefined;
  let rows: Vehicle[] = [];
  let scroller: HTMLElement | null = null;

  function draw() {
    const columns = columnsOf(model);
    rows = listed(inGroup(model), search, column, descending);
    const {scrollTop = 0, clientHeight = 300} = scroller ?? {};
    const first = Math.max(0, Math.min(rows.length, Math.floor(scrollTop / ROW_PX)) - SPARE);
    const last = Math.min(rows.length, first + Math.ceil(clientHeight / ROW_PX) + 2 * SPARE);
    const now = Date.now() + model.clock;
    const longest = model.vehicles.reduce((most, {id}) => Math.max(most, id.length), MIN_NAME);
    // Letters are wider than the figure that a ch is.
    host.style.setProperty("--name", `${Math.ceil(longest * 1.15)}ch`);
    host.style.setProperty("--known", `${(columns.length - COLUMNS.length) * MASTER_PX}px`);
    render(
      html`<div class="bar">
          <h2>Vehicles</h2>
          <input type="search" placeholder="Search vehicles" aria-label="Search vehicles" .value=${search} @input=${onSearch} />
          ${groupChoice(model, onChoose)}
          <span class="faint" role="status">${rows.length === model.vehicles.length ? "" : `${count(rows.length)} of `}${count(model.vehicles.length)}</span>
        </div>
        <div class="scroller" @scroll=${draw} @keydown=${onKey}>
          <table aria-rowcount=${rows.length + 1} aria-label="Newest values of each vehicle">
            <thead>
              ${titles(columns, column, descending, sort)}
            </thead>
            <tbody>
              <tr class="space" aria-hidden="true"><td colspan=${columns.length} height=${first * ROW_PX}></td></tr>
              ${rows.slice(first, last).map((vehicle, at) => {
                const silent = isSilent(model, vehicle, now);
                return row(
                  columns,
                  vehicle,
                  {at: first + at, now, silent, selected: vehicle.id === selected},
                  onSelect,
                );
              })}
              <tr class="space" aria-hidden="true"><td colspan=${columns.length} height=${(rows.length - last) * ROW_PX}></td></tr>
            </tbody>
          </table>
          ${rows.length === 0 ? html`<p class="empty">${emptyText(model, search)}</p>` : ""}
        </div>`,
      host,
    );
    scroller ??= host.querySelector(".scroller");
  }

  function onSearch(event: InputEvent) {
    search = (event.target as HTMLInputElement).value;
    if (scroller) scroller.scrollTop = 0;
    draw();
  }

  function onChoose(event: Event) {
    chooseGroup(model, (event.target as HTMLSelectElement).value || undefined);
    if (scroller) scroller.scrollTop = 0;
    draw();
    onGroup();
  }

  function sort(key: Column) {
    descending = key === column ? !descending : false;
    column = key;
    draw();
  }

  /** Up and down go from vehicle to vehicle. */
  function onKey(event: KeyboardEvent) {
    const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!by || !scroller) return;
    event.preventDefault();
    const at = Math.max(0, Math.min(rows.length - 1, rows.findIndex(({id}) => id === selected) + by));
    if (!rows[at]) return;
    bringIntoSight(scroller, at * ROW_PX);
    onSelect(rows[at].id);
    host.querySelector<HTMLElement>('tr[aria-current="true"] button')?.focus();
  }

  draw();
  return {
    select(id) {
      selected = id;
      draw();
    },
    redraw: draw,
  };
}

/** The groups to choose from, if there are any. */
const groupChoice = ({master: {groups, group}}: Model, onChange: (event: Event) => void) =>
  groups.length === 0
    ? nothing
    : html`<select aria-label="Group" @change=${onChange}>
        <option value="" ?selected=${group === undefined}>All groups</option>
        ${groups.map(({id, name}) => html`<option value=${id} ?selected=${id === group}>${name}</option>`)}
      </select>`;

function emptyText({master}: Model, search: string): string {
  if (search)
    return master.vehicles.size > 0
      ? "No vehicle has this in its name, plate or driver."
      : "No vehicle has this in its name.";
  return master.group === undefined
    ? "No vehicle has sent anything in the last 24 hours."
    : "No vehicle of this group has sent anything in the last 24 hours.";
}

/** The head of the table; a second click on a title turns the order round. */
const titles = (columns: Shown[], column: Column, descending: boolean, sort: (key: Column) => void) => html`<tr>
  ${columns.map(
    ({key, title, numeric}) => html`<th
      class=${numeric ? "numeric" : ""}
      aria-sort=${key === column ? (descending ? "descending" : "ascending") : "none"}
    >
      <button @click=${() => sort(key)}>${title}<span aria-hidden="true">${key === column ? (descending ? " ↓" : " ↑") : ""}</span></button>
    </th>`,
  )}
</tr>`;

function row(
  columns: Shown[],
  vehicle: Vehicle,
  {at, now, silent, selected}: {at: number; now: number; silent: boolean; selected: boolean},
  onSelect: (id: string) => void,
) {
  return html`<tr
    class=${silent ? "silent" : ""}
    aria-rowindex=${at + 2}
    aria-current=${selected}
    @click=${() => onSelect(vehicle.id)}
  >
    ${columns.map(({key, numeric, cell}) =>
      key === "id"
        ? html`<td><button class="link">${vehicle.id}</button></td>`
        : html`<td class=${numeric ? "numeric" : ""}>${cell(vehicle, now)}</td>`,
    )}
  </tr>`;
}

/** Scrolls as little as shows the row at `top` under the table's head. */
function bringIntoSight(scroller: HTMLElement, top: number) {
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + 2 * ROW_PX > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = top + 2 * ROW_PX - scroller.clientHeight;
}
