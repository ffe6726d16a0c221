/** A refrigerated hold, with a sensor inside. */
export interface Hold {
  /** °C that the unit keeps. */
  setPoint: number;
  /** Seconds in which open doors close most (1 - 1/e) of the gap to the air outside. */
  warming: number;
  /** Seconds in which a unit at full capacity closes most of the gap to its set point. */
  cooling: number;
}

/** How a fleet drives and what its sensors are exposed to. */
interface Common {
  centre: {latitude: number; longitude: number};
  /** Degrees that a vehicle strays from the centre to the north and south; to the east and west half as far again. */
  radius: number;
  /** km/h: the range of cruising speeds. */
  cruise: [number, number];
  /** km/h a second. */
  acceleration: number;
  braking: number;
  /** Length of a stop in seconds. */
  stop: [number, number];
  /** Share by which the rush hours (7–9 and 16–18 UTC) slow the traffic down. */
  rush: number;
  /** It warms up while the vehicle stands with open doors; undefined = the sensor is outside. */
  hold?: Hold;
}

/** Always on the way, with stops anywhere. */
export interface Tour extends Common {
  /** Stops an hour of driving. */
  stopsPerHour: number;
  /** Streets that cross at right angles, or straight lines. */
  grid: boolean;
}

/** Twice a day from the depot to customers and back, the same ones each day. */
export interface Rounds extends Common {
  /** Customers of each round. */
  customers: number;
}

export type Scenario = Tour | Rounds;

const munich = {latitude: 48.137, longitude: 11.575};

export const scenarios = {
  city: {
    centre: munich,
    radius: 0.08,
    cruise: [20, 60],
    acceleration: 7,
    braking: 12,
    stopsPerHour: 72,
    stop: [5, 30],
    grid: true,
    rush: 0.4,
  },
  motorway: {
    centre: {latitude: 49.5, longitude: 10.5},
    radius: 1.5,
    cruise: [80, 130],
    acceleration: 5,
    braking: 15,
    stopsPerHour: 0.5,
    stop: [300, 1_800],
    grid: false,
    rush: 0.2,
  },
  "cold-chain": {
    centre: munich,
    radius: 0.5,
    cruise: [40, 85],
    acceleration: 3,
    braking: 8,
    stopsPerHour: 4,
    stop: [120, 900],
    grid: false,
    rush: 0.3,
    hold: {setPoint: -18, warming: 900, cooling: 1_800},
  },
  delivery: {
    centre: munich,
    radius: 0.22,
    cruise: [40, 65],
    acceleration: 4,
    braking: 8,
    customers: 6,
    stop: [240, 420],
    rush: 0.3,
    hold: {setPoint: -18, warming: 1_800, cooling: 1_000},
  },
  // All of the world, up to the bounds of what vehicles do: for load, and for what only extremes bring out.
  stress: {
    centre: {latitude: 0, longitude: 0},
    radius: 85,
    cruise: [10, 250],
    acceleration: 30,
    braking: 40,
    stopsPerHour: 60,
    stop: [1, 10],
    grid: false,
    rush: 0,
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
