import {z} from "zod";
import {component} from "../component.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {managesTimescaledb} from "./timescaledb.ts";

/** The spec of what Prometheus is told. */
const monitoringSchema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether to create PodMonitors and a PrometheusRule. If the Prometheus operator is missing, condition Monitored says so and everything else works. Default true.",
    }),
    allSeries: z.boolean().meta({
      description:
        "Whether to keep all series of a Cassandra node, some 24,000, instead of those that rules and dashboards use. Default false.",
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
          "Labels by which your Prometheus selects monitors and rules. Default release: kps, for a kube-prometheus-stack release named kps.",
      }),
  })
  .partial()
  .meta({description: "Monitoring by Prometheus."});

/** The spec of what Grafana is given. */
const dashboardsSchema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether to create a read-only data source for TimescaleDB, for Grafana's sidecar and for the Grafana operator. The dashboards are installed with the operator. Default true.",
    }),
  })
  .partial()
  .meta({description: "Data source for Grafana."});

export const monitoring = component(monitoringSchema, {enabled: true, allSeries: false, labels: {release: "kps"}});
export const dashboards = component(dashboardsSchema, {enabled: true});

/** Whether Grafana is given a data source: our TimescaleDB, which has a role for it. */
export const hasGrafanaSource = (spec: ResolvedSpec): boolean =>
  spec.observability.dashboards.enabled && managesTimescaledb(spec);
