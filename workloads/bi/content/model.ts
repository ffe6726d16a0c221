/** What reports are made of, whatever server shows them: pure data. */

/** Where the rows of a dataset are. */
export type Source = "timescaledb" | "warehouse" | "lake";

/** Something that a pipeline may have, and without which a dashboard has nothing to show. */
export type Need = Source | "alerting" | "flink" | "predictions";

interface Metric {
  title: string;
  /** An aggregate over the dataset's columns. */
  sql: string;
  /** A format of d3, for example `,d`. Default: up to three significant digits, with k and M. */
  format?: string;
}

/** Rows of a kind, about which questions are asked. */
export interface Dataset {
  title: string;
  description: string;
  source: Source;
  sql: string;
  /** Columns by name. At most one has type `time`: dashboards filter by it, and by no other `moment`. */
  columns: Record<string, "time" | "moment" | "text" | "number">;
  metrics: Record<string, Metric>;
}

export type Grain = "minute" | "hour" | "day";

interface Common {
  title: string;
  description: string;
  /** The name of a dataset. */
  dataset: string;
  /** A condition on the dataset's columns, in SQL. */
  where?: string;
}

/** Groups of rows with their figures. */
export interface Grouped extends Common {
  /** `number` has one metric and no groups; `line` has time as the first group. */
  show: "number" | "line" | "bar" | "table" | "pie";
  /** Columns: the first is the axis, another makes a series for each value. */
  by?: string[];
  /** Of the axis, if that is the time. */
  grain?: Grain;
  /** Names of the dataset's metrics; rows of a table and slices of a pie are ordered by the first. */
  metrics: string[];
  limit?: number;
}

/** Rows as they are. */
export interface Listed extends Common {
  show: "list";
  columns: string[];
  /** The column by which rows are in order, greatest first. */
  order: string;
  limit: number;
}

export type Question = Grouped | Listed;

export interface Dashboard {
  title: string;
  description: string;
  needs: Need[];
  /** Questions side by side, by their keys. */
  rows: Record<string, Question>[];
}

export interface Content {
  datasets: Record<string, Dataset>;
  /** By the key in their URL. */
  dashboards: Record<string, Dashboard>;
}

const TITLES: Record<string, string> = {
  vehicle_id: "Vehicle",
  group_name: "Group",
  driver_name: "Driver",
  ts: "Time",
  starts_at: "Began",
  ends_at: "Ended",
  speed: "Speed (km/h)",
  temperature: "Temperature (°C)",
  humidity: "Humidity (%)",
};

/** A column's name for people. */
export const titleOf = (column: string): string =>
  TITLES[column] ?? `${column[0]!.toUpperCase()}${column.slice(1).replaceAll("_", " ")}`;

export const timeOf = ({columns}: Dataset): string | undefined =>
  Object.keys(columns).find((name) => columns[name] === "time");

/** Days that a dashboard shows at first. */
export const DAYS = 7;
