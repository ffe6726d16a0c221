import {z} from "zod";
import {component} from "../component.ts";
import {byMeasure} from "../event.ts";
import {cel, duration} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {receiver} from "./receivers.ts";

const limit = (description: string) => z.number().min(-1_000_000).max(1_000_000).optional().meta({description});
const range = (unit: string) =>
  z.object({min: limit(`${unit}; default: no limit.`), max: limit(`${unit}; default: no limit.`)}).meta({
    description: "Vehicles whose newest value is outside are reported; default: none are.",
    ...cel({
      rule: "!has(self.min) || !has(self.max) || self.min < self.max",
      message: "min is not less than max: every value would be outside; swap them",
    }),
  });

const thresholds = z
  .object({
    freshness: duration("TelemetryStoreStale: age of the newest row of a store; default 2m."),
    lag: duration("TelemetryLagGrowing: seconds of data that wait in Kafka; default 1m."),
    silent: duration(
      "TelemetryVehicleSilent: since when a vehicle says nothing; default 5m. It fires until the vehicle speaks or is retired.",
    ),
    retired: duration(
      "After how long without a word a vehicle is retired: it counts no more until it speaks; default 7d.",
    ),
    ...byMeasure(({unit}) => range(unit)),
  })
  .partial()
  .meta({description: "From when on something is wrong."});

/** The spec of who is told, of what, and when. */
const schema = z
  .object({
    enabled: z.boolean().meta({
      description: "Whether the receiver runs that keeps alerts, and routes are made for Alertmanager; default true.",
    }),
    receivers: z
      .array(receiver)
      .max(16)
      .meta({
        description: "Who is told.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      }),
    thresholds,
    groupWait: duration("How long alerts of one pipeline are gathered before the first message; default 10s."),
    groupInterval: duration("How long until a message about what changed since; default 1m."),
    repeatInterval: duration("How long until Alertmanager reminds of an alert that goes on; default 4h."),
  })
  .partial()
  .meta({description: "Who is told of what is wrong."});

export const alerting = component(schema, {
  enabled: true,
  thresholds: {freshness: "2m", lag: "1m", silent: "5m", retired: "7d"},
  groupWait: "10s",
  groupInterval: "1m",
  repeatInterval: "4h",
  sizing: {cpu: "50m", memory: "256Mi"},
});

/** Whether the alert receiver runs: it keeps alerts and messages in TimescaleDB. */
export const hasAlertReceiver = ({observability, timescaledb}: ResolvedSpec): boolean =>
  observability.alerting.enabled && timescaledb.enabled;
