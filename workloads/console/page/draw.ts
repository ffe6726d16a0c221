import {byMeasure, type MeasureName} from "../../../api/event.ts";
import {latitude, longitude, reading} from "./format.ts";
import {inGroup, labelOf} from "./master.ts";
import {isPlaced, isSilent, type Model, progress, type Vehicle} from "./model.ts";
import {
  metresPerPixel,
  nearTo,
  niceBelow,
  screenX,
  screenY,
  toLatitude,
  toLongitude,
  toX,
  toY,
  type View,
} from "./projection.ts";
import {color} from "./theme.ts";
import type {World} from "./world.ts";

export const METRICS = byMeasure(({title, unit, digits}) => ({label: title, unit, digits}));
export type Metric = MeasureName;

/** Colours of the ramp: `--ramp-0` and up in the style sheet. */
export const SHADES = 6;
export const NO_READING = "faint";
const MAX_TRAILS = 1_500;
const MAX_ARROWS = 600;
const MAX_LABELS = 40;

interface Scene {
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
    if (value === null) continue;
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
  const taken = drawGrid(context, scene);
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
  if (all.length <= MAX_LABELS) drawLabels(context, scene, all, taken);
  drawSelected(context, scene, all);
  drawScale(context, scene);
}

/** The vehicles in sight by the name of their colour. */
function inView({model, view, width, height, metric, time}: Scene): Map<string, Shown[]> {
  const shades = new Map<string, Shown[]>();
  const [low, high] = rangeOf(model.vehicles, metric);
  const now = Date.now() + model.clock;
  for (const vehicle of inGroup(model)) {
    if (!isPlaced(vehicle)) continue;
    const done = progress(model, vehicle, time);
    const px = screenX(view, vehicle.fromX + (vehicle.x - vehicle.fromX) * done, width);
    const py = screenY(view, vehicle.fromY + (vehicle.y - vehicle.fromY) * done, height);
    if (px < -10 || py < -10 || px > width + 10 || py > height + 10) continue;
    const shade = isSilent(model, vehicle, now) ? "silent" : shadeOf(vehicle[metric], low, high);
    const list = shades.get(shade);
    if (list) list.push({vehicle, px, py});
    else shades.set(shade, [{vehicle, px, py}]);
  }
  return shades;
}

/** A vehicle that does not say it is none of the ramp's colours. */
function shadeOf(value: number | null, low: number, high: number): string {
  if (value === null) return NO_READING;
  return `ramp-${Math.min(SHADES - 1, Math.floor(((value - low) / (high - low)) * SHADES))}`;
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
      const turn = nearTo(vehicle.x, view.x) - vehicle.x;
      // The newest place is where the vehicle is still gliding to.
      for (let at = 0; at + 3 < trail.length; at += 2) {
        const x = (trail[at]! + turn - view.x) * view.scale + width / 2;
        const y = screenY(view, trail[at + 1]!, height);
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
  const turn = nearTo(line.at(-1)!.x, view.x) - line.at(-1)!.x;
  context.beginPath();
  for (const {x, y} of line) context.lineTo((x + turn - view.x) * view.scale + width / 2, screenY(view, y, height));
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

/** A line of text on the map, by its left end and its middle. */
interface Text {
  x: number;
  y: number;
  width: number;
}

/** The left end of a name beside its vehicle: on the right, or on the left where the map ends there; undefined where it fits on neither side. */
function besides(px: number, gap: number, textWidth: number, mapWidth: number): number | undefined {
  if (px + gap + textWidth <= mapWidth) return px + gap;
  return px - gap - textWidth >= 0 ? px - gap - textWidth : undefined;
}

function drawLabels(
  context: CanvasRenderingContext2D,
  {selected, width: mapWidth}: Scene,
  shown: Shown[],
  taken: Text[],
) {
  context.font = `11px ${FONT}`;
  context.textBaseline = "middle";
  for (const {vehicle, px, py} of shown) {
    if (vehicle.id === selected) continue;
    const name = labelOf(vehicle);
    const {width} = context.measureText(name);
    const x = besides(px, 11, width, mapWidth);
    // A name that would be cut, or cover another text, is left out; the table has it.
    if (x === undefined) continue;
    const place = {x, y: py, width};
    const covers = taken.some(
      ({x, y, width}) => Math.abs(place.y - y) < 13 && place.x < x + width && place.x + place.width > x,
    );
    if (covers) continue;
    taken.push(place);
    label(context, name, place.x, place.y, "muted");
  }
}

function drawSelected(context: CanvasRenderingContext2D, {selected, width}: Scene, shown: Shown[]) {
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
  const {speed} = vehicle;
  const name = labelOf(vehicle);
  const text = speed === null ? name : `${name} · ${reading(speed, METRICS.speed.unit, METRICS.speed.digits)}`;
  const room = context.measureText(text).width;
  const x = besides(px, 19, room, width);
  // Below it where there is no room beside it.
  if (x === undefined) label(context, text, Math.max(4, (width - room) / 2), py + 24, "text");
  else label(context, text, x, py, "text");
}

/** Meridians and parallels at round degrees, named at the edges; where these names are. */
function drawGrid(context: CanvasRenderingContext2D, {view, width, height}: Scene): Text[] {
  const taken: Text[] = [];
  const degrees = (360 / view.scale) * 130;
  const step = Math.min(45, niceBelow(degrees));
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  // One turn of the world at most; its meridians go on beyond the 180th.
  const half = Math.min(0.5, width / 2 / view.scale);
  const west = toLongitude(view.x - half);
  const east = toLongitude(view.x + half);
  const north = toLatitude(view.y - height / 2 / view.scale);
  const south = toLatitude(view.y + height / 2 / view.scale);
  context.strokeStyle = color("grid");
  context.lineWidth = 1;
  context.font = `10px ${FONT}`;
  const text = color("faint");
  for (let at = Math.ceil(west / step); at * step <= east; at++) {
    const x = Math.round((toX(at * step) - view.x) * view.scale + width / 2) + 0.5;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.fillStyle = text;
    context.textBaseline = "top";
    const name = longitude(toLongitude(nearTo(toX(at * step), 0.5)), digits);
    const room = context.measureText(name).width;
    if (x + 4 + room > width) continue;
    context.fillText(name, x + 4, 6);
    taken.push({x: x + 4, y: 11, width: room});
  }
  for (let at = Math.ceil(south / step); at * step <= north; at++) {
    const y = Math.round((toY(at * step) - view.y) * view.scale + height / 2) + 0.5;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    context.fillStyle = text;
    context.textBaseline = "bottom";
    // Above would be the meridians' names, below the scale.
    if (y < 34 || y > height - 48 - scaleRise(width)) continue;
    const name = latitude(at * step, digits);
    context.fillText(name, 6, y - 3);
    taken.push({x: 6, y: y - 8, width: context.measureText(name).width});
  }
  return taken;
}

/** On a narrow map (console.css) the legend takes the whole width, and the scale is above it. */
const NARROW_PX = 600;
const scaleRise = (width: number): number => (width < NARROW_PX ? 38 : 0);

function drawScale(context: CanvasRenderingContext2D, {view, width, height}: Scene) {
  const perPixel = metresPerPixel(view);
  const metres = niceBelow(perPixel * 120);
  const length = metres / perPixel;
  const [x, y] = [14.5, height - 16.5 - scaleRise(width)];
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
