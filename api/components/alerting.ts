import {z} from "zod";
import {component} from "../component.ts";
import {NUMBERS} from "../event/columns.ts";
import {byMeasure} from "../event.ts";
import {type CelRule, cel, duration} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {secondsOf} from "../quantities.ts";
import {receiver} from "./receivers.ts";

const limit = (description: string) => z.number().min(-1_000_000).max(1_000_000).optional().meta({description});
const bounds = (unit: string) => ({
  min: limit(`In ${unit}. Default: no limit.`),
  max: limit(`In ${unit}. Default: no limit.`),
});
const ORDERED = cel({
  rule: "!has(self.min) || !has(self.max) || self.min < self.max",
  message: "min must be less than max, or every value would be outside the range",
});
const range = (unit: string) =>
  z.object(bounds(unit)).meta({
    description: "Vehicles whose newest value is outside this range raise an alert. Default: none.",
    ...ORDERED,
  });

/** Of each the newest value of every vehicle is read. */
const MOST_FIELDS = 32;

const ofFields = z
  .array(
    z
      .object({
        name: z.string().max(48).meta({description: "A field of spec.event.fields that is a number."}),
        ...bounds("the field's unit"),
      })
      .meta(ORDERED),
  )
  .max(MOST_FIELDS)
  .meta({
    description:
      "Ranges of numbers among spec.event.fields. Vehicles whose newest value is outside its range raise an alert. Default: none.",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
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
    fields: ofFields,
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

const THRESHOLDS = "self.observability.alerting.thresholds";

const rules: CelRule[] = [
  {
    rule: `!has(self.observability) || !has(self.observability.alerting) || !has(${THRESHOLDS}) || !has(${THRESHOLDS}.fields) || ${THRESHOLDS}.fields.all(limit, has(self.event) && has(self.event.fields) && self.event.fields.exists(field, field.name == limit.name && field.type in [${NUMBERS.map((type) => `'${type}'`)}]))`,
    message: `spec.observability.alerting.thresholds.fields has a name that is no number among spec.event.fields: add that field there with type ${NUMBERS.slice(0, -1).join(", ")} or ${NUMBERS.at(-1)}, or remove its threshold`,
  },
];

const part = component(schema, {
  enabled: true,
  thresholds: {freshness: "2m", lag: "1m", silent: "5m", retired: "7d"},
  groupWait: "10s",
  groupInterval: "1m",
  repeatInterval: "4h",
  sizing: {cpu: "50m", memory: "256Mi"},
});

export const alerting = {...part, rules};

/** Ages of a store's newest event, in seconds, from which on a dashboard of all pipelines shows it as late and as stale. */
export const FRESHNESS_STEPS: [number, number] = [0.25, 1].map(
  (share) => share * secondsOf(alerting.defaults.Dev.thresholds.freshness),
) as [number, number];

/** Whether the alert receiver runs: it keeps alerts and messages in TimescaleDB. */
export const hasAlertReceiver = ({observability, timescaledb}: ResolvedSpec): boolean =>
  observability.alerting.enabled && timescaledb.enabled;
