import {type PodOwner, podsOf, volumesOf} from "./pod-owners.ts";

/** The selector of one pipeline's series of a metric. */
export type Select = (metric: string, more?: string) => string;

/** A pipeline as its series name it. */
export interface Pipeline {
  name: string;
  namespace: string;
  /** The URL of its alerts' explanations; see BuildContext. */
  runbookUrl?: string | undefined;
  /** The owners of its pods. */
  podOwners?: PodOwner[] | undefined;
  /** Unknown before the pipeline is there. */
  uid?: string | undefined;
}

/** The label that tells series from those of a pipeline that had the same name before. */
export const UID_LABEL = "pipeline_uid";

/**
 * Prometheus answers with the last samples of a pod for five minutes when its monitor goes with it: a pipeline that is made anew would
 * be judged by its predecessor too. Recorded series have a colon in their name, no such label, and are of one pipeline only.
 */
export const selectOf =
  ({name, namespace, uid}: Pipeline): Select =>
  (metric, more) => {
    const labels = [`namespace="${namespace}"`, `pipeline="${name}"`];
    if (uid && !metric.includes(":")) labels.push(`${UID_LABEL}="${uid}"`);
    return `${metric}{${[...labels, ...(more ? [more] : [])].join(",")}}`;
  };

/** Series that recording rules make: what alerts and dashboards ask again and again. */
export const series = {
  freshness: "store:telemetry_freshness_seconds:min",
  lag: "store:telemetry_lag_events:max",
  rows: "store:telemetry_rows:rate5m",
  lagSeconds: "store:telemetry_lag_seconds:max",
  acknowledged: "pipeline:telemetry_acknowledged:rate5m",
  pods: "pod:telemetry_pipeline:info",
  volumes: "persistentvolumeclaim:telemetry_pipeline:info",
};

interface Record {
  record: string;
  expr: string;
  meaning: string;
  /** Labels that the rule adds. */
  labels?: {pipeline: string};
}

const BY = "by (namespace, pipeline, store)";

/** The recording rules of one pipeline; each is one series a store, a pod or a volume, or one. */
export const recordsOf = (pipeline: Pipeline): Record[] => [
  ...flowRecords(selectOf(pipeline)),
  ...(pipeline.podOwners?.length ? podRecords(pipeline, pipeline.podOwners) : []),
];

const podRecords = ({name, namespace}: Pipeline, owners: PodOwner[]): Record[] => {
  const pods = podsOf(namespace, owners);
  const labels = {pipeline: name};
  return [
    {
      record: series.pods,
      expr: pods,
      labels,
      meaning: "1 for each pod of the pipeline, by its owner.",
    },
    {
      record: series.volumes,
      expr: volumesOf(namespace, pods),
      labels,
      meaning: "1 for each volume that a pod of the pipeline has.",
    },
  ];
};

const flowRecords = (select: Select): Record[] => [
  {
    record: series.freshness,
    expr: `min ${BY} (${select("telemetry_ingester_freshness_seconds")})`,
    meaning: "Time since the newest stored event reached Kafka.",
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
    meaning: "Lag in seconds at the present rate. Without a rate there is no sample.",
  },
  {
    record: series.acknowledged,
    expr: `sum by (namespace, pipeline) (rate(${select("telemetry_simulator_acknowledged_total")}[5m]))`,
    meaning: "Simulated events a second that Kafka acknowledged.",
  },
];
