import {z} from "zod";
import {component} from "../component.ts";
import {byMeasure} from "../event.ts";
import {cel, duration} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {secondsOf} from "../quantities.ts";
import {receiver} from "./receivers.ts";

const limit = (description: string) => z.number().min(-1_000_000).max(1_000_000).optional().meta({description});
const range = (unit: string) =>
  z.object({min: limit(`In ${unit}. Default: no limit.`), max: limit(`In ${unit}. Default: no limit.`)}).meta({
    description: "Vehicles whose newest value is outside this range raise an alert. Default: none.",
    ...cel({
      rule: "!has(self.min) || !has(self.max) || self.min < self.max",
      message: "min must be less than max, or every value would be outside the range",
    }),
  });

const thresholds = z
  .object({
    freshness: duration("Age of a store's newest row above which TelemetryStoreStale fires. Default 2m."),
    lag: duration("Amount of unread data in Kafka above which TelemetryLagGrowing fires. Default 1m."),
    silent: duration(
      "Silence of a vehicle after which TelemetryVehicleSilent fires, until the vehicle sends again or is retired. Default 5m.",
    ),
    retired: duration(
      "Silence after which a vehicle is retired and no longer counted until it sends again. Default 7d.",
    ),
    ...byMeasure(({unit}) => range(unit)),
  })
  .partial()
  .meta({description: "Thresholds of the alerts."});

/** The spec of who is told, of what, and when. */
const schema = z
  .object({
    enabled: z.boolean().meta({
      description: "Whether to run the alert receiver and configure Alertmanager's routes. Default true.",
    }),
    receivers: z
      .array(receiver)
      .max(16)
      .meta({
        description: "Receivers of alerts.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      }),
    thresholds,
    groupWait: duration("How long to collect alerts of the pipeline before the first message. Default 10s."),
    groupInterval: duration("How long to wait before a message about changes. Default 1m."),
    repeatInterval: duration("How long until Alertmanager repeats an alert that still fires. Default 4h."),
    pod: podOptions({container: "the alert receiver"}),
  })
  .partial()
  .meta({description: "Alerting: receivers, thresholds and timing."});

export const alerting = component(schema, {
  enabled: true,
  thresholds: {freshness: "2m", lag: "1m", silent: "5m", retired: "7d"},
  groupWait: "10s",
  groupInterval: "1m",
  repeatInterval: "4h",
  sizing: {cpu: "50m", memory: "256Mi"},
});

/** Ages of a store's newest event, in seconds, from which on a dashboard of all pipelines shows it as late and as stale. */
export const FRESHNESS_STEPS: [number, number] = [0.25, 1].map(
  (share) => share * secondsOf(alerting.defaults.Dev.thresholds.freshness),
) as [number, number];

/** Whether the alert receiver runs: it keeps alerts and messages in TimescaleDB. */
export const hasAlertReceiver = ({observability, timescaledb}: ResolvedSpec): boolean =>
  observability.alerting.enabled && timescaledb.enabled;
