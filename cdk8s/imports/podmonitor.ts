// Generated from crds/upstream/crd-podmonitors.yaml by "make imports"; do not edit.

export interface PodMonitor {
  apiVersion: "monitoring.coreos.com/v1";
  kind: "PodMonitor";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: PodMonitorSpec;
}

export interface PodMonitorAttachMetadata {
  node?: boolean;
}

export interface PodMonitorNamespaceSelector {
  any?: boolean;
  matchNames?: string[];
}

export interface PodMonitorCredentials {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface PodMonitorAuthorization {
  credentials?: PodMonitorCredentials;
  type?: string;
}

export interface PodMonitorBasicAuth {
  password?: PodMonitorCredentials;
  username?: PodMonitorCredentials;
}

export interface PodMonitorMetricRelabelings {
  action?: "replace" | "Replace" | "keep" | "Keep" | "drop" | "Drop" | "hashmod" | "HashMod" | "labelmap" | "LabelMap" | "labeldrop" | "LabelDrop" | "labelkeep" | "LabelKeep" | "lowercase" | "Lowercase" | "uppercase" | "Uppercase" | "keepequal" | "KeepEqual" | "dropequal" | "DropEqual";
  modulus?: number;
  regex?: string;
  replacement?: string;
  separator?: string;
  sourceLabels?: string[];
  targetLabel?: string;
}

export interface PodMonitorClientId {
  configMap?: PodMonitorCredentials;
  secret?: PodMonitorCredentials;
}

export interface PodMonitorTlsConfig {
  ca?: PodMonitorClientId;
  cert?: PodMonitorClientId;
  insecureSkipVerify?: boolean;
  keySecret?: PodMonitorCredentials;
  maxVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  minVersion?: "TLS10" | "TLS11" | "TLS12" | "TLS13";
  serverName?: string;
}

export interface PodMonitorOauth2 {
  clientId: PodMonitorClientId;
  clientSecret: PodMonitorCredentials;
  endpointParams?: Record<string, string>;
  noProxy?: string;
  proxyConnectHeader?: Record<string, PodMonitorCredentials[]>;
  proxyFromEnvironment?: boolean;
  proxyUrl?: string;
  scopes?: string[];
  tlsConfig?: PodMonitorTlsConfig;
  tokenUrl: string;
}

export interface PodMonitorPodMetricsEndpoints {
  authorization?: PodMonitorAuthorization;
  basicAuth?: PodMonitorBasicAuth;
  bearerTokenSecret?: PodMonitorCredentials;
  enableHttp2?: boolean;
  filterRunning?: boolean;
  followRedirects?: boolean;
  honorLabels?: boolean;
  honorTimestamps?: boolean;
  interval?: string;
  metricRelabelings?: PodMonitorMetricRelabelings[];
  noProxy?: string;
  oauth2?: PodMonitorOauth2;
  params?: Record<string, string[]>;
  path?: string;
  port?: string;
  portNumber?: number;
  proxyConnectHeader?: Record<string, PodMonitorCredentials[]>;
  proxyFromEnvironment?: boolean;
  proxyUrl?: string;
  relabelings?: PodMonitorMetricRelabelings[];
  scheme?: "http" | "https" | "HTTP" | "HTTPS";
  scrapeTimeout?: string;
  targetPort?: number | string;
  tlsConfig?: PodMonitorTlsConfig;
  trackTimestampsStaleness?: boolean;
}

export interface PodMonitorMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface PodMonitorSelector {
  matchExpressions?: PodMonitorMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface PodMonitorSpec {
  attachMetadata?: PodMonitorAttachMetadata;
  bodySizeLimit?: string;
  convertClassicHistogramsToNHCB?: boolean;
  fallbackScrapeProtocol?: "PrometheusProto" | "OpenMetricsText0.0.1" | "OpenMetricsText1.0.0" | "PrometheusText0.0.4" | "PrometheusText1.0.0";
  jobLabel?: string;
  keepDroppedTargets?: number;
  labelLimit?: number;
  labelNameLengthLimit?: number;
  labelValueLengthLimit?: number;
  namespaceSelector?: PodMonitorNamespaceSelector;
  nativeHistogramBucketLimit?: number;
  nativeHistogramMinBucketFactor?: number | string;
  podMetricsEndpoints?: PodMonitorPodMetricsEndpoints[];
  podTargetLabels?: string[];
  sampleLimit?: number;
  scrapeClass?: string;
  scrapeClassicHistograms?: boolean;
  scrapeNativeHistograms?: boolean;
  scrapeProtocols?: ("PrometheusProto" | "OpenMetricsText0.0.1" | "OpenMetricsText1.0.0" | "PrometheusText0.0.4" | "PrometheusText1.0.0")[];
  selector: PodMonitorSelector;
  selectorMechanism?: "RelabelConfig" | "RoleSelector";
  targetLimit?: number;
}
