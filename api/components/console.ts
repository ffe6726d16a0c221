import {z} from "zod";
import {component} from "../component.ts";
import {enabled} from "../fields.ts";
import {podOptions} from "../pod.ts";

const schema = z
  .object({
    enabled,
    alertmanager: z
      .string()
      .max(256)
      .regex(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/)
      .meta({
        description:
          "URL of the Alertmanager whose alerts the console shows. If it does not answer, the console shows only its own checks. Default http://alertmanager-operated.monitoring.svc:9093, the Prometheus operator's in namespace monitoring.",
      }),
    proxyHeader: z
      .string()
      .max(64)
      .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
      .meta({
        description:
          "Header in which an authenticating proxy names the user, for example X-Forwarded-User. Requests with it need no token: set it only if nothing but the proxy can reach the Service.",
      }),
    pod: podOptions({container: "the console"}),
  })
  .partial()
  .meta({description: "Web console: shows the fleet and the pipeline, read-only, protected by a token."});

export const console = component(schema, {
  enabled: true,
  alertmanager: "http://alertmanager-operated.monitoring.svc:9093",
  sizing: {cpu: "50m", memory: "256Mi"},
});
