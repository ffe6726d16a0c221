import {STANDING, type Summary, WINDOWS} from "./features.ts";

/** The readings of one vehicle in the last 300 s of its own time, in their order: between `first` and `end` of each array. */
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

/** Why a reading is not among them, if it is not: its time is there already, or it is older than the window. */
type Placed = "added" | "repeated" | "old";

const FEWEST = 32;
/** Ten a second for the whole window are fewer. */
const MOST = 4_096;

export const createReadings = (): Readings => ({
  times: new Float64Array(FEWEST),
  temperatures: new Float64Array(FEWEST),
  speeds: new Float64Array(FEWEST),
  first: 0,
  end: 0,
});

export const newestOf = ({times, first, end}: Readings): number =>
  end > first ? times[end - 1]! : Number.NEGATIVE_INFINITY;

/** Takes a reading in where its time belongs, and drops what is no longer in the window. */
export function addReading(readings: Readings, ms: number, temperature: number, speed: number): Placed {
  const newest = newestOf(readings);
  if (ms < newest - WINDOWS.longMs) return "old";
  if (readings.end === readings.times.length) makeRoom(readings);
  const {times, temperatures, speeds} = readings;
  let at = readings.end;
  if (ms <= newest) {
    while (at > readings.first && times[at - 1]! >= ms) at--;
    if (times[at] === ms) return "repeated";
    for (const array of [times, temperatures, speeds]) array.copyWithin(at + 1, at, readings.end);
  }
  times[at] = ms;
  temperatures[at] = temperature;
  speeds[at] = speed;
  readings.end++;
  const oldest = Math.max(ms, newest) - WINDOWS.longMs;
  while (times[readings.first]! < oldest || readings.end - readings.first > MOST) readings.first++;
  return "added";
}

/** To the front of the arrays, or of larger ones. */
function makeRoom(readings: Readings) {
  const {first, end, times} = readings;
  const length = (end - first) * 2 > times.length ? times.length * 2 : times.length;
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

/**
 * Writes what the readings, of which there is at least one, come to into `summary`. Each time from all of them, from the newest back: sums that are
 * kept would drift, and a late reading would have to be undone in them.
 */
export function summarize({times, temperatures, speeds, first, end}: Readings, summary: Summary): void {
  const last = end - 1;
  const ms = times[last]!;
  const temperature = temperatures[last]!;
  const since = ms - WINDOWS.shortMs;
  // Seconds and °C from the newest reading on: small figures, whose squares are exact enough.
  let [count, x, y, xx, xy] = [0, 0, 0, 0, 0];
  let [spoken, speed, standing, fastest] = [0, 0, 0, Number.NaN];
  let at = last;
  for (; at >= first && times[at]! >= since; at--) {
    const dx = (times[at]! - ms) / 1_000;
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
  summary.meanTemperature60 = temperature + y / count;
  summary.slope60 = slopeOf(count, x, y, xx, xy);
  summary.meanSpeed60 = speed / spoken;
  summary.maxSpeed60 = fastest;
  for (; at >= first; at--) {
    const dx = (times[at]! - ms) / 1_000;
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
    }
  }
  summary.meanTemperature300 = temperature + y / count;
  summary.slope300 = slopeOf(count, x, y, xx, xy);
  summary.meanSpeed300 = speed / spoken;
  summary.standing300 = standing / spoken;
  summary.ms = ms;
  summary.history = (ms - times[first]!) / 1_000;
  summary.temperature = temperature;
  summary.oldestTemperature = temperatures[first]!;
  summary.speed = speeds[last]!;
}

function slopeOf(count: number, x: number, y: number, xx: number, xy: number): number {
  const spread = count * xx - x * x;
  return spread > 0 ? (count * xy - x * y) / spread : 0;
}
