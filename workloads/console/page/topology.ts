import {toX, toY} from "./projection.ts";

/** TopoJSON: arcs of whole numbers, each the way from the last place, and rings that are made of arcs. */
export interface Topology {
  transform: {scale: [number, number]; translate: [number, number]};
  arcs: [number, number][][];
  objects: {countries: {geometries: Geometry[]}};
}
type Geometry = {properties: {name: string}} & (
  | {type: "Polygon"; arcs: number[][]}
  | {type: "MultiPolygon"; arcs: number[][][]}
);

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
/** Places of the unit square, x and y in turn. */
export interface Line extends Box {
  points: Float64Array;
}
export interface Country extends Box {
  name: string;
  x: number;
  y: number;
}

/** The drawn parts of the world: land as rings to be filled, every coast and border once, and names with their places. */
interface Outlines {
  land: Line[];
  lines: Line[];
  countries: Country[];
}

export function outlinesOf({transform, arcs, objects}: Topology): Outlines {
  const pieces = arcs.map((arc) => places(arc, transform));
  const rings = objects.countries.geometries.flatMap((geometry) =>
    (geometry.type === "Polygon" ? [geometry.arcs] : geometry.arcs).flatMap((polygon) =>
      polygon.map((ring, at) => ({outer: at === 0, name: geometry.properties.name, line: ringOf(ring, pieces)})),
    ),
  );
  return {
    land: around(rings.map(({line}) => line)),
    lines: around(pieces.map(lineOf)),
    countries: namesOf(rings.filter(({outer}) => outer)),
  };
}

function places(arc: [number, number][], {scale, translate}: Topology["transform"]): Float64Array {
  const points = new Float64Array(2 * arc.length);
  let [x, y] = [0, 0];
  arc.forEach(([dx, dy], at) => {
    x += dx;
    y += dy;
    points[2 * at] = toX(x * scale[0] + translate[0]);
    points[2 * at + 1] = toY(y * scale[1] + translate[1]);
  });
  unwrap(points);
  return points;
}

function lineOf(points: Float64Array): Line {
  const box = {left: Infinity, right: -Infinity, top: 1, bottom: 0};
  for (let at = 0; at < points.length; at += 2) {
    box.left = Math.min(box.left, points[at]!);
    box.right = Math.max(box.right, points[at]!);
    box.top = Math.min(box.top, points[at + 1]!);
    box.bottom = Math.max(box.bottom, points[at + 1]!);
  }
  return {points, ...box};
}

/** A ring of arcs; an arc's number below 0 is that of its complement, walked the other way. */
function ringOf(ring: number[], arcs: Float64Array[]): Line {
  const points: number[] = [];
  for (const number of ring) {
    const arc = arcs[number < 0 ? ~number : number]!;
    const last = arc.length - 2;
    for (let at = 0; at <= last; at += 2) {
      const from = number < 0 ? last - at : at;
      points.push(arc[from]!, arc[from + 1]!);
    }
  }
  unwrap(points);
  // A ring around the pole ends a whole turn from where it began: it goes on along the edge of the map.
  const [first, end] = [points[0]!, points.at(-2)!];
  if (Math.abs(end - first) > 0.5) points.push(end, 1, first, 1);
  return lineOf(Float64Array.from(points));
}

/** Goes on beyond the edge of the map, where a line crosses the 180th meridian. */
function unwrap(points: number[] | Float64Array) {
  for (let at = 2; at < points.length; at += 2) points[at]! -= Math.round(points[at]! - points[at - 2]!);
}

/** Lines that leave one edge of the map enter again at the other. */
const around = (lines: Line[]): Line[] =>
  lines.flatMap((line) => {
    const turns = [0, ...(line.right > 1 ? [-1] : []), ...(line.left < 0 ? [1] : [])];
    return turns.map((turn) =>
      turn === 0 ? line : lineOf(line.points.map((value, at) => (at % 2 ? value : value + turn))),
    );
  });

/** Each country's name in the middle of its largest part. */
function namesOf(rings: {name: string; line: Line}[]): Country[] {
  const largest = new Map<string, Line>();
  const area = ({left, right, top, bottom}: Box) => (right - left) * (bottom - top);
  for (const {name, line} of rings) {
    const before = largest.get(name);
    if (!before || area(line) > area(before)) largest.set(name, line);
  }
  return [...largest].map(([name, {points, ...box}]) => ({name, ...middle(points), ...box}));
}

/** The centre of gravity of a ring. */
function middle(points: Float64Array): {x: number; y: number} {
  let [x, y, twice] = [0, 0, 0];
  for (let at = 0; at < points.length; at += 2) {
    const next = (at + 2) % points.length;
    const cross = points[at]! * points[next + 1]! - points[next]! * points[at + 1]!;
    x += (points[at]! + points[next]!) * cross;
    y += (points[at + 1]! + points[next + 1]!) * cross;
    twice += cross;
  }
  return {x: x / (3 * twice), y: y / (3 * twice)};
}
