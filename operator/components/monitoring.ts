import {TelemetryError} from "../../api/errors.ts";
import {monitoring as manifests} from "../../cdk8s/components/monitoring/manifests.ts";
import {type Component, ready} from "./component.ts";

/** The names that Kubernetes accepts for a label. */
const LABEL_NAME = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Objects for the Prometheus operator; without it the pipeline does well and is not watched. */
export const monitoring: Component = {
  ...manifests,
  dependsOn: [],
  optional: true,
  without: "Prometheus will not watch the pipelines",
  readiness: () => ready("applied; the Prometheus operator reads it"),
  condition({observability: {monitoring}}, _, absent) {
    const type = "Monitored";
    if (absent) return {type, value: false, reason: absent.reason, message: absent.message};
    return monitoring.enabled
      ? {type, value: true, reason: "Monitored", message: "PodMonitors and alert rules exist"}
      : {type, value: false, reason: "NotMonitored", message: "spec.observability.monitoring.enabled is false"};
  },
  validate(_, {observability: {monitoring}}) {
    const wrong = Object.keys(monitoring.labels).find((name) => !LABEL_NAME.test(name));
    if (wrong === undefined) return;
    throw new TelemetryError(
      "InvalidLabel",
      `spec.observability.monitoring.labels: "${wrong}" is not a valid label name; use letters, digits, -, _ and ., for example release or example.com/team`,
    );
  },
};
