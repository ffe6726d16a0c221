import {z} from "zod";

const time = z.string().meta({format: "date-time"});

const condition = z.object({
  type: z.string(),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string(),
  message: z.string(),
  observedGeneration: z.int().optional(),
  lastTransitionTime: time,
});

const componentStatus = z.object({
  name: z.string(),
  ready: z.boolean(),
  reason: z.string(),
  message: z.string().optional(),
  version: z.string().optional(),
  since: time.meta({format: "date-time", description: "When `ready` last changed."}),
});

/** Figures that move all the time are no part of it: a status is true whenever it is read. */
const freshness = z.object({
  store: z.string(),
  // Not required: the status of an earlier version has none.
  age: z.enum(["Fresh", "Stale", "None", "Unknown"]).optional().meta({
    description:
      "Fresh: an event came into Kafka, and is in the store, within spec.observability.alerting.thresholds.freshness. Stale: the newest is older. None: there is none. Unknown: no ingester answers. `telemetry-operator status` asks for the figures.",
  }),
  problem: z.string().optional().meta({
    description:
      "What keeps the store from taking rows: unreachable, credentials, schema, disk-full, overloaded or other, and the store's own words; or what keeps events from it: dead-letters (their topic cannot be written) or unreadable (a batch of Kafka).",
  }),
  held: z.string().optional().meta({
    description:
      "Which open transaction, of a sender, keeps events from being read; said once it is open for more than a minute.",
  }),
  lost: z.string().optional().meta({
    description:
      "Events that Kafka dropped by their age before the store had them; said until a day after the last of them.",
  }),
});

export const statusSchema = z
  .object({
    phase: z.enum(["Pending", "Deploying", "Running", "Degraded", "Stopped", "Paused", "Invalid", "Deleting"]),
    observedGeneration: z.int(),
    vehicles: z.int().meta({description: "Simulated vehicles in the spec that was applied last."}),
    freshnessSummary: z.string().meta({description: "Class of age of each store's newest event, for `kubectl get`."}),
    conditions: z.array(condition).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["type"],
    }),
    components: z.array(componentStatus).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    }),
    freshness: z.array(freshness).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["store"],
    }),
    endpoints: z.array(z.object({name: z.string(), address: z.string()})).meta({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    }),
  })
  .partial()
  .meta({description: "What is, as last observed."});

export type PipelineStatus = z.output<typeof statusSchema>;
export type Condition = z.output<typeof condition>;
export type ComponentStatus = z.output<typeof componentStatus>;
export type Freshness = z.output<typeof freshness>;
export type Phase = NonNullable<PipelineStatus["phase"]>;
