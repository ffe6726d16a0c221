import {z} from "zod";
import {component} from "../component.ts";

/** The spec of who may connect to the pipeline's pods. */
const schema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether to create NetworkPolicies that admit only the needed connections. The network plugin must enforce them. Default true, in profile Dev false.",
    }),
    monitoringNamespace: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
      .meta({
        description:
          "Namespace whose pods may scrape metrics. Default: pods labelled app.kubernetes.io/name=prometheus in any namespace.",
      }),
  })
  .partial()
  .meta({description: "Network policies for the pipeline's pods."});

export const networkPolicies = component(schema, {enabled: false}, {enabled: true});
