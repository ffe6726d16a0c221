// Generated from crds/upstream/grafana.integreatly.org_grafanadatasources.yaml by "make imports"; do not edit.

export interface GrafanaDatasource {
  apiVersion: "grafana.integreatly.org/v1beta1";
  kind: "GrafanaDatasource";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: GrafanaDatasourceSpec;
}

export interface GrafanaDatasourceDatasource {
  access?: string;
  basicAuth?: boolean;
  basicAuthUser?: string;
  database?: string;
  editable?: boolean;
  isDefault?: boolean;
  jsonData?: Record<string, unknown>;
  name?: string;
  orgId?: number;
  secureJsonData?: Record<string, unknown>;
  type?: string;
  uid?: string;
  url?: string;
  user?: string;
}

export interface GrafanaDatasourceMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface GrafanaDatasourceInstanceSelector {
  matchExpressions?: GrafanaDatasourceMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface GrafanaDatasourcePlugins {
  name: string;
  version: string;
}

export interface GrafanaDatasourceConfigMapKeyRef {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface GrafanaDatasourceValueFrom {
  configMapKeyRef?: GrafanaDatasourceConfigMapKeyRef;
  secretKeyRef?: GrafanaDatasourceConfigMapKeyRef;
}

export interface GrafanaDatasourceValuesFrom {
  targetPath: string;
  valueFrom: GrafanaDatasourceValueFrom;
}

export interface GrafanaDatasourceSpec {
  allowCrossNamespaceImport?: boolean;
  datasource: GrafanaDatasourceDatasource;
  instanceSelector: GrafanaDatasourceInstanceSelector;
  plugins?: GrafanaDatasourcePlugins[];
  resyncPeriod?: string;
  suspend?: boolean;
  uid?: string;
  valuesFrom?: GrafanaDatasourceValuesFrom[];
}
