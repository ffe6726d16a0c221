/** What is known of a temperature sensor; folded reading by reading. */
export interface Sensor {
  /** The last reading that was no spike; NaN before the first. °C */
  level: number;
  /** The reading before, spike or not, and what else the vehicle said then. */
  last: number;
  around: number;
  /** Of the last reading, ms since the epoch. */
  ms: number;
  /** Readings that were judged, or are to judge others by. */
  readings: number;
  /** Moving average of the squared step between readings that were no spikes, °C². */
  variance: number;
  /** Spikes one after another. */
  spikes: number;
  /** Moving share of the readings that differed from the one before. */
  changing: number;
  /** Readings without a change while other sensors changed. */
  repeats: number;
}

interface Verdict {
  label: "stuck" | "spike" | "none";
  /** 0.5 and more is a fault. */
  score: number;
}

const [STEP_WEIGHT, CHANGE_WEIGHT] = [0.05, 0.1];
/** Readings before the first that is judged. */
const FEWEST = 20;
const SIGMAS = 6;
/** After so many the sensor is where it says, and was slow to say so. */
const MOST_SPIKES = 3;
const REPEATS = 6;
/** A sensor that changes with fewer of its readings is too coarse to tell: what it repeats depends on how steady the hold is. */
const LIVELY = 0.7;

/** Least standard deviation that is assumed of a step, °C: with an open door a hold changes by two degrees a minute. */
const leastDeviation = (seconds: number) => 0.1 + 0.01 * seconds;

export const createSensor = (): Sensor => ({
  level: Number.NaN,
  last: Number.NaN,
  around: Number.NaN,
  ms: 0,
  readings: 0,
  variance: 0,
  spikes: 0,
  changing: 0,
  repeats: 0,
});

/** @param around a figure that changes whenever one of the vehicle's other sensors does */
export function judgeSensor(sensor: Sensor, ms: number, temperature: number, around: number): Verdict {
  const {last, around: before} = sensor;
  const seconds = (ms - sensor.ms) / 1_000;
  sensor.last = temperature;
  sensor.around = around;
  sensor.ms = ms;
  sensor.readings++;
  if (sensor.readings === 1) {
    sensor.level = temperature;
    return {label: "none", score: 0};
  }
  repeat(sensor, temperature === last, around !== before);
  const leap = leapOf(sensor, temperature, seconds);
  if (sensor.readings <= FEWEST) return {label: "none", score: 0};
  // How improbable it is that a working sensor repeats itself as often.
  if (isStuck(sensor)) return {label: "stuck", score: rounded(1 - (1 - sensor.changing) ** sensor.repeats)};
  return {label: leap >= SIGMAS ? "spike" : "none", score: rounded(leap / (leap + SIGMAS))};
}

const isStuck = ({repeats, changing}: Sensor) => repeats >= REPEATS && changing >= LIVELY;

function repeat(sensor: Sensor, isSame: boolean, isMoving: boolean): void {
  if (isSame) {
    if (isMoving) sensor.repeats++;
    return;
  }
  // What a stuck sensor said is no habit of a working one.
  if (!isStuck(sensor)) sensor.changing *= (1 - CHANGE_WEIGHT) ** sensor.repeats;
  sensor.changing += (1 - sensor.changing) * CHANGE_WEIGHT;
  sensor.repeats = 0;
}

/** The step from the last level, in standard deviations of a step. */
function leapOf(sensor: Sensor, temperature: number, seconds: number): number {
  const step = temperature - sensor.level;
  const leap = Math.abs(step) / Math.max(Math.sqrt(sensor.variance), leastDeviation(seconds));
  if (leap >= SIGMAS && sensor.readings > FEWEST && ++sensor.spikes <= MOST_SPIKES) return leap;
  // A sensor that is where it says is no spike; the step there is none that it usually makes.
  if (sensor.spikes === 0 || leap < SIGMAS) sensor.variance += (step * step - sensor.variance) * STEP_WEIGHT;
  sensor.spikes = 0;
  sensor.level = temperature;
  return Math.min(leap, SIGMAS - 1);
}

const rounded = (score: number) => Math.round(score * 1_000) / 1_000;
