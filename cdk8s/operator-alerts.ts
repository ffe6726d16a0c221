import type {PrometheusRuleGroups} from "./imports/prometheusrule.ts";

/** An alert about the operator itself. */
interface OperatorAlert {
  name: string;
  severity: "critical" | "warning";
  /** @param labels the matchers of the operator's series */
  expr(labels: string): string;
  for: string;
  summary: string;
  meaning: string;
  fix: string;
}

/** Nobody but its own stack can tell of an operator that is away; each pipeline's TelemetryReadinessUnknown tells its own receivers. */
export const operatorAlerts: OperatorAlert[] = [
  {
    name: "TelemetryOperatorAway",
    severity: "critical",
    // Also when its pods run, and none of them leads.
    expr: (labels) => `absent(leader_election_master_status{${labels}} == 1)`,
    for: "5m",
    summary: "No telemetry-operator is running.",
    meaning: "Pipelines continue to run, but nothing is repaired or changed, and readiness is unknown.",
    fix: "`kubectl get pods -A -l app.kubernetes.io/name=telemetry-operator`: check the pod that is missing or restarts, and its log.",
  },
  {
    name: "TelemetryOperatorFailing",
    severity: "warning",
    expr: (labels) => `sum(increase(controller_runtime_reconcile_errors_total{${labels}}[10m])) > 0`,
    for: "15m",
    summary: "{{ $value | humanize }} reconciles failed within 10 minutes.",
    meaning: "The status and the readiness metrics of a pipeline may be outdated.",
    fix: "The operator's log has each error, with the key of the pipeline.",
  },
];

/** @param labels what tells this operator's series from those of another one */
export const operatorRules = (name: string, labels: string): PrometheusRuleGroups[] => [
  {
    name,
    rules: operatorAlerts.map(({name: alert, severity, expr, for: duration, summary, meaning, fix}) => ({
      alert,
      expr: expr(labels),
      for: duration,
      labels: {severity},
      annotations: {
        summary,
        description: meaning,
        action: fix,
      },
    })),
  },
];
