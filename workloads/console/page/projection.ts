/** Web Mercator on a square of side 1, and round steps for grid and scale. */
export interface View {
  /** Centre, in the unit square. */
  x: number;
  y: number;
  /** Pixels of the square's side. */
  scale: number;
}

const EARTH_METRES = 40_075_016.686;
const MAX_LATITUDE = 85;

export const toX = (longitude: number): number => longitude / 360 + 0.5;
export function toY(latitude: number): number {
  const clamped = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude));
  const sine = Math.sin((clamped * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
export const toLongitude = (x: number): number => (x - 0.5) * 360;
export const toLatitude = (y: number): number => (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;

/** The same meridian, less than half a turn of the world from `around`. */
export const nearTo = (x: number, around: number): number => x - Math.round(x - around);

/** The position of a place on the screen: of the world's turns, the one that is nearest to the view's centre. */
export const screenX = ({x: centre, scale}: View, x: number, width: number): number =>
  (nearTo(x, centre) - centre) * scale + width / 2;
export const screenY = ({y: centre, scale}: View, y: number, height: number): number =>
  (y - centre) * scale + height / 2;

/** Metres of one pixel at the view's centre. */
export const metresPerPixel = ({y, scale}: View): number =>
  (EARTH_METRES * Math.cos((toLatitude(y) * Math.PI) / 180)) / scale;

/** The largest of 1, 2, 5 · 10ⁿ that is not above `value`. */
export function niceBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

/** The view that shows all points with a margin; undefined without points. One whose place is not known (NaN) is left out. */
export function fit(points: Iterable<{x: number; y: number}>, width: number, height: number): View | undefined {
  const meridians: number[] = [];
  let [top, bottom] = [1, 0];
  for (const {x, y} of points) {
    if (Number.isNaN(x)) continue;
    meridians.push(x - Math.floor(x));
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (meridians.length === 0) return undefined;
  const {middle, span} = shortestArc(Float64Array.from(meridians).sort());
  const margin = 0.86;
  // A single vehicle is shown with some two kilometres around it.
  const least = 5e-5;
  const scale = margin * Math.min(width / Math.max(least, span), height / Math.max(least, bottom - top));
  return {x: middle, y: (top + bottom) / 2, scale};
}

/** The shortest piece of the equator with all of these, which are in order: what is left without the widest gap, be it at the 180th meridian or elsewhere. */
function shortestArc(meridians: Float64Array): {middle: number; span: number} {
  let [start, gap] = [meridians[0]!, meridians[0]! + 1 - meridians.at(-1)!];
  for (let at = 1; at < meridians.length; at++) {
    const before = meridians[at]! - meridians[at - 1]!;
    if (before > gap) [start, gap] = [meridians[at]!, before];
  }
  const middle = start + (1 - gap) / 2;
  return {middle: middle - Math.floor(middle), span: 1 - gap};
}

/** The view after a zoom by `factor` around a point of the screen, given from the centre. */
export function zoomed(view: View, factor: number, dx: number, dy: number): View {
  const scale = Math.max(200, Math.min(2e9, view.scale * factor));
  return {x: view.x + dx / view.scale - dx / scale, y: view.y + dy / view.scale - dy / scale, scale};
}

/** Places by columns; a null is none. */
interface Places {
  latitude: (number | null)[];
  longitude: (number | null)[];
}

/** Places in order; a gap in the data is bridged. The line goes on beyond the 180th meridian. */
export function trackOf({latitude, longitude}: Places): {x: number; y: number}[] {
  const line: {x: number; y: number}[] = [];
  latitude.forEach((value, at) => {
    if (value === null) return;
    const x = toX(longitude[at]!);
    line.push({x: nearTo(x, line.at(-1)?.x ?? x), y: toY(value)});
  });
  return line;
}
