import type {TelemetryError} from "../../api/errors.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import {alertRoutes as manifests} from "../../cdk8s/components/alert-routes/manifests.ts";
import {type Routing, usableReceivers, withReceivers} from "./alert-routes/receivers.ts";
import {type Component, type ComponentCondition, ready} from "./component.ts";

/** Secrets of users are not watched. */
const SECRETS_MS = 30_000;
const FAULT_MS = 5_000;

/** Routes of alerts for Alertmanager; without the Prometheus operator nobody is notified, and the pipeline is ready all the same. */
export const alertRoutes: Component = {
  ...manifests,
  dependsOn: [],
  optional: true,
  without: "alerts will not be sent to anybody",
  readiness: () => ready("applied; the Prometheus operator reads it"),
  facts: usableReceivers,
  resolve: (spec, facts) => withReceivers(spec, facts["alert-routes"]),
  pollMs(_, {"alert-routes": routing}) {
    if (routing?.fault) return FAULT_MS;
    return routing?.receivers.length ? SECRETS_MS : undefined;
  },
  condition: (spec, facts, absent) => alertingCondition(spec, facts["alert-routes"], absent),
};

function alertingCondition(
  {observability: {monitoring, alerting}}: ResolvedSpec,
  routing: Routing | undefined,
  absent: TelemetryError | undefined,
): ComponentCondition {
  const count = alerting.receivers?.length ?? 0;
  const no = (reason: ComponentCondition["reason"], message: string) => ({
    ...{type: "Alerting", value: false},
    ...{reason, message},
  });
  if (!monitoring.enabled || !alerting.enabled)
    return no("NotAlerting", "spec.observability.monitoring.enabled or alerting.enabled is false");
  if (absent) return no(absent.reason, absent.message);
  if (routing?.fault)
    return no(routing.fault.reason, `${routing.fault.message}; alerts are sent to ${count} other receivers`);
  if (count === 0) return no("NoReceivers", "no alerts are sent: spec.observability.alerting.receivers is empty");
  return {type: "Alerting", value: true, reason: "Routed", message: `alerts are sent to ${count} receivers`};
}
