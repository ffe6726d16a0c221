import {z} from "zod";
import {component} from "../component.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {managesTimescaledb} from "./timescaledb.ts";

/** The spec of what Prometheus is told. */
const monitoringSchema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether PodMonitors and a PrometheusRule are made; default true. Without the Prometheus operator's definitions condition Monitored says so and everything else goes on.",
    }),
    allSeries: z.boolean().meta({
      description:
        "Whether Prometheus keeps all of the some 24,000 series that a Cassandra node serves; default false: those that rules and dashboards use.",
    }),
    labels: z
      .record(
        z.string().max(63),
        z
          .string()
          .max(63)
          .regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/),
      )
      .meta({
        maxProperties: 16,
        description:
          "Labels by which your Prometheus picks monitors and rules up; default release: kps, as a kube-prometheus-stack release of that name does.",
      }),
  })
  .partial()
  .meta({description: "What Prometheus is told about the pipeline."});

/** The spec of what Grafana is given. */
const dashboardsSchema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether a data source for TimescaleDB, with a role that can only read, is made for Grafana's sidecar and for the Grafana operator; default true. The dashboards themselves come with the operator, for all pipelines.",
    }),
  })
  .partial()
  .meta({description: "What Grafana is given of the pipeline."});

export const monitoring = component(monitoringSchema, {enabled: true, allSeries: false, labels: {release: "kps"}});
export const dashboards = component(dashboardsSchema, {enabled: true});

/** Whether Grafana is given a data source: our TimescaleDB, which has a role for it. */
export const hasGrafanaSource = (spec: ResolvedSpec): boolean =>
  spec.observability.dashboards.enabled && managesTimescaledb(spec);
