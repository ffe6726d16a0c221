// Generated from crds/upstream/grafana.integreatly.org_grafanadashboards.yaml by "make imports"; do not edit.

export interface GrafanaDashboard {
  apiVersion: "grafana.integreatly.org/v1beta1";
  kind: "GrafanaDashboard";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: GrafanaDashboardSpec;
}

export interface GrafanaDashboardConfigMapRef {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface GrafanaDashboardDatasources {
  datasourceName: string;
  inputName: string;
}

export interface GrafanaDashboardEnvFrom {
  configMapKeyRef?: GrafanaDashboardConfigMapRef;
  secretKeyRef?: GrafanaDashboardConfigMapRef;
}

export interface GrafanaDashboardEnvs {
  name: string;
  value?: string;
  valueFrom?: GrafanaDashboardEnvFrom;
}

export interface GrafanaDashboardGrafanaCom {
  id: number;
  revision?: number;
}

export interface GrafanaDashboardMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface GrafanaDashboardInstanceSelector {
  matchExpressions?: GrafanaDashboardMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface GrafanaDashboardJsonnetLib {
  fileName: string;
  gzipJsonnetProject: string;
  jPath?: string[];
}

export interface GrafanaDashboardPullSecretRef {
  name?: string;
}

export interface GrafanaDashboardOci {
  insecurePlainHTTP?: boolean;
  path: string;
  pullSecretRef?: GrafanaDashboardPullSecretRef;
  reference: string;
}

export interface GrafanaDashboardPlugins {
  name: string;
  version: string;
}

export interface GrafanaDashboardBasicAuth {
  password?: GrafanaDashboardConfigMapRef;
  username?: GrafanaDashboardConfigMapRef;
}

export interface GrafanaDashboardUrlAuthorization {
  basicAuth?: GrafanaDashboardBasicAuth;
}

export interface GrafanaDashboardSpec {
  allowCrossNamespaceImport?: boolean;
  configMapRef?: GrafanaDashboardConfigMapRef;
  contentCacheDuration?: string;
  datasources?: GrafanaDashboardDatasources[];
  envFrom?: GrafanaDashboardEnvFrom[];
  envs?: GrafanaDashboardEnvs[];
  folder?: string;
  folderRef?: string;
  folderUID?: string;
  grafanaCom?: GrafanaDashboardGrafanaCom;
  gzipJson?: string;
  instanceSelector: GrafanaDashboardInstanceSelector;
  json?: string;
  jsonnet?: string;
  jsonnetLib?: GrafanaDashboardJsonnetLib;
  oci?: GrafanaDashboardOci;
  plugins?: GrafanaDashboardPlugins[];
  resyncPeriod?: string;
  suspend?: boolean;
  uid?: string;
  url?: string;
  urlAuthorization?: GrafanaDashboardUrlAuthorization;
}
