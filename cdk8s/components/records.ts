/** The selector of one pipeline's series of a metric. */
export type Select = (metric: string, more?: string) => string;

export const selectOf =
  (name: string, namespace: string): Select =>
  (metric, more) =>
    `${metric}{namespace="${namespace}",pipeline="${name}"${more ? `,${more}` : ""}}`;

/** Series that recording rules make: what alerts and dashboards ask again and again. */
export const series = {
  freshness: "store:telemetry_freshness_seconds:min",
  lag: "store:telemetry_lag_events:max",
  rows: "store:telemetry_rows:rate5m",
  lagSeconds: "store:telemetry_lag_seconds:max",
  acknowledged: "pipeline:telemetry_acknowledged:rate5m",
};

export interface Record {
  record: string;
  expr: string;
  meaning: string;
}

const BY = "by (namespace, pipeline, store)";

/** The recording rules of one pipeline; each is one series a store, or one. */
export const recordsOf = (select: Select): Record[] => [
  {
    record: series.freshness,
    expr: `min ${BY} (${select("telemetry_ingester_freshness_seconds")})`,
    meaning: "Age of the newest row that was read back from the store.",
  },
  {
    record: series.lag,
    expr: `max ${BY} (${select("telemetry_ingester_lag_events")})`,
    meaning: "Events in Kafka that the store does not have yet.",
  },
  {
    record: series.rows,
    expr: `sum ${BY} (rate(${select("telemetry_ingester_rows_total")}[5m]))`,
    meaning: "Rows a second that the store accepts.",
  },
  {
    record: series.lagSeconds,
    expr: `${select(series.lag)} / (${select(series.rows)} > 0)`,
    meaning: "Seconds of data that wait: the lag at the present rate. Without a rate there is no sample.",
  },
  {
    record: series.acknowledged,
    expr: `sum by (namespace, pipeline) (rate(${select("telemetry_simulator_acknowledged_total")}[5m]))`,
    meaning: "Simulated events a second that Kafka has acknowledged.",
  },
];
