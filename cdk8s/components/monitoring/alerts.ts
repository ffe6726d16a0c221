import {isRunning} from "../../../api/pipeline.ts";
import {type AlertContext, enabledOf, ownNotReady, scrapedOf} from "../../component.ts";
import {backlogAlerts} from "../ingester/backlog-alerts.ts";
import type {Alert} from "./alert.ts";
import {flowAlerts} from "./flow-alerts.ts";
import {jvmAlerts} from "./jvm-alerts.ts";
import {podAlerts} from "./pod-alerts.ts";
import {componentNotReady, readinessAlerts} from "./readiness-alerts.ts";
import {selectOf} from "./records.ts";

/** The alerts of one pipeline: those of any, then those of its components. Series carry `pipeline` and `namespace` by the PodMonitors' relabelling. */
export function alertsOf(pipeline: AlertContext): Alert[] {
  const {spec, components} = pipeline;
  const select = selectOf(pipeline);
  const enabled = enabledOf(components, spec);
  const scraped = scrapedOf(components, spec);
  const own = components.filter(({metrics}) => metrics?.ownAlerts === "missing and down").map(({name}) => name);
  return [
    ...flowAlerts(select, spec.observability.alerting.thresholds, own),
    ...podAlerts(pipeline),
    ...readinessAlerts(pipeline, {
      enabled,
      // A pipeline that is stopped on purpose misses nothing.
      targets: isRunning(spec) ? scraped.filter(({metrics}) => !metrics.ownAlerts).map(({name}) => name) : [],
      running: isRunning(spec),
    }),
    ...backlogAlerts(select),
    ...enabled.flatMap((component) => {
      const its = ownNotReady(component, spec);
      return [
        ...(component.alerts?.(pipeline) ?? []),
        ...(its ? [componentNotReady(pipeline, component.name, its)] : []),
      ];
    }),
    ...(scraped.some(({metrics}) => metrics.jvm) ? jvmAlerts(select) : []),
  ];
}
