/** What each kind of unit measures, its first being the one that the others are counted in: a factor of it, and what is added before. */
const KINDS = {
  speed: {
    KilometersPerHour: {symbols: ["km/h"], factor: 1, before: 0},
    MilesPerHour: {symbols: ["mph"], factor: 1.609344, before: 0},
    Knots: {symbols: ["kn"], factor: 1.852, before: 0},
    MetersPerSecond: {symbols: ["m/s"], factor: 3.6, before: 0},
  },
  temperature: {
    Celsius: {symbols: ["°C"], factor: 1, before: 0},
    Fahrenheit: {symbols: ["°F"], factor: 1 / 1.8, before: -32},
    Kelvin: {symbols: ["K"], factor: 1, before: -273.15},
  },
  share: {
    Percent: {symbols: ["%"], factor: 1, before: 0},
    Fraction: {symbols: ["1"], factor: 100, before: 0},
    Permille: {symbols: ["‰"], factor: 0.1, before: 0},
  },
  angle: {
    Degrees: {symbols: ["°"], factor: 1, before: 0},
    Microdegrees: {symbols: ["µ°"], factor: 1e-6, before: 0},
    TenMillionths: {symbols: [], factor: 1e-7, before: 0},
    Nmea: {symbols: [], factor: 1, before: 0},
    Radians: {symbols: ["rad"], factor: 180 / Math.PI, before: 0},
  },
  pressure: {
    Kilopascals: {symbols: ["kPa"], factor: 1, before: 0},
    Pascals: {symbols: ["Pa"], factor: 0.001, before: 0},
    Hectopascals: {symbols: ["hPa", "mbar"], factor: 0.1, before: 0},
    Bar: {symbols: ["bar"], factor: 100, before: 0},
    Psi: {symbols: ["psi"], factor: 6.894757293168, before: 0},
  },
  volume: {
    Liters: {symbols: ["l", "L"], factor: 1, before: 0},
    Milliliters: {symbols: ["ml", "mL"], factor: 0.001, before: 0},
    UsGallons: {symbols: ["gal"], factor: 3.785411784, before: 0},
    ImperialGallons: {symbols: ["gal (imp)"], factor: 4.54609, before: 0},
  },
  distance: {
    Kilometers: {symbols: ["km"], factor: 1, before: 0},
    Meters: {symbols: ["m"], factor: 0.001, before: 0},
    Miles: {symbols: ["mi"], factor: 1.609344, before: 0},
    Feet: {symbols: ["ft"], factor: 0.0003048, before: 0},
  },
  voltage: {
    Volts: {symbols: ["V"], factor: 1, before: 0},
    Millivolts: {symbols: ["mV"], factor: 0.001, before: 0},
  },
  current: {
    Amperes: {symbols: ["A"], factor: 1, before: 0},
    Milliamperes: {symbols: ["mA"], factor: 0.001, before: 0},
  },
  power: {
    Kilowatts: {symbols: ["kW"], factor: 1, before: 0},
    Watts: {symbols: ["W"], factor: 0.001, before: 0},
    Horsepower: {symbols: ["hp"], factor: 0.745699872, before: 0},
  },
  mass: {
    Kilograms: {symbols: ["kg"], factor: 1, before: 0},
    Grams: {symbols: ["g"], factor: 0.001, before: 0},
    Tonnes: {symbols: ["t"], factor: 1_000, before: 0},
    Pounds: {symbols: ["lb"], factor: 0.45359237, before: 0},
  },
  rotation: {
    RevolutionsPerMinute: {symbols: ["rpm", "1/min"], factor: 1, before: 0},
    Hertz: {symbols: ["Hz", "1/s"], factor: 60, before: 0},
  },
  time: {
    Hours: {symbols: ["h"], factor: 1, before: 0},
    Minutes: {symbols: ["min"], factor: 1 / 60, before: 0},
    Seconds: {symbols: ["s"], factor: 1 / 3_600, before: 0},
    Milliseconds: {symbols: ["ms"], factor: 1 / 3_600_000, before: 0},
  },
} as const;

type Names<T> = T extends unknown ? Extract<keyof T, string> : never;
export type UnitName = Names<(typeof KINDS)[keyof typeof KINDS]>;

interface Unit {
  name: UnitName;
  /** As people write it. */
  symbols: readonly string[];
  factor: number;
  before: number;
}

/** The units by what they measure. */
export const UNIT_KINDS: {kind: string; units: Unit[]}[] = Object.entries(KINDS).map(([kind, units]) => ({
  kind,
  units: Object.entries(units).map(([name, unit]) => ({name: name as UnitName, ...unit})),
}));

const ALL = UNIT_KINDS.flatMap(({units}) => units);
export const UNITS = ALL.map(({name}) => name);

const kindOfSymbol = (symbol: string | undefined) =>
  UNIT_KINDS.find(({units}) => units.some(({symbols}) => symbol !== undefined && symbols.includes(symbol)));

/** The units that what is kept in this one can come in. */
export const unitsOf = (symbol: string): UnitName[] => kindOfSymbol(symbol)?.units.map(({name}) => name) ?? [];

/** By a unit and the symbol of another: how to make the second of the first. */
export function conversionOf(from: UnitName, to: string): {factor: number; before: number; after: number} {
  const source = ALL.find(({name}) => name === from)!;
  const target = kindOfSymbol(to)?.units.find(({symbols}) => symbols.includes(to));
  return {factor: source.factor / (target?.factor ?? 1), before: source.before, after: -(target?.before ?? 0)};
}
