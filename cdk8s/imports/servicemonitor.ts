// Generated from crds/upstream/crd-servicemonitors.yaml by "make imports"; do not edit.

export interface ServiceMonitor {
  apiVersion: "monitoring.coreos.com/v1";
  kind: "ServiceMonitor";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: ServiceMonitorSpec;
}

export interface ServiceMonitorAttachMetadata {
  node?: boolean;
}

export interface ServiceMonitorCredentials {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface ServiceMonitorAuthorization {
  credentials?: ServiceMonitorCredentials;
  type?: string;
}

export interface ServiceMonitorBasicAuth {
  password?: ServiceMonitorCredentials;
  username?: ServiceMonitorCredentials;
}

export interface ServiceMonitorMetricRelabelings {
  action?: "replace" | "Replace" | "keep" | "Keep" | "drop" | "Drop" | "hashmod" | "HashMod" | "labelmap" | "LabelMap" | "labeldrop" | "LabelDrop" | "labelkeep" | "LabelKeep" | "lowercase" | "Lowercase" | "uppercase" | "Uppercase" | "keepequal" | "KeepEqual" | "dropequal" | "DropEqual";
  modulus?: number;
  regex?: string;
  replacement?: string;
  separator?: string;
  sourceLabels?: string[];
  targetLabel?: string;
}

export interface ServiceMonitorClientId {
  configMap?: ServiceMonitorCredentials;
  secret?: ServiceMonitorCredentials;
}

export interface ServiceMonitorTlsConfig {
  ca?: ServiceMonitorClientId;
  cert?: ServiceMonitorClientId;
  insecureSkipVerify?: boolean;
  keySecret?: ServiceMonitorCredentials;
  maxVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  minVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  serverName?: string;
}

export interface ServiceMonitorOauth2 {
  clientId: ServiceMonitorClientId;
  clientSecret: ServiceMonitorCredentials;
  endpointParams?: Record<string, string>;
  noProxy?: string;
  proxyConnectHeader?: Record<string, ServiceMonitorCredentials[]>;
  proxyFromEnvironment?: boolean;
  proxyUrl?: string;
  scopes?: string[];
  tlsConfig?: ServiceMonitorTlsConfig;
  tokenUrl: string;
}

export interface ServiceMonitorEndpointsTlsConfig {
  ca?: ServiceMonitorClientId;
  caFile?: string;
  cert?: ServiceMonitorClientId;
  certFile?: string;
  insecureSkipVerify?: boolean;
  keyFile?: string;
  keySecret?: ServiceMonitorCredentials;
  maxVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  minVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  serverName?: string;
}

export interface ServiceMonitorEndpoints {
  authorization?: ServiceMonitorAuthorization;
  basicAuth?: ServiceMonitorBasicAuth;
  bearerTokenFile?: string;
  bearerTokenSecret?: ServiceMonitorCredentials;
  enableHttp2?: boolean;
  filterRunning?: boolean;
  followRedirects?: boolean;
  honorLabels?: boolean;
  honorTimestamps?: boolean;
  interval?: string;
  metricRelabelings?: ServiceMonitorMetricRelabelings[];
  noProxy?: string;
  oauth2?: ServiceMonitorOauth2;
  params?: Record<string, string[]>;
  path?: string;
  port?: string;
  proxyConnectHeader?: Record<string, ServiceMonitorCredentials[]>;
  proxyFromEnvironment?: boolean;
  proxyUrl?: string;
  relabelings?: ServiceMonitorMetricRelabelings[];
  scheme?: "http" | "https" | "HTTP" | "HTTPS";
  scrapeTimeout?: string;
  targetPort?: number | string;
  tlsConfig?: ServiceMonitorEndpointsTlsConfig;
  trackTimestampsStaleness?: boolean;
}

export interface ServiceMonitorNamespaceSelector {
  any?: boolean;
  matchNames?: string[];
}

export interface ServiceMonitorMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface ServiceMonitorSelector {
  matchExpressions?: ServiceMonitorMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface ServiceMonitorSpec {
  attachMetadata?: ServiceMonitorAttachMetadata;
  bodySizeLimit?: string;
  convertClassicHistogramsToNHCB?: boolean;
  endpoints: ServiceMonitorEndpoints[];
  fallbackScrapeProtocol?: "PrometheusProto" | "OpenMetricsText0.0.1" | "OpenMetricsText1.0.0" | "PrometheusText0.0.4" | "PrometheusText1.0.0";
  jobLabel?: string;
  keepDroppedTargets?: number;
  labelLimit?: number;
  labelNameLengthLimit?: number;
  labelValueLengthLimit?: number;
  namespaceSelector?: ServiceMonitorNamespaceSelector;
  nativeHistogramBucketLimit?: number;
  nativeHistogramMinBucketFactor?: number | string;
  podTargetLabels?: string[];
  sampleLimit?: number;
  scrapeClass?: string;
  scrapeClassicHistograms?: boolean;
  scrapeNativeHistograms?: boolean;
  scrapeProtocols?: ("PrometheusProto" | "OpenMetricsText0.0.1" | "OpenMetricsText1.0.0" | "PrometheusText0.0.4" | "PrometheusText1.0.0")[];
  selector: ServiceMonitorSelector;
  selectorMechanism?: "RelabelConfig" | "RoleSelector";
  serviceDiscoveryRole?: "Endpoints" | "EndpointSlice";
  targetLabels?: string[];
  targetLimit?: number;
}
