/** The temperature that a faulty sensor shows, `share` of the fault's time after its beginning. */
type Alter = (temperature: number, share: number) => number;

const MINUTE_MS = 60_000;

/** °C between two bounds, too warm or too cold. */
const away = (low: number, high: number, chance: () => number) =>
  (low + (high - low) * chance()) * (chance() < 0.5 ? -1 : 1);

function offBy(low: number, high: number) {
  return (_: number, chance: () => number): Alter => {
    const by = away(low, high, chance);
    return (temperature) => temperature + by;
  };
}

const kinds = {
  stuck: {
    ms: 10 * MINUTE_MS,
    begin:
      (first: number): Alter =>
      () =>
        first,
  },
  // Of the times of events no two are the same ms.
  spike: {ms: 1, begin: offBy(5, 15)},
  offset: {ms: 30 * MINUTE_MS, begin: offBy(3, 6)},
  drift: {
    ms: 60 * MINUTE_MS,
    begin(_: number, chance: () => number): Alter {
      const by = away(4, 8, chance);
      return (temperature, share) => temperature + by * share;
    },
  },
};

export type SensorKind = keyof typeof kinds;

export const SENSOR_KINDS = Object.keys(kinds) as SensorKind[];

/** A fault of a temperature sensor: what it shows up to, not including, `to`. */
export interface SensorFault {
  to: number;
  shows(temperature: number, time: number): number;
}

/** A fault that begins with a reading at `from`, in ms since the epoch. */
export function beginFault(kind: SensorKind, first: number, from: number, chance: () => number): SensorFault {
  const {ms, begin} = kinds[kind];
  const alter = begin(first, chance);
  return {to: from + ms, shows: (temperature, time) => Math.round(alter(temperature, (time - from) / ms) * 100) / 100};
}
