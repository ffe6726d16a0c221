/** What the pods of the stack share: one image holds all programs of the stack. */
export const IMAGE = "docker.io/telemetry-operator/prometheus:0.85.0";

const USER = 10_001;
export const security = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  seccompProfile: {type: "RuntimeDefault"},
};
export const small = (memory: string) => ({requests: {cpu: "5m", memory}});
