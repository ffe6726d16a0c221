// Generated from crds/upstream/crd-prometheusrules.yaml by "make imports"; do not edit.

export interface PrometheusRule {
  apiVersion: "monitoring.coreos.com/v1";
  kind: "PrometheusRule";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: PrometheusRuleSpec;
}

export interface PrometheusRuleRules {
  alert?: string;
  annotations?: Record<string, string>;
  expr: number | string;
  for?: string;
  keep_firing_for?: string;
  labels?: Record<string, string>;
  record?: string;
}

export interface PrometheusRuleGroups {
  interval?: string;
  labels?: Record<string, string>;
  limit?: number;
  name: string;
  partial_response_strategy?: string;
  query_offset?: string;
  rules?: PrometheusRuleRules[];
}

export interface PrometheusRuleSpec {
  groups?: PrometheusRuleGroups[];
}
