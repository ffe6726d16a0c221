import {latitude, longitude} from "./format.ts";
import {type Model, progress, type Vehicle} from "./model.ts";
import {metresPerPixel, niceBelow, toLatitude, toLongitude, toX, toY, type View} from "./projection.ts";
import {color} from "./theme.ts";
import type {World} from "./world.ts";

export const METRICS = {
  speed: {label: "Speed", unit: "km/h", digits: 0},
  temperature: {label: "Temperature", unit: "°C", digits: 1},
  humidity: {label: "Humidity", unit: "%", digits: 0},
} as const;
export type Metric = keyof typeof METRICS;

/** Colours of the ramp: `--ramp-0` and up in the style sheet. */
export const SHADES = 6;
export const SILENT_MS = 30_000;
const MAX_TRAILS = 1_500;
const MAX_ARROWS = 600;
const MAX_LABELS = 40;

export interface Scene {
  model: Model;
  view: View;
  width: number;
  height: number;
  selected: string | undefined;
  line: {x: number; y: number}[];
  metric: Metric;
  /** Outlines of countries, once they are loaded. */
  world: World | undefined;
  /** Time up to which vehicles have glided. */
  time: number;
}

/** Lowest and highest value of the fleet, so that the ramp is used in full. */
export function rangeOf(vehicles: Vehicle[], metric: Metric): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const {[metric]: value} of vehicles) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low < high ? [low, high] : [Number.isFinite(low) ? low : 0, (Number.isFinite(low) ? low : 0) + 1];
}

interface Shown {
  vehicle: Vehicle;
  px: number;
  py: number;
}

export function drawMap(context: CanvasRenderingContext2D, scene: Scene): void {
  const {width, height, world} = scene;
  // Without outlines everything is land.
  context.fillStyle = color(world ? "page" : "map");
  context.fillRect(0, 0, width, height);
  world?.draw(context, scene.view, width, height);
  drawGrid(context, scene);
  const shades = inView(scene);
  const all = [...shades.values()].flat();
  if (all.length <= MAX_TRAILS) drawTrails(context, scene, shades);
  drawLine(context, scene);
  const arrows = all.length <= MAX_ARROWS;
  const dot = Math.max(1.6, Math.min(3.2, 240 / Math.sqrt(all.length + 1) / 6));
  for (const [shade, list] of shades) {
    context.fillStyle = color(shade);
    context.beginPath();
    for (const {vehicle, px, py} of list) {
      if (arrows) arrow(context, px, py, vehicle.heading, 6.5);
      else context.rect(px - dot, py - dot, 2 * dot, 2 * dot);
    }
    context.fill();
    if (arrows) {
      context.strokeStyle = color("map");
      context.lineWidth = 1;
      context.stroke();
    }
  }
  if (all.length <= MAX_LABELS) drawLabels(context, scene, all);
  drawSelected(context, scene, all);
  drawScale(context, scene);
}

/** The vehicles in sight by the name of their colour. */
function inView({model, view, width, height, metric, time}: Scene): Map<string, Shown[]> {
  const shades = new Map<string, Shown[]>();
  const [low, high] = rangeOf(model.vehicles, metric);
  const now = Date.now() + model.clock;
  for (const vehicle of model.vehicles) {
    const done = progress(model, vehicle, time);
    const px = (vehicle.fromX + (vehicle.x - vehicle.fromX) * done - view.x) * view.scale + width / 2;
    const py = (vehicle.fromY + (vehicle.y - vehicle.fromY) * done - view.y) * view.scale + height / 2;
    if (px < -10 || py < -10 || px > width + 10 || py > height + 10) continue;
    const part = Math.floor(((vehicle[metric] - low) / (high - low)) * SHADES);
    const shade = now - vehicle.ts > SILENT_MS ? "silent" : `ramp-${Math.min(SHADES - 1, part)}`;
    const list = shades.get(shade);
    if (list) list.push({vehicle, px, py});
    else shades.set(shade, [{vehicle, px, py}]);
  }
  return shades;
}

function arrow(context: CanvasRenderingContext2D, x: number, y: number, heading: number, size: number) {
  const [sine, cosine] = [Math.sin(heading) * size, Math.cos(heading) * size];
  context.moveTo(x + sine * 1.2, y - cosine * 1.2);
  context.lineTo(x - sine + cosine * 0.8, y + cosine + sine * 0.8);
  context.lineTo(x - sine * 0.5, y + cosine * 0.5);
  context.lineTo(x - sine - cosine * 0.8, y + cosine - sine * 0.8);
  context.closePath();
}

function drawTrails(context: CanvasRenderingContext2D, {view, width, height}: Scene, shades: Map<string, Shown[]>) {
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.globalAlpha = 0.35;
  for (const [shade, list] of shades) {
    context.strokeStyle = color(shade);
    context.beginPath();
    for (const {vehicle, px, py} of list) {
      const {trail} = vehicle;
      // The newest place is where the vehicle is still gliding to.
      for (let at = 0; at + 3 < trail.length; at += 2) {
        const x = (trail[at]! - view.x) * view.scale + width / 2;
        const y = (trail[at + 1]! - view.y) * view.scale + height / 2;
        if (at === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      if (trail.length > 2) context.lineTo(px, py);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawLine(context: CanvasRenderingContext2D, {line, view, width, height}: Scene) {
  if (line.length < 2) return;
  context.beginPath();
  for (const {x, y} of line)
    context.lineTo((x - view.x) * view.scale + width / 2, (y - view.y) * view.scale + height / 2);
  context.lineWidth = 2.5;
  context.lineJoin = "round";
  context.strokeStyle = color("accent");
  context.globalAlpha = 0.7;
  context.stroke();
  context.globalAlpha = 1;
}

function label(context: CanvasRenderingContext2D, text: string, x: number, y: number, name: string) {
  context.lineWidth = 3;
  context.strokeStyle = color("map");
  context.strokeText(text, x, y);
  context.fillStyle = color(name);
  context.fillText(text, x, y);
}

const FONT = "system-ui, sans-serif";

function drawLabels(context: CanvasRenderingContext2D, {selected}: Scene, shown: Shown[]) {
  context.font = `11px ${FONT}`;
  context.textBaseline = "middle";
  const taken: {x: number; y: number; width: number}[] = [];
  for (const {vehicle, px, py} of shown) {
    if (vehicle.id === selected) continue;
    const place = {x: px + 11, y: py, width: context.measureText(vehicle.id).width};
    // A name that would cover another is left out; the table has it.
    const covers = taken.some(
      ({x, y, width}) => Math.abs(place.y - y) < 13 && place.x < x + width && place.x + place.width > x,
    );
    if (covers) continue;
    taken.push(place);
    label(context, vehicle.id, place.x, place.y, "muted");
  }
}

function drawSelected(context: CanvasRenderingContext2D, {selected}: Scene, shown: Shown[]) {
  const found = shown.find(({vehicle}) => vehicle.id === selected);
  if (!found) return;
  const {vehicle, px, py} = found;
  context.beginPath();
  context.arc(px, py, 13, 0, 2 * Math.PI);
  context.strokeStyle = color("accent");
  context.lineWidth = 2;
  context.stroke();
  context.beginPath();
  arrow(context, px, py, vehicle.heading, 7.5);
  context.fillStyle = color("accent");
  context.fill();
  context.font = `600 12px ${FONT}`;
  context.textBaseline = "middle";
  label(context, `${vehicle.id} · ${vehicle.speed.toFixed(0)} km/h`, px + 19, py, "text");
}

/** Meridians and parallels at round degrees, named at the edges. */
function drawGrid(context: CanvasRenderingContext2D, {view, width, height}: Scene) {
  const degrees = (360 / view.scale) * 130;
  const step = Math.min(45, niceBelow(degrees));
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const west = Math.max(-180, toLongitude(view.x - width / 2 / view.scale));
  const east = Math.min(180, toLongitude(view.x + width / 2 / view.scale));
  const north = toLatitude(view.y - height / 2 / view.scale);
  const south = toLatitude(view.y + height / 2 / view.scale);
  context.strokeStyle = color("grid");
  context.lineWidth = 1;
  context.font = `10px ${FONT}`;
  const text = color("faint");
  // The lowest label would be under the scale.
  for (let at = Math.ceil(west / step); at * step <= east; at++) {
    const x = Math.round((toX(at * step) - view.x) * view.scale + width / 2) + 0.5;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.fillStyle = text;
    context.textBaseline = "top";
    context.fillText(longitude(at * step, digits), x + 4, 6);
  }
  for (let at = Math.ceil(south / step); at * step <= north; at++) {
    const y = Math.round((toY(at * step) - view.y) * view.scale + height / 2) + 0.5;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    context.fillStyle = text;
    context.textBaseline = "bottom";
    if (y < height - 48) context.fillText(latitude(at * step, digits), 6, y - 3);
  }
}

function drawScale(context: CanvasRenderingContext2D, {view, height}: Scene) {
  const perPixel = metresPerPixel(view);
  const metres = niceBelow(perPixel * 120);
  const length = metres / perPixel;
  const [x, y] = [14.5, height - 16.5];
  context.strokeStyle = color("muted");
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, y - 5);
  context.lineTo(x, y);
  context.lineTo(x + length, y);
  context.lineTo(x + length, y - 5);
  context.stroke();
  context.font = `11px ${FONT}`;
  context.textBaseline = "bottom";
  label(context, metres >= 1_000 ? `${metres / 1_000} km` : `${metres} m`, x + 6, y - 3, "muted");
}
