import {stringify} from "yaml";
import {type Dialect, type FieldMapping, PRESETS} from "../../api/components/event.ts";
import {createReader} from "../../api/event/read.ts";
import {vehicleOf} from "../../api/event/row.ts";
import {momentOf} from "../../api/event/time.ts";
import {numberOf} from "../../api/event/value.ts";
import {zoneOf} from "../../api/event/zone.ts";
import {TIME, VEHICLE} from "../../api/event.ts";
import type {Sample} from "./event.ts";
import {DEEPEST, type Leaf, leavesOf} from "./event-leaves.ts";
import {bestMapping} from "./event-suggest-dialects.ts";
import {fieldsIn} from "./event-suggest-fields.ts";
import type {Findings} from "./output.ts";

/** Proposes the mapping that reads most of the samples: none, presets, or others by names and values; and fields for what else they say. */
export function suggestMapping(samples: Sample[]): Findings {
  const {mapping, read, reason} = bestMapping(samples, candidatesOf);
  const words = `${read} of ${samples.length} samples can be read`;
  if (read === 0) return {text: "", data: {}, empty: `no mapping was found: ${reason}`, ok: false};
  const isDefault = Object.keys(mapping).length === 0;
  const rest = reason ? `; of the rest the first: ${reason}` : "";
  const fields = fieldsIn(samples.flatMap((sample) => createReader(mapping)(sample).rows));
  const event = {...(isDefault ? {} : {mapping}), ...(fields.length > 0 ? {fields} : {})};
  const data = Object.keys(event).length > 0 ? {spec: {event}} : {};
  const title = [
    `# ${words}${isDefault ? " without a mapping" : ""}${rest}`,
    ...(fields.length > 0
      ? ["# fields: types by these samples; add unit, min and max, and remove what needs no column"]
      : []),
  ];
  return {
    text: [...title, ...(Object.keys(data).length > 0 ? [stringify(data)] : [])].join("\n").trimEnd(),
    data,
    ok: read === samples.length,
  };
}

/** So many shapes are looked at by themselves. */
const MOST_SHAPES = 16;

function candidatesOf(samples: Sample[]): Dialect[] {
  const shapes = [...Map.groupBy(samples, shapeOf).values()].sort((a, b) => b.length - a.length);
  const own = [samples, ...(shapes.length > 1 ? shapes.slice(0, MOST_SHAPES) : [])].map(byNames);
  return [{}, ...PRESET_NAMES.map((preset) => ({preset})), ...own.filter((mapping) => mapping !== undefined)];
}

const PRESET_NAMES = PRESETS.filter((preset) => preset !== "None");

/** Samples of one dialect have the same names, most of them. */
function shapeOf(sample: Sample): string {
  const json = jsonOf(sample);
  return typeof json === "object" && json !== null
    ? Object.keys(Array.isArray(json) ? (json[0] ?? {}) : json)
        .sort()
        .join()
    : "";
}

const LATITUDE = /^(lat|latitude|y_?coord|gps_?lat(itude)?)$/i;
const LONGITUDE = /^(lon|lng|long|longitude|x_?coord|gps_?(lon|lng|longitude))$/i;
const SPEED =
  /^(speed|velocity|spd|vel|sog|sp|gps_?speed|ground_?speed|speed_?(kmh|kph|km_h|mph|kn|kts|knots|mps|ms|m_s)|kn|knots|kmh|kph|mph)$/i;
const TEMPERATURE =
  /^(temp|temperature|t|temp_?(c|f|k|celsius|fahrenheit)|temperature_?(c|f|k)|ambient_?temp(erature)?|dallas_?temp.*)$/i;
const HUMIDITY = /^(hum|humidity|rh|relative_?humidity|h)$/i;
const TIMES =
  /^(timestamp|ts|time|datetime|date_?time|utc|tst|gps_?time|device_?time|fix_?time|event_?time|recorded_?at|created_?at|measured_?at|t)$/i;
const VEHICLES =
  /^(vehicle_?id|vehicle|imei|vin|device_?id|device|unique_?id|unit_?id|unit|asset_?id|tracker_?id|tracker|plate|serial|id|tid|clientid|client_?id|thing_?name)$/i;

function byNames(samples: Sample[]): Dialect | undefined {
  const roots = samples.map(jsonOf).filter((json) => typeof json === "object" && json !== null);
  const list = listIn(roots[0]);
  const events = list === undefined ? roots : roots.flatMap((root) => atPath(root, list));
  const leaves = leavesOf(events);
  const around = list === undefined ? [] : leavesOf(roots).map((leaf) => ({...leaf, path: `$.${leaf.path}`}));
  const find = (pattern: RegExp, is: (value: unknown) => boolean, among = leaves) =>
    among
      .filter(({name, values}) => pattern.test(name) && values.some(is))
      .sort((a, b) => rankOf(pattern, a.name) - rankOf(pattern, b.name) || a.path.length - b.path.length)[0];
  // Of names such as t both a time and a temperature may be meant.
  const isDegrees = (value: unknown) => Math.abs(numberOf(value) ?? Number.NaN) < HOTTEST;
  const isNumber = (value: unknown) => numberOf(value) !== undefined;
  const [latitude, longitude] = [find(LATITUDE, isNumber), find(LONGITUDE, isNumber)];
  if (!latitude || !longitude) return undefined;
  const isTime = (value: unknown) => "ms" in momentOf(value, {format: "Auto", zone: zoneOf("UTC")});
  const all = [...leaves, ...around];
  const time = find(TIMES, isTime, all);
  const vehicle = find(VEHICLES, (value) => "id" in vehicleOf(value), all);
  const needsZone = time?.values.some((value) => "reason" in momentOf(value, {format: "Auto", zone: undefined}));
  const fields = [
    fieldOf("latitude", latitude, coordinateUnit),
    fieldOf("longitude", longitude, coordinateUnit),
    fieldOf("speed", find(SPEED, isNumber), speedUnit),
    fieldOf("temperature", find(TEMPERATURE, isDegrees), temperatureUnit),
    fieldOf("humidity", find(HUMIDITY, isNumber), () => undefined),
  ].filter((field) => field !== undefined);
  return {
    ...(list === undefined ? {} : {events: list}),
    ...(vehicle?.path === VEHICLE.name ? {} : {vehicle: {path: vehicle?.path ?? "@key"}}),
    ...(time && (time.path !== TIME.name || needsZone)
      ? {time: {...(time.path === TIME.name ? {} : {path: time.path}), ...(needsZone ? {zone: "UTC"} : {})}}
      : {}),
    ...(fields.length > 0 ? {fields} : {}),
  };
}

const HOTTEST = 500;

/** Names stand in the pattern from the plainest on. */
const rankOf = (pattern: RegExp, name: string) => {
  const at = pattern.source.toLowerCase().replaceAll("_?", "").indexOf(name.toLowerCase().replaceAll("_", ""));
  return at < 0 ? Number.POSITIVE_INFINITY : at;
};

function fieldOf(
  name: FieldMapping["name"],
  leaf: Leaf | undefined,
  unitOf: (leaf: Leaf) => FieldMapping["unit"],
): FieldMapping | undefined {
  if (!leaf) return undefined;
  const unit = unitOf(leaf);
  if (leaf.path === name && !unit) return undefined;
  return {name, ...(leaf.path === name ? {} : {path: leaf.path}), ...(unit ? {unit} : {})};
}

function coordinateUnit({values}: Leaf): FieldMapping["unit"] {
  const largest = Math.max(...values.map((value) => Math.abs(numberOf(value) ?? 0)));
  if (largest <= 180) return undefined;
  if (largest <= 18_000) return "Nmea";
  return largest <= 180_000_000 ? "Microdegrees" : "TenMillionths";
}

const speedUnit = ({name}: Leaf): FieldMapping["unit"] => {
  if (/mph/i.test(name)) return "MilesPerHour";
  if (/kn|kts|sog/i.test(name)) return "Knots";
  return /mps|_ms$|m_s/i.test(name) ? "MetersPerSecond" : undefined;
};

const temperatureUnit = ({name}: Leaf): FieldMapping["unit"] => {
  if (/(_f|fahrenheit|[a-z]F)$/.test(name)) return "Fahrenheit";
  return /(_k|kelvin|[a-z]K)$/.test(name) ? "Kelvin" : undefined;
};

function jsonOf({value}: Sample): any {
  try {
    return JSON.parse(value!.toString().replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/** The path of a list of objects that have a latitude. */
function listIn(json: unknown, path = "", depth = 0): string | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json) || depth === DEEPEST) return undefined;
  for (const [key, child] of Object.entries(json)) {
    const below = path === "" ? key : `${path}.${key}`;
    if (Array.isArray(child) && leavesOf(child.slice(0, 1)).some(({name}) => LATITUDE.test(name))) return below;
    const found = listIn(child, below, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function atPath(json: any, path: string): unknown[] {
  let at = json;
  for (const name of path.split(".")) at = at?.[name];
  return Array.isArray(at) ? at : [];
}
