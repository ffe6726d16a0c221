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

/** Metres of one pixel at the view's centre. */
export const metresPerPixel = ({y, scale}: View): number =>
  (EARTH_METRES * Math.cos((toLatitude(y) * Math.PI) / 180)) / scale;

/** The largest of 1, 2, 5 · 10ⁿ that is not above `value`. */
export function niceBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

/** The view that shows all points with a margin; undefined without points. */
export function fit(points: Iterable<{x: number; y: number}>, width: number, height: number): View | undefined {
  let [left, right, top, bottom] = [1, 0, 1, 0];
  for (const {x, y} of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (left > right) return undefined;
  const margin = 0.86;
  // A single vehicle is shown with some two kilometres around it.
  const least = 5e-5;
  const scale = margin * Math.min(width / Math.max(least, right - left), height / Math.max(least, bottom - top));
  return {x: (left + right) / 2, y: (top + bottom) / 2, scale};
}

/** The view after a zoom by `factor` around a point of the screen, given from the centre. */
export function zoomed(view: View, factor: number, dx: number, dy: number): View {
  const scale = Math.max(200, Math.min(2e9, view.scale * factor));
  return {x: view.x + dx / view.scale - dx / scale, y: view.y + dy / view.scale - dy / scale, scale};
}
