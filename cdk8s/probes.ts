import {k8s} from "cdk8s-plus-28";

const get = (path: string): k8s.HttpGetAction => ({path, port: k8s.IntOrString.fromString("http")});

/**
 * Of a container that serves /healthz (its event loop turns) and /readyz on the port `http`.
 *
 * To restart one that is slow, because the machine is overloaded, adds to the load; only one that hangs is helped by it. So a start
 * has ten minutes, and an answer that takes half a minute is a sign of life: after three minutes without one, it hangs.
 */
export const probes: Pick<k8s.Container, "startupProbe" | "livenessProbe" | "readinessProbe"> = {
  startupProbe: {httpGet: get("/healthz"), periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 600},
  livenessProbe: {httpGet: get("/healthz"), periodSeconds: 10, timeoutSeconds: 30, failureThreshold: 6},
  readinessProbe: {httpGet: get("/readyz"), periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 3},
};
