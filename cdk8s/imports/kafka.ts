// Generated from crds/upstream/040-Crd-kafka.yaml by "make imports"; do not edit.

export interface Kafka {
  apiVersion: "kafka.strimzi.io/v1";
  kind: "Kafka";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: KafkaSpec;
}

export interface KafkaAuthentication {
  listenerConfig?: Record<string, unknown>;
  sasl?: boolean;
  type: "tls" | "scram-sha-512" | "custom";
}

export interface KafkaBrokerCertChainAndKey {
  secretName: string;
  certificate: string;
  key: string;
}

export interface KafkaBootstrap {
  alternativeNames?: string[];
  host?: string;
  nodePort?: number;
  loadBalancerIP?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  externalIPs?: string[];
}

export interface KafkaBrokers {
  broker: number;
  advertisedHost?: string;
  advertisedPort?: number;
  host?: string;
  nodePort?: number;
  loadBalancerIP?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  externalIPs?: string[];
}

export interface KafkaParentRefs {
  kind?: string;
  group?: string;
  name?: string;
  namespace?: string;
  port?: number;
  sectionName?: string;
}

export interface KafkaConfiguration {
  brokerCertChainAndKey?: KafkaBrokerCertChainAndKey;
  class?: string;
  externalTrafficPolicy?: "Local" | "Cluster";
  loadBalancerSourceRanges?: string[];
  bootstrap?: KafkaBootstrap;
  brokers?: KafkaBrokers[];
  ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack";
  ipFamilies?: ("IPv4" | "IPv6")[];
  createBootstrapService?: boolean;
  finalizers?: string[];
  useServiceDnsDomain?: boolean;
  maxConnections?: number;
  maxConnectionCreationRate?: number;
  preferredNodePortAddressType?: "ExternalIP" | "ExternalDNS" | "InternalIP" | "InternalDNS" | "Hostname";
  publishNotReadyAddresses?: boolean;
  perBrokerAnnotationsTemplate?: Record<string, string>;
  perBrokerLabelsTemplate?: Record<string, string>;
  hostTemplate?: string;
  advertisedHostTemplate?: string;
  advertisedPortTemplate?: string;
  allocateLoadBalancerNodePorts?: boolean;
  parentRefs?: KafkaParentRefs[];
}

export interface KafkaIpBlock {
  cidr?: string;
  except?: string[];
}

export interface KafkaMatchExpressions {
  key?: string;
  operator?: string;
  values?: string[];
}

export interface KafkaNamespaceSelector {
  matchExpressions?: KafkaMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface KafkaNetworkPolicyPeers {
  ipBlock?: KafkaIpBlock;
  namespaceSelector?: KafkaNamespaceSelector;
  podSelector?: KafkaNamespaceSelector;
}

export interface KafkaListeners {
  name: string;
  port: number;
  type: "internal" | "route" | "tlsroute" | "loadbalancer" | "nodeport" | "ingress" | "cluster-ip";
  tls: boolean;
  authentication?: KafkaAuthentication;
  configuration?: KafkaConfiguration;
  networkPolicyPeers?: KafkaNetworkPolicyPeers[];
}

export interface KafkaAuthorization {
  authorizerClass?: string;
  superUsers?: string[];
  supportsAdminApi?: boolean;
  type: "simple" | "custom";
}

export interface KafkaRack {
  envVarName?: string;
  topologyKey?: string;
  type?: "topology-label" | "environment-variable";
}

export interface KafkaLivenessProbe {
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
}

export interface KafkaJavaSystemProperties {
  name?: string;
  value?: string;
}

export interface KafkaJvmOptions {
  "-XX"?: Record<string, string>;
  "-Xmx"?: string;
  "-Xms"?: string;
  gcLoggingEnabled?: boolean;
  javaSystemProperties?: KafkaJavaSystemProperties[];
}

export interface KafkaJmxOptionsAuthentication {
  type: "password";
}

export interface KafkaJmxOptions {
  authentication?: KafkaJmxOptionsAuthentication;
}

export interface KafkaConfigMapKeyRef {
  key?: string;
  name?: string;
  optional?: boolean;
}

export interface KafkaValueFrom {
  configMapKeyRef?: KafkaConfigMapKeyRef;
}

export interface KafkaValues {
  allowList?: string[];
}

export interface KafkaMetricsConfig {
  type: "jmxPrometheusExporter" | "strimziMetricsReporter";
  valueFrom?: KafkaValueFrom;
  values?: KafkaValues;
}

export interface KafkaLogging {
  loggers?: Record<string, string>;
  type: "inline" | "external";
  valueFrom?: KafkaValueFrom;
}

export interface KafkaMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface KafkaImagePullSecrets {
  name?: string;
}

export interface KafkaAppArmorProfile {
  localhostProfile?: string;
  type?: string;
}

export interface KafkaSeLinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

export interface KafkaWindowsOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

export interface KafkaSecurityContext {
  appArmorProfile?: KafkaAppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: KafkaSeLinuxOptions;
  seccompProfile?: KafkaAppArmorProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  sysctls?: KafkaJavaSystemProperties[];
  windowsOptions?: KafkaWindowsOptions;
}

export interface KafkaPreference {
  matchExpressions?: KafkaMatchExpressions[];
  matchFields?: KafkaMatchExpressions[];
}

export interface KafkaPreferredDuringSchedulingIgnoredDuringExecution {
  preference?: KafkaPreference;
  weight?: number;
}

export interface KafkaRequiredDuringSchedulingIgnoredDuringExecution {
  nodeSelectorTerms?: KafkaPreference[];
}

export interface KafkaNodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: KafkaPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: KafkaRequiredDuringSchedulingIgnoredDuringExecution;
}

export interface KafkaPodAffinityTerm {
  labelSelector?: KafkaNamespaceSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: KafkaNamespaceSelector;
  namespaces?: string[];
  topologyKey?: string;
}

export interface KafkaPodAffinityPreferredDuringSchedulingIgnoredDuringExecution {
  podAffinityTerm?: KafkaPodAffinityTerm;
  weight?: number;
}

export interface KafkaPodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: KafkaPodAffinityPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: KafkaPodAffinityTerm[];
}

export interface KafkaAffinity {
  nodeAffinity?: KafkaNodeAffinity;
  podAffinity?: KafkaPodAffinity;
  podAntiAffinity?: KafkaPodAffinity;
}

export interface KafkaTolerations {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
}

export interface KafkaTopologySpreadConstraints {
  labelSelector?: KafkaNamespaceSelector;
  matchLabelKeys?: string[];
  maxSkew?: number;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  topologyKey?: string;
  whenUnsatisfiable?: string;
}

export interface KafkaHostAliases {
  hostnames?: string[];
  ip?: string;
}

export interface KafkaDnsConfig {
  nameservers?: string[];
  options?: KafkaJavaSystemProperties[];
  searches?: string[];
}

export interface KafkaItems {
  key?: string;
  mode?: number;
  path?: string;
}

export interface KafkaSecret {
  defaultMode?: number;
  items?: KafkaItems[];
  optional?: boolean;
  secretName?: string;
}

export interface KafkaConfigMap {
  defaultMode?: number;
  items?: KafkaItems[];
  name?: string;
  optional?: boolean;
}

export interface KafkaEmptyDir {
  medium?: "Memory";
  sizeLimit?: string;
}

export interface KafkaPersistentVolumeClaim {
  claimName?: string;
  readOnly?: boolean;
}

export interface KafkaCsi {
  driver?: string;
  fsType?: string;
  nodePublishSecretRef?: KafkaImagePullSecrets;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

export interface KafkaImage {
  pullPolicy?: string;
  reference?: string;
}

export interface KafkaVolumes {
  name?: string;
  secret?: KafkaSecret;
  configMap?: KafkaConfigMap;
  emptyDir?: KafkaEmptyDir;
  persistentVolumeClaim?: KafkaPersistentVolumeClaim;
  csi?: KafkaCsi;
  image?: KafkaImage;
}

export interface KafkaTemplatedVolumes {
  name?: string;
  secret?: KafkaSecret;
  configMap?: KafkaConfigMap;
  persistentVolumeClaim?: KafkaPersistentVolumeClaim;
}

export interface KafkaPod {
  metadata?: KafkaMetadata;
  imagePullSecrets?: KafkaImagePullSecrets[];
  securityContext?: KafkaSecurityContext;
  terminationGracePeriodSeconds?: number;
  affinity?: KafkaAffinity;
  tolerations?: KafkaTolerations[];
  topologySpreadConstraints?: KafkaTopologySpreadConstraints[];
  priorityClassName?: string;
  schedulerName?: string;
  hostAliases?: KafkaHostAliases[];
  dnsPolicy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  dnsConfig?: KafkaDnsConfig;
  enableServiceLinks?: boolean;
  tmpDirSizeLimit?: string;
  volumes?: KafkaVolumes[];
  templatedVolumes?: KafkaTemplatedVolumes[];
  hostUsers?: boolean;
}

export interface KafkaBootstrapService {
  metadata?: KafkaMetadata;
  ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack";
  ipFamilies?: ("IPv4" | "IPv6")[];
}

export interface KafkaExternalBootstrapService {
  metadata?: KafkaMetadata;
}

export interface KafkaPodDisruptionBudget {
  metadata?: KafkaMetadata;
  maxUnavailable?: number;
}

export interface KafkaEnvValueFrom {
  secretKeyRef?: KafkaConfigMapKeyRef;
  configMapKeyRef?: KafkaConfigMapKeyRef;
}

export interface KafkaEnv {
  name?: string;
  value?: string;
  valueFrom?: KafkaEnvValueFrom;
}

export interface KafkaCapabilities {
  add?: string[];
  drop?: string[];
}

export interface KafkaKafkaContainerSecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: KafkaAppArmorProfile;
  capabilities?: KafkaCapabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: KafkaSeLinuxOptions;
  seccompProfile?: KafkaAppArmorProfile;
  windowsOptions?: KafkaWindowsOptions;
}

export interface KafkaVolumeMounts {
  mountPath?: string;
  mountPropagation?: string;
  name?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

export interface KafkaKafkaContainer {
  env?: KafkaEnv[];
  securityContext?: KafkaKafkaContainerSecurityContext;
  volumeMounts?: KafkaVolumeMounts[];
}

export interface KafkaTemplate {
  pod?: KafkaPod;
  bootstrapService?: KafkaBootstrapService;
  brokersService?: KafkaBootstrapService;
  externalBootstrapService?: KafkaExternalBootstrapService;
  perPodService?: KafkaExternalBootstrapService;
  externalBootstrapRoute?: KafkaExternalBootstrapService;
  perPodRoute?: KafkaExternalBootstrapService;
  externalBootstrapIngress?: KafkaExternalBootstrapService;
  perPodIngress?: KafkaExternalBootstrapService;
  persistentVolumeClaim?: KafkaExternalBootstrapService;
  podDisruptionBudget?: KafkaPodDisruptionBudget;
  kafkaContainer?: KafkaKafkaContainer;
  initContainer?: KafkaKafkaContainer;
  clusterCaCert?: KafkaExternalBootstrapService;
  serviceAccount?: KafkaExternalBootstrapService;
  jmxSecret?: KafkaExternalBootstrapService;
  clusterRoleBinding?: KafkaExternalBootstrapService;
  podSet?: KafkaExternalBootstrapService;
}

export interface KafkaRemoteStorageManager {
  className?: string;
  classPath?: string;
  config?: Record<string, string>;
}

export interface KafkaTieredStorage {
  remoteStorageManager?: KafkaRemoteStorageManager;
  type: "custom";
}

export interface KafkaQuotas {
  consumerByteRate?: number;
  controllerMutationRate?: number;
  excludedPrincipals?: string[];
  minAvailableBytesPerVolume?: number;
  minAvailableRatioPerVolume?: number;
  producerByteRate?: number;
  requestPercentage?: number;
  type: "kafka" | "strimzi";
}

export interface KafkaKafka {
  version?: string;
  metadataVersion?: string;
  image?: string;
  listeners: KafkaListeners[];
  config?: Record<string, unknown>;
  authorization?: KafkaAuthorization;
  rack?: KafkaRack;
  brokerRackInitImage?: string;
  livenessProbe?: KafkaLivenessProbe;
  readinessProbe?: KafkaLivenessProbe;
  jvmOptions?: KafkaJvmOptions;
  jmxOptions?: KafkaJmxOptions;
  metricsConfig?: KafkaMetricsConfig;
  logging?: KafkaLogging;
  template?: KafkaTemplate;
  tieredStorage?: KafkaTieredStorage;
  quotas?: KafkaQuotas;
}

export interface KafkaClaims {
  name?: string;
  request?: string;
}

export interface KafkaResources {
  claims?: KafkaClaims[];
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface KafkaTopicOperator {
  watchedNamespace?: string;
  image?: string;
  reconciliationIntervalMs?: number;
  startupProbe?: KafkaLivenessProbe;
  livenessProbe?: KafkaLivenessProbe;
  readinessProbe?: KafkaLivenessProbe;
  resources?: KafkaResources;
  logging?: KafkaLogging;
  jvmOptions?: KafkaJvmOptions;
}

export interface KafkaUserOperator {
  watchedNamespace?: string;
  image?: string;
  reconciliationIntervalMs?: number;
  secretPrefix?: string;
  livenessProbe?: KafkaLivenessProbe;
  readinessProbe?: KafkaLivenessProbe;
  resources?: KafkaResources;
  logging?: KafkaLogging;
  jvmOptions?: KafkaJvmOptions;
}

export interface KafkaDeployment {
  metadata?: KafkaMetadata;
  deploymentStrategy?: "RollingUpdate" | "Recreate";
}

export interface KafkaTemplatePod {
  metadata?: KafkaMetadata;
  imagePullSecrets?: KafkaImagePullSecrets[];
  securityContext?: KafkaSecurityContext;
  terminationGracePeriodSeconds?: number;
  affinity?: KafkaAffinity;
  tolerations?: KafkaTolerations[];
  topologySpreadConstraints?: KafkaTopologySpreadConstraints[];
  priorityClassName?: string;
  schedulerName?: string;
  hostAliases?: KafkaHostAliases[];
  dnsPolicy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  dnsConfig?: KafkaDnsConfig;
  enableServiceLinks?: boolean;
  tmpDirSizeLimit?: string;
  volumes?: KafkaVolumes[];
  hostUsers?: boolean;
}

export interface KafkaEntityOperatorTemplate {
  deployment?: KafkaDeployment;
  pod?: KafkaTemplatePod;
  topicOperatorContainer?: KafkaKafkaContainer;
  userOperatorContainer?: KafkaKafkaContainer;
  serviceAccount?: KafkaExternalBootstrapService;
  podDisruptionBudget?: KafkaPodDisruptionBudget;
  entityOperatorRole?: KafkaExternalBootstrapService;
  topicOperatorRoleBinding?: KafkaExternalBootstrapService;
  userOperatorRoleBinding?: KafkaExternalBootstrapService;
}

export interface KafkaEntityOperator {
  topicOperator?: KafkaTopicOperator;
  userOperator?: KafkaUserOperator;
  template?: KafkaEntityOperatorTemplate;
}

export interface KafkaClusterCa {
  generateCertificateAuthority?: boolean;
  generateSecretOwnerReference?: boolean;
  validityDays?: number;
  renewalDays?: number;
  certificateExpirationPolicy?: "renew-certificate" | "replace-key";
}

export interface KafkaCruiseControlTemplate {
  deployment?: KafkaDeployment;
  pod?: KafkaTemplatePod;
  apiService?: KafkaBootstrapService;
  podDisruptionBudget?: KafkaPodDisruptionBudget;
  cruiseControlContainer?: KafkaKafkaContainer;
  serviceAccount?: KafkaExternalBootstrapService;
}

export interface KafkaOverrides {
  brokers: number[];
  cpu?: string;
  inboundNetwork?: string;
  outboundNetwork?: string;
}

export interface KafkaBrokerCapacity {
  cpu?: string;
  inboundNetwork?: string;
  outboundNetwork?: string;
  overrides?: KafkaOverrides[];
}

export interface KafkaApiUsersValueFrom {
  secretKeyRef?: KafkaConfigMapKeyRef;
}

export interface KafkaApiUsers {
  type: "hashLoginService";
  valueFrom: KafkaApiUsersValueFrom;
}

export interface KafkaAutoRebalance {
  mode: "add-brokers" | "remove-brokers";
  template?: KafkaImagePullSecrets;
}

export interface KafkaCruiseControl {
  image?: string;
  resources?: KafkaResources;
  livenessProbe?: KafkaLivenessProbe;
  readinessProbe?: KafkaLivenessProbe;
  jvmOptions?: KafkaJvmOptions;
  logging?: KafkaLogging;
  template?: KafkaCruiseControlTemplate;
  brokerCapacity?: KafkaBrokerCapacity;
  config?: Record<string, unknown>;
  metricsConfig?: KafkaMetricsConfig;
  apiUsers?: KafkaApiUsers;
  autoRebalance?: KafkaAutoRebalance[];
}

export interface KafkaKafkaExporterTemplate {
  deployment?: KafkaDeployment;
  pod?: KafkaTemplatePod;
  container?: KafkaKafkaContainer;
  serviceAccount?: KafkaExternalBootstrapService;
  podDisruptionBudget?: KafkaPodDisruptionBudget;
}

export interface KafkaKafkaExporter {
  image?: string;
  groupRegex?: string;
  topicRegex?: string;
  groupExcludeRegex?: string;
  topicExcludeRegex?: string;
  resources?: KafkaResources;
  logging?: string;
  livenessProbe?: KafkaLivenessProbe;
  readinessProbe?: KafkaLivenessProbe;
  enableSaramaLogging?: boolean;
  showAllOffsets?: boolean;
  template?: KafkaKafkaExporterTemplate;
}

export interface KafkaSpec {
  kafka: KafkaKafka;
  entityOperator?: KafkaEntityOperator;
  clusterCa?: KafkaClusterCa;
  clientsCa?: KafkaClusterCa;
  cruiseControl?: KafkaCruiseControl;
  kafkaExporter?: KafkaKafkaExporter;
  maintenanceTimeWindows?: string[];
}
