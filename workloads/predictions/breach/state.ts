import {SAMPLING, STANDING, type Summary, WINDOWS} from "./features.ts";

/** The sampled readings of one vehicle in the last 300 s of its own time, in their order: between `first` and `end` of each array. */
export interface Readings {
  /** ms since the epoch. */
  times: Float64Array;
  /** °C. */
  temperatures: Float64Array;
  /** km/h; NaN where there was none. */
  speeds: Float64Array;
  first: number;
  end: number;
}

/**
 * What becomes of a reading: it is sampled (in the place of a later one of its 5 s: "replaced"), or is not, as an earlier one is ("passed"), its time is
 * there already, or it is older than the window.
 */
type Placed = "added" | "replaced" | "passed" | "repeated" | "old";

const FEWEST = 32;
const SLOT_MS = SAMPLING * 1_000;
const SLOTS = WINDOWS.longMs / SLOT_MS;

const slotOf = (ms: number): number => Math.floor(ms / SLOT_MS);

export const createReadings = (): Readings => ({
  times: new Float64Array(FEWEST),
  temperatures: new Float64Array(FEWEST),
  speeds: new Float64Array(FEWEST),
  first: 0,
  end: 0,
});

export const newestOf = ({times, first, end}: Readings): number =>
  end > first ? times[end - 1]! : Number.NEGATIVE_INFINITY;

/** Takes a reading in where its time belongs, if it is the first of its 5 s, and drops what is no longer in the window. */
export function addReading(readings: Readings, ms: number, temperature: number, speed: number): Placed {
  const slot = slotOf(ms);
  const newest = newestOf(readings);
  if (slot === slotOf(newest) && ms >= newest) return ms === newest ? "repeated" : "passed";
  // The oldest slot is kept whole, as a reading that comes late has to know whether it is the first of it.
  if (slot < slotOf(newest) - SLOTS) return "old";
  if (readings.end === readings.times.length) makeRoom(readings);
  const {times, first} = readings;
  let at = readings.end;
  while (at > first && times[at - 1]! > ms) at--;
  if (at > first && slotOf(times[at - 1]!) === slot) return times[at - 1] === ms ? "repeated" : "passed";
  const isFirst = at < readings.end && slotOf(times[at]!) === slot;
  if (!isFirst) insertAt(readings, at);
  times[at] = ms;
  readings.temperatures[at] = temperature;
  readings.speeds[at] = speed;
  const oldest = slotOf(newestOf(readings)) - SLOTS;
  while (slotOf(times[readings.first]!) < oldest) readings.first++;
  return isFirst ? "replaced" : "added";
}

function insertAt(readings: Readings, at: number) {
  const {times, temperatures, speeds, end} = readings;
  if (at < end) for (const array of [times, temperatures, speeds]) array.copyWithin(at + 1, at, end);
  readings.end++;
}

/** To the front of the arrays, or of larger ones. */
function makeRoom(readings: Readings) {
  const {first, end, times} = readings;
  const length = (end - first) * 4 > times.length * 3 ? times.length * 2 : times.length;
  for (const name of ["times", "temperatures", "speeds"] as const) {
    const array = readings[name];
    if (length === array.length) array.copyWithin(0, first, end);
    else {
      readings[name] = new Float64Array(length);
      readings[name].set(array.subarray(first, end));
    }
  }
  readings.first = 0;
  readings.end = end - first;
}

export const createSummary = (): Summary => ({
  ms: 0,
  history: 0,
  temperature: 0,
  oldestTemperature: 0,
  meanTemperature60: 0,
  meanTemperature300: 0,
  slope60: 0,
  slope300: 0,
  speed: 0,
  meanSpeed60: 0,
  meanSpeed300: 0,
  maxSpeed60: 0,
  standing300: 0,
});

/** Sums over readings, from the newest back: of times and temperatures from that one on, in ms and °C, whose squares are exact enough so. */
interface Sums {
  /** Of the reading that is added next. */
  at: number;
  count: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
  /** Readings that have a speed. */
  spoken: number;
  speed: number;
  standing: number;
  fastest: number;
}

/**
 * Writes what the readings, of which there is at least one, come to into `summary`. Each time from all of them: sums that are kept would drift,
 * and a late reading would have to be undone in them.
 */
export function summarize(readings: Readings, summary: Summary): void {
  const {times, temperatures, speeds, end} = readings;
  const last = end - 1;
  const ms = times[last]!;
  const temperature = temperatures[last]!;
  const sums = {at: last, count: 0, x: 0, y: 0, xx: 0, xy: 0, spoken: 0, speed: 0, standing: 0, fastest: Number.NaN};
  addBack(readings, sums, ms - WINDOWS.shortMs);
  summary.meanTemperature60 = temperature + sums.y / sums.count;
  summary.slope60 = slopeOf(sums);
  summary.meanSpeed60 = sums.speed / sums.spoken;
  summary.maxSpeed60 = sums.fastest;
  addBack(readings, sums, ms - WINDOWS.longMs);
  summary.meanTemperature300 = temperature + sums.y / sums.count;
  summary.slope300 = slopeOf(sums);
  summary.meanSpeed300 = sums.speed / sums.spoken;
  summary.standing300 = sums.standing / sums.spoken;
  const oldest = sums.at + 1;
  summary.ms = ms;
  summary.history = (ms - times[oldest]!) / 1_000;
  summary.temperature = temperature;
  summary.oldestTemperature = temperatures[oldest]!;
  summary.speed = speeds[last]!;
}

/** Adds readings until one is older. */
function addBack({times, temperatures, speeds, first, end}: Readings, sums: Sums, since: number): void {
  let {at, count, x, y, xx, xy, spoken, speed, standing, fastest} = sums;
  const [ms, temperature] = [times[end - 1]!, temperatures[end - 1]!];
  for (; at >= first; at--) {
    const time = times[at]!;
    if (time < since) break;
    const dx = time - ms;
    const dy = temperatures[at]! - temperature;
    count++;
    x += dx;
    y += dy;
    xx += dx * dx;
    xy += dx * dy;
    const kmh = speeds[at]!;
    if (kmh >= 0) {
      spoken++;
      speed += kmh;
      if (kmh < STANDING) standing++;
      if (!(kmh <= fastest)) fastest = kmh;
    }
  }
  Object.assign(sums, {at, count, x, y, xx, xy, spoken, speed, standing, fastest});
}

/** °C a second. */
function slopeOf({count, x, y, xx, xy}: Sums): number {
  const spread = count * xx - x * x;
  return spread > 0 ? (1_000 * (count * xy - x * y)) / spread : 0;
}
