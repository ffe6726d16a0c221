import {z} from "zod";
import {component} from "../component.ts";

/** The spec of who may connect to the pipeline's pods. */
const schema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether NetworkPolicies are made: each pod is reached only by those that need it; default true, in profile Dev false. The network plugin has to enforce them.",
    }),
    monitoringNamespace: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
      .meta({
        description:
          "Namespace whose pods may scrape metrics; unset: pods of any namespace with the label app.kubernetes.io/name=prometheus.",
      }),
  })
  .partial()
  .meta({description: "Who may connect to the pipeline's pods."});

export const networkPolicies = component(schema, {enabled: false}, {enabled: true});
