import {z} from "zod";
import {component} from "../component.ts";
import {type CelRule, duration} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions, podResources} from "../pod.ts";
import {mlflow} from "./mlflow.ts";

const threshold = (what: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({
      description: `Score from which ${what} is warned of. Default: that of the model, at which nine in ten warnings were right; of the rule 0.5.`,
    });

const training = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether models are trained every night; without, the rules predict, and models that are there. Default true.",
    }),
    history: duration("Age of the oldest events to learn from. Default 30d."),
    resources: podResources({container: "each step of the training"}),
  })
  .partial()
  .meta({description: "Training of the models."});

const schema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether breaches of the cold chain, failing cooling units and faults of sensors are predicted. Default false.",
    }),
    coldChain: z
      .object({
        max: z.number().min(-90).max(90).optional().meta({
          description:
            "In °C: a warmer hold is a breach. Default: that of spec.observability.alerting.thresholds.temperature, or else 8.",
        }),
        horizon: duration("Time within which a breach is predicted. Default 2m.", 1),
        threshold: threshold("a breach"),
      })
      .partial()
      .meta({description: "Breach of the cold chain, predicted with each event."}),
    coolingUnits: z
      .object({threshold: threshold("a failing cooling unit")})
      .partial()
      .meta({description: "Health of the cooling units, predicted once a day for each vehicle."}),
    training,
    mlflow: mlflow.optional(),
    replicas: z.int().min(0).max(100).meta({
      description: "Number of scorer pods; more than the topic has partitions would idle. Default 1.",
    }),
    pod: podOptions({container: "each scorer, and the daily prediction"}),
  })
  .partial()
  .meta({
    description: "Predictions from the events, by rules and by models that are trained on the pipeline's own data.",
  });

const OFF = "!has(self.predictions) || !has(self.predictions.enabled) || !self.predictions.enabled";
/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: `${OFF} || !has(self.timescaledb) || !has(self.timescaledb.enabled) || self.timescaledb.enabled`,
    message:
      "spec.predictions requires TimescaleDB, which holds models and predictions: remove spec.timescaledb.enabled, or set spec.predictions.enabled to false",
  },
];

const part = component(
  schema,
  {
    enabled: false,
    coldChain: {horizon: "2m"},
    coolingUnits: {},
    training: {enabled: true, history: "30d", sizing: {cpu: "50m", memory: "1Gi"}},
    replicas: 1,
    sizing: {cpu: "50m", memory: "512Mi"},
  },
  {training: {sizing: {cpu: "250m", memory: "2Gi"}}, sizing: {cpu: "250m", memory: "1Gi"}},
  {replicas: 2, training: {sizing: {cpu: "1", memory: "4Gi"}}, sizing: {cpu: "500m", memory: "2Gi"}},
);

export const predictions = {...part, rules};

/** In °C: a warmer hold is a breach of the cold chain. */
export const breachLimit = ({
  predictions,
  observability,
}: Pick<ResolvedSpec, "predictions" | "observability">): number =>
  predictions.coldChain.max ?? observability.alerting.thresholds.temperature?.max ?? 8;
