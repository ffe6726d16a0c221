import {z} from "zod";
import {component} from "../component.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {enabledStores, type StoreName} from "../stores.ts";

const schema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether the data of each hour is checked. Default: whether spec.workflows is enabled; without Airflow a CronJob does it.",
    }),
    doubtfulPercent: z.number().min(0).max(100).meta({
      description: "Share of events with a doubtful position above which the check fails, in percent. Default 5.",
    }),
    pod: podOptions({container: "the check"}),
  })
  .partial()
  .meta({
    description:
      "Checks of the data: each hour the stores are compared with one another, event by event, and gaps and doubtful positions are found.",
  });

export const checks = component(
  schema,
  {doubtfulPercent: 5, sizing: {cpu: "50m", memory: "512Mi"}},
  {},
  {sizing: {cpu: "250m", memory: "1Gi"}},
);

/** Whether the data is checked, in whatever stores there are. */
export const checksData = (spec: Pick<ResolvedSpec, "checks" | "workflows" | StoreName>): boolean =>
  (spec.checks.enabled ?? spec.workflows.enabled) && enabledStores(spec).length > 0;
