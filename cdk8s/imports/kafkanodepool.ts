// Generated from crds/upstream/045-Crd-kafkanodepool.yaml by "make imports"; do not edit.

export interface KafkaNodePool {
  apiVersion: "kafka.strimzi.io/v1";
  kind: "KafkaNodePool";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: KafkaNodePoolSpec;
}

export interface KafkaNodePoolVolumes {
  class?: string;
  deleteClaim?: boolean;
  id?: number;
  kraftMetadata?: "shared";
  selector?: Record<string, string>;
  size?: string;
  sizeLimit?: string;
  type: "ephemeral" | "persistent-claim";
  volumeAttributesClass?: string;
}

export interface KafkaNodePoolStorage {
  class?: string;
  deleteClaim?: boolean;
  id?: number;
  kraftMetadata?: "shared";
  selector?: Record<string, string>;
  size?: string;
  sizeLimit?: string;
  type: "ephemeral" | "persistent-claim" | "jbod";
  volumeAttributesClass?: string;
  volumes?: KafkaNodePoolVolumes[];
}

export interface KafkaNodePoolClaims {
  name?: string;
  request?: string;
}

export interface KafkaNodePoolResources {
  claims?: KafkaNodePoolClaims[];
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface KafkaNodePoolJavaSystemProperties {
  name?: string;
  value?: string;
}

export interface KafkaNodePoolJvmOptions {
  "-XX"?: Record<string, string>;
  "-Xmx"?: string;
  "-Xms"?: string;
  gcLoggingEnabled?: boolean;
  javaSystemProperties?: KafkaNodePoolJavaSystemProperties[];
}

export interface KafkaNodePoolMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface KafkaNodePoolPodSet {
  metadata?: KafkaNodePoolMetadata;
}

export interface KafkaNodePoolImagePullSecrets {
  name?: string;
}

export interface KafkaNodePoolAppArmorProfile {
  localhostProfile?: string;
  type?: string;
}

export interface KafkaNodePoolSeLinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

export interface KafkaNodePoolWindowsOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

export interface KafkaNodePoolSecurityContext {
  appArmorProfile?: KafkaNodePoolAppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: KafkaNodePoolSeLinuxOptions;
  seccompProfile?: KafkaNodePoolAppArmorProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  sysctls?: KafkaNodePoolJavaSystemProperties[];
  windowsOptions?: KafkaNodePoolWindowsOptions;
}

export interface KafkaNodePoolMatchExpressions {
  key?: string;
  operator?: string;
  values?: string[];
}

export interface KafkaNodePoolPreference {
  matchExpressions?: KafkaNodePoolMatchExpressions[];
  matchFields?: KafkaNodePoolMatchExpressions[];
}

export interface KafkaNodePoolPreferredDuringSchedulingIgnoredDuringExecution {
  preference?: KafkaNodePoolPreference;
  weight?: number;
}

export interface KafkaNodePoolRequiredDuringSchedulingIgnoredDuringExecution {
  nodeSelectorTerms?: KafkaNodePoolPreference[];
}

export interface KafkaNodePoolNodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: KafkaNodePoolPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: KafkaNodePoolRequiredDuringSchedulingIgnoredDuringExecution;
}

export interface KafkaNodePoolLabelSelector {
  matchExpressions?: KafkaNodePoolMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface KafkaNodePoolPodAffinityTerm {
  labelSelector?: KafkaNodePoolLabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: KafkaNodePoolLabelSelector;
  namespaces?: string[];
  topologyKey?: string;
}

export interface KafkaNodePoolPodAffinityPreferredDuringSchedulingIgnoredDuringExecution {
  podAffinityTerm?: KafkaNodePoolPodAffinityTerm;
  weight?: number;
}

export interface KafkaNodePoolPodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: KafkaNodePoolPodAffinityPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: KafkaNodePoolPodAffinityTerm[];
}

export interface KafkaNodePoolAffinity {
  nodeAffinity?: KafkaNodePoolNodeAffinity;
  podAffinity?: KafkaNodePoolPodAffinity;
  podAntiAffinity?: KafkaNodePoolPodAffinity;
}

export interface KafkaNodePoolTolerations {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
}

export interface KafkaNodePoolTopologySpreadConstraints {
  labelSelector?: KafkaNodePoolLabelSelector;
  matchLabelKeys?: string[];
  maxSkew?: number;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  topologyKey?: string;
  whenUnsatisfiable?: string;
}

export interface KafkaNodePoolHostAliases {
  hostnames?: string[];
  ip?: string;
}

export interface KafkaNodePoolDnsConfig {
  nameservers?: string[];
  options?: KafkaNodePoolJavaSystemProperties[];
  searches?: string[];
}

export interface KafkaNodePoolItems {
  key?: string;
  mode?: number;
  path?: string;
}

export interface KafkaNodePoolSecret {
  defaultMode?: number;
  items?: KafkaNodePoolItems[];
  optional?: boolean;
  secretName?: string;
}

export interface KafkaNodePoolConfigMap {
  defaultMode?: number;
  items?: KafkaNodePoolItems[];
  name?: string;
  optional?: boolean;
}

export interface KafkaNodePoolEmptyDir {
  medium?: "Memory";
  sizeLimit?: string;
}

export interface KafkaNodePoolPersistentVolumeClaim {
  claimName?: string;
  readOnly?: boolean;
}

export interface KafkaNodePoolCsi {
  driver?: string;
  fsType?: string;
  nodePublishSecretRef?: KafkaNodePoolImagePullSecrets;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

export interface KafkaNodePoolImage {
  pullPolicy?: string;
  reference?: string;
}

export interface KafkaNodePoolPodVolumes {
  name?: string;
  secret?: KafkaNodePoolSecret;
  configMap?: KafkaNodePoolConfigMap;
  emptyDir?: KafkaNodePoolEmptyDir;
  persistentVolumeClaim?: KafkaNodePoolPersistentVolumeClaim;
  csi?: KafkaNodePoolCsi;
  image?: KafkaNodePoolImage;
}

export interface KafkaNodePoolTemplatedVolumes {
  name?: string;
  secret?: KafkaNodePoolSecret;
  configMap?: KafkaNodePoolConfigMap;
  persistentVolumeClaim?: KafkaNodePoolPersistentVolumeClaim;
}

export interface KafkaNodePoolPod {
  metadata?: KafkaNodePoolMetadata;
  imagePullSecrets?: KafkaNodePoolImagePullSecrets[];
  securityContext?: KafkaNodePoolSecurityContext;
  terminationGracePeriodSeconds?: number;
  affinity?: KafkaNodePoolAffinity;
  tolerations?: KafkaNodePoolTolerations[];
  topologySpreadConstraints?: KafkaNodePoolTopologySpreadConstraints[];
  priorityClassName?: string;
  schedulerName?: string;
  hostAliases?: KafkaNodePoolHostAliases[];
  dnsPolicy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  dnsConfig?: KafkaNodePoolDnsConfig;
  enableServiceLinks?: boolean;
  tmpDirSizeLimit?: string;
  volumes?: KafkaNodePoolPodVolumes[];
  templatedVolumes?: KafkaNodePoolTemplatedVolumes[];
  hostUsers?: boolean;
}

export interface KafkaNodePoolSecretKeyRef {
  key?: string;
  name?: string;
  optional?: boolean;
}

export interface KafkaNodePoolValueFrom {
  secretKeyRef?: KafkaNodePoolSecretKeyRef;
  configMapKeyRef?: KafkaNodePoolSecretKeyRef;
}

export interface KafkaNodePoolEnv {
  name?: string;
  value?: string;
  valueFrom?: KafkaNodePoolValueFrom;
}

export interface KafkaNodePoolCapabilities {
  add?: string[];
  drop?: string[];
}

export interface KafkaNodePoolKafkaContainerSecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: KafkaNodePoolAppArmorProfile;
  capabilities?: KafkaNodePoolCapabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: KafkaNodePoolSeLinuxOptions;
  seccompProfile?: KafkaNodePoolAppArmorProfile;
  windowsOptions?: KafkaNodePoolWindowsOptions;
}

export interface KafkaNodePoolVolumeMounts {
  mountPath?: string;
  mountPropagation?: string;
  name?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

export interface KafkaNodePoolKafkaContainer {
  env?: KafkaNodePoolEnv[];
  securityContext?: KafkaNodePoolKafkaContainerSecurityContext;
  volumeMounts?: KafkaNodePoolVolumeMounts[];
}

export interface KafkaNodePoolTemplate {
  podSet?: KafkaNodePoolPodSet;
  pod?: KafkaNodePoolPod;
  perPodService?: KafkaNodePoolPodSet;
  perPodRoute?: KafkaNodePoolPodSet;
  perPodIngress?: KafkaNodePoolPodSet;
  persistentVolumeClaim?: KafkaNodePoolPodSet;
  kafkaContainer?: KafkaNodePoolKafkaContainer;
  initContainer?: KafkaNodePoolKafkaContainer;
}

export interface KafkaNodePoolSpec {
  replicas: number;
  storage: KafkaNodePoolStorage;
  roles: ("controller" | "broker")[];
  resources?: KafkaNodePoolResources;
  jvmOptions?: KafkaNodePoolJvmOptions;
  template?: KafkaNodePoolTemplate;
}
