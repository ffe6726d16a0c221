import {z} from "zod";
import {component, type ResolvedPart} from "../component.ts";
import {type CelRule, cel} from "../fields.ts";
import {podOptions} from "../pod.ts";
import {byStore, STORES, stores} from "../stores.ts";

const autoscale = z
  .object({
    maxReplicas: z.int().min(1).max(512).meta({description: "Maximum number of pods, at most one for each partition."}),
    targetLag: z
      .int()
      .min(1)
      .default(100_000)
      .meta({description: "Lag in events for each pod above which a pod is added."}),
  })
  .meta({
    description:
      "Autoscaling by consumer lag. Pods are added while the lag exceeds targetLag a pod for 15 s, and removed, down to replicas, after 5 minutes below it. Default: no autoscaling.",
  });

const count = z.int().min(0).max(512).meta({description: "Number of pods, at most one for each partition."});

const replicas = z
  .object({
    replicas: count,
    autoscale,
  })
  .partial()
  .meta(
    cel({
      rule: "!has(self.autoscale) || !has(self.replicas) || self.autoscale.maxReplicas >= self.replicas",
      message: "autoscale.maxReplicas is less than replicas, which is the minimum: raise maxReplicas or lower replicas",
    }),
  );

const schema = z
  .object({
    ...byStore((store) => replicas.meta({description: `The ingester that writes to ${stores[store].title}.`})),
    canonical: z.object({replicas: count}).partial().meta({
      description: "The ingester that writes to the canonical topic, where spec.flink needs one.",
    }),
    pod: podOptions({container: "each ingester"}),
  })
  .partial()
  .meta({description: "Ingesters: consumers that write every event to the stores."});

/** Whether the field, or what it is in, is missing, in CEL. */
const missing = (field: string): string => {
  const names = field.split(".");
  return names.map((_, at) => `!has(self.${names.slice(0, at + 1).join(".")})`).join(" || ");
};

/** Rules of the whole spec. */
const rules: CelRule[] = [...STORES, "canonical"].map((store) => ({
  rule: `${missing("kafka.topic.partitions")} || has(self.kafka.topic.further) || has(self.kafka.topic.pattern) || ${missing(`ingester.${store}.replicas`)} || self.ingester.${store}.replicas <= self.kafka.topic.partitions`,
  message: `spec.ingester.${store}.replicas is more than spec.kafka.topic.partitions, so some pods would be idle: lower it or add partitions`,
}));

const part = component(
  schema,
  {...byStore(() => ({replicas: 1})), canonical: {replicas: 1}, sizing: {cpu: "50m", memory: "512Mi"}},
  {sizing: {cpu: "250m", memory: "512Mi"}},
  {...byStore(() => ({replicas: 2})), sizing: {cpu: "1", memory: "1Gi"}},
);

export const ingester = {...part, rules};

export type IngesterSpec = ResolvedPart<typeof ingester>["timescaledb"];
