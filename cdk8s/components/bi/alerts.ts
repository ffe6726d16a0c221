import {isRunning, type ResolvedSpec} from "../../../api/pipeline.ts";
import type {Alert} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

const LOGS = "`kubectl logs -l telemetry.dev/component=bi --prefix --all-containers` has the reason.";

export function biAlerts(select: Select, spec: ResolvedSpec): Alert[] {
  if (!isRunning(spec)) return [];
  const slow = select("telemetry_bi_answer_seconds_bucket");
  return [
    {
      name: "BiDown",
      severity: "warning",
      expr: `max by (namespace, pipeline) (${select("telemetry_bi_up")}) == 0`,
      for: "10m",
      summary: `${spec.bi.provider} has not answered for 10 minutes.`,
      meaning: "Nobody sees reports. Events go on as before, and nothing of the reports is lost.",
      fix: `Check the pod <pipeline>-bi, its memory and its database. ${LOGS}`,
      explains: ["BiDashboardsMissing"],
    },
    {
      name: "BiDashboardsMissing",
      severity: "warning",
      expr: `max by (namespace, pipeline) (${select("telemetry_bi_objects", 'state="missing"')}) > 0`,
      for: "30m",
      summary: "{{ $value }} datasets and dashboards of the platform could not be made for half an hour.",
      meaning: "Their table is not there before an event has reached it, or their server does not answer.",
      fix: `\`npx telemetry-operator status <pipeline>\` names each with the server's words. ${LOGS}`,
    },
    {
      name: "BiSlow",
      severity: "warning",
      expr: `histogram_quantile(0.9, sum by (namespace, pipeline, le) (rate(${slow}[10m]))) > 3`,
      for: "15m",
      summary: `${spec.bi.provider} takes more than 3 seconds for a small request.`,
      meaning: "People wait for reports.",
      fix: "Raise spec.bi.pod.resources, or look for large questions that people ask.",
    },
  ];
}
