import type {AlertmanagerConfigInhibitRules} from "../../imports/alertmanagerconfig.ts";
import type {Alert} from "../monitoring/alert.ts";

/**
 * One cause, one page: while an alert fires, Alertmanager tells nobody of those that it explains. Both must be of one pipeline and, if
 * the cause concerns one store, of that store.
 */
export function inhibitRules(alerts: Alert[]): AlertmanagerConfigInhibitRules[] {
  const byName = new Map(alerts.map((alert) => [alert.name, alert]));
  return alerts.flatMap(({name, by, explains = []}) => {
    const targets = explains.map((target) => byName.get(target)).filter((target) => target !== undefined);
    const groups = by
      ? [targets.filter((target) => target.by === by), targets.filter((target) => !target.by)]
      : [targets];
    return groups
      .filter((group) => group.length > 0)
      .map((group) => ({
        sourceMatch: [{name: "alertname", value: name, matchType: "=" as const}],
        targetMatch: [
          {name: "alertname", value: group.map((target) => target.name).join("|"), matchType: "=~" as const},
        ],
        equal: ["namespace", "pipeline", ...(by && group[0]!.by === by ? [by] : [])],
      }));
  });
}
