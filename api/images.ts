interface Image {
  /** The default images of a pipeline. An image keeps its tag until it changes: an upgrade of the operator restarts only pods whose program changed. */
  reference: string;
  /** For the Helm chart's values. */
  description: string;
}

/** The images of a pipeline's pods, by name: the operator reads each from NAME_IMAGE, the Helm chart from nameImage. */
export const images = {
  workloads: {
    reference: "docker.io/telemetry-operator/workloads:0.1.0",
    description: "Full reference of the image of simulator, ingesters and Jobs.",
  },
  timescaledb: {
    reference: "docker.io/telemetry-operator/timescaledb:17-2.19",
    description: "Full reference of TimescaleDB's image.",
  },
  flink: {
    reference: "docker.io/telemetry-operator/flink:2.2.1",
    description: "Full reference of Flink's image, with its connectors.",
  },
  lake: {
    reference: "docker.io/telemetry-operator/lake:0.1.0",
    description: "Full reference of the image that writes, tends and queries the lake: the workloads with DuckDB.",
  },
  seaweedfs: {
    reference: "docker.io/telemetry-operator/seaweedfs:4.48",
    description: "Full reference of SeaweedFS' image, the lake's object store and catalogue.",
  },
  airflow: {
    reference: "docker.io/telemetry-operator/airflow:3.3.2",
    description: "Full reference of Airflow's image, with Prometheus' exporter for StatsD.",
  },
  druid: {
    reference: "docker.io/apache/druid:33.0.0",
    description: "Full reference of Apache Druid's image, as Apache releases it.",
  },
  superset: {
    reference: "docker.io/telemetry-operator/superset:6.1.0",
    description: "Full reference of Superset's image, with the drivers of PostgreSQL, Druid and DuckDB.",
  },
  scorer: {
    reference: "docker.io/telemetry-operator/scorer:0.1.0",
    description: "Full reference of the image that predicts: the workloads with DuckDB and ONNX Runtime.",
  },
  training: {
    reference: "docker.io/telemetry-operator/training:0.1.0",
    description: "Full reference of the image that trains models: Python with XGBoost and converters to ONNX.",
  },
  metabase: {
    reference: "docker.io/metabase/metabase:v0.64.1",
    description: "Full reference of Metabase's image, as Metabase releases it.",
  },
} as const satisfies Record<string, Image>;

export type ImageName = keyof typeof images;

export const IMAGES = Object.keys(images) as ImageName[];
