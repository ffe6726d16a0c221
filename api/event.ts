/**
 * The event: one reading of one vehicle, as it travels on Kafka (JSON, key = vehicle_id). Simulator, ingesters, stream job, console and docs
 * go by this list.
 */
interface Field {
  name: string;
  description: string;
  /** Without it there is no event, though a place may be null; any other may be missing, and a value that is none costs no more than itself. */
  required: boolean;
}

/** A number that a vehicle measures. */
interface Figure extends Field {
  title: string;
  unit: string;
  min: number;
  max: number;
  /** Decimal places that people are shown. */
  digits: number;
}

/** Stores keep milliseconds: a finer time is cut to them, and kept as it came in `extra`. */
export const TIME = {
  name: "timestamp",
  required: true,
  description:
    "ISO 8601 with a zone, or seconds, milliseconds, microseconds or nanoseconds since 1970; not before 2000, and at most 24 h ahead.",
  earliest: "2000-01-01T00:00:00Z",
  /** How far ahead of the clock of who reads it. */
  aheadHours: 24,
} satisfies Field & Record<string, unknown>;

export const VEHICLE = {
  name: "vehicle_id",
  required: true,
  description: "1 to 64 letters and digits of any script, . _ : / + # @ ( ) - and blanks between them.",
  /** For regular expressions with Unicode properties. */
  pattern: String.raw`^[\p{L}\p{N}._:/+#@()-]([\p{L}\p{M}\p{N}._:/+#@() -]{0,62}[\p{L}\p{M}\p{N}._:/+#@()-])?$`,
} satisfies Field & Record<string, unknown>;

/** The position of the vehicle. */
export const PLACE = [
  {
    name: "latitude",
    required: true,
    title: "Latitude",
    unit: "°",
    min: -90,
    max: 90,
    digits: 4,
    description: "Degrees north, WGS 84.",
  },
  {
    name: "longitude",
    required: true,
    title: "Longitude",
    unit: "°",
    min: -180,
    max: 180,
    digits: 4,
    description: "Degrees east, WGS 84.",
  },
] as const satisfies Figure[];

/** A reading of a sensor. */
interface Measure extends Figure {
  /** Aggregates that the table of hours keeps. */
  hourly: ("avg" | "min" | "max")[];
}

export const MEASURES = [
  {
    name: "speed",
    required: false,
    title: "Speed",
    unit: "km/h",
    min: 0,
    max: 500,
    digits: 0,
    hourly: ["avg", "max"],
    description: "Speed over ground.",
  },
  {
    name: "temperature",
    required: false,
    title: "Temperature",
    unit: "°C",
    min: -90,
    max: 90,
    digits: 1,
    hourly: ["avg", "min", "max"],
    description: "Air temperature outside, or in the hold of a refrigerated vehicle.",
  },
  {
    name: "humidity",
    required: false,
    title: "Humidity",
    unit: "%",
    min: 0,
    max: 100,
    digits: 0,
    hourly: ["avg"],
    description: "Relative humidity.",
  },
] as const satisfies Measure[];

export const FIGURES = [...PLACE, ...MEASURES];

export type MeasureName = (typeof MEASURES)[number]["name"];
export type FigureName = (typeof FIGURES)[number]["name"];
/** The figures of a vehicle that measures all of them. */
export type Figures = Record<FigureName, number>;
/** The figures of one event: a measure that it does not have is null, and so is the place of a receiver without a fix. */
export type Readings = Record<FigureName, number | null>;

/** The figures' names, in the order of every table. */
export const FIGURE_NAMES: FigureName[] = FIGURES.map(({name}) => name);
export const MEASURE_NAMES: MeasureName[] = MEASURES.map(({name}) => name);

/** Something for each figure, by its name. */
export const byFigure = <T>(make: (figure: (typeof FIGURES)[number]) => T): Record<FigureName, T> =>
  Object.fromEntries(FIGURES.map((figure) => [figure.name, make(figure)])) as Record<FigureName, T>;

export const byMeasure = <T>(make: (measure: (typeof MEASURES)[number]) => T): Record<MeasureName, T> =>
  Object.fromEntries(MEASURES.map((measure) => [measure.name, make(measure)])) as Record<MeasureName, T>;

/** Columns of a store's table; fields that the list does not name are JSON in `extra`. */
const KEY_COLUMNS = [VEHICLE.name, "ts"];
export const COLUMNS = [...KEY_COLUMNS, ...FIGURE_NAMES];
export const MAX_EVENT_BYTES = 1_000_000;
