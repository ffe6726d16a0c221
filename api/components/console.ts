import {z} from "zod";
import {component} from "../component.ts";
import {enabled} from "../fields.ts";

const schema = z
  .object({
    enabled,
    alertmanager: z
      .string()
      .max(256)
      .regex(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/)
      .meta({
        description:
          "Address of the Alertmanager whose alerts of this pipeline are shown; default http://alertmanager-operated.monitoring.svc:9093, as the Prometheus operator names it in namespace monitoring. Without an answer the console shows its own checks alone, and says so.",
      }),
    proxyHeader: z
      .string()
      .max(64)
      .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
      .meta({
        description:
          "Header in which an authenticating proxy names the user, for example X-Forwarded-User; who sends it needs no token. Set it only where nothing but that proxy reaches the Service.",
      }),
  })
  .partial()
  .meta({description: "The web page that shows fleet and pipeline; read-only, behind a token."});

export const console = component(schema, {
  enabled: true,
  alertmanager: "http://alertmanager-operated.monitoring.svc:9093",
  sizing: {cpu: "50m", memory: "256Mi"},
});
