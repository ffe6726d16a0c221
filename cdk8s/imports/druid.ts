// Generated from crds/upstream/druid.apache.org_druids.yaml by "make imports"; do not edit.

export interface Druid {
  apiVersion: "druid.apache.org/v1alpha1";
  kind: "Druid";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: DruidSpec126;
}

export interface DruidConfigMapKeyRef {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface DruidFieldRef {
  apiVersion?: string;
  fieldPath: string;
}

export interface DruidResourceFieldRef {
  containerName?: string;
  divisor?: number | string;
  resource: string;
}

export interface DruidValueFrom {
  configMapKeyRef?: DruidConfigMapKeyRef;
  fieldRef?: DruidFieldRef;
  resourceFieldRef?: DruidResourceFieldRef;
  secretKeyRef?: DruidConfigMapKeyRef;
}

export interface DruidEnv {
  name: string;
  value?: string;
  valueFrom?: DruidValueFrom;
}

export interface DruidConfigMapRef {
  name?: string;
  optional?: boolean;
}

export interface DruidEnvFrom {
  configMapRef?: DruidConfigMapRef;
  prefix?: string;
  secretRef?: DruidConfigMapRef;
}

export interface DruidClaims {
  name: string;
}

export interface DruidResources {
  claims?: DruidClaims[];
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface DruidCapabilities {
  add?: string[];
  drop?: string[];
}

export interface DruidSeLinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

export interface DruidSeccompProfile {
  localhostProfile?: string;
  type: string;
}

export interface DruidWindowsOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

export interface DruidSecurityContext {
  allowPrivilegeEscalation?: boolean;
  capabilities?: DruidCapabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: DruidSeLinuxOptions;
  seccompProfile?: DruidSeccompProfile;
  windowsOptions?: DruidWindowsOptions;
}

export interface DruidVolumeMounts {
  mountPath: string;
  mountPropagation?: string;
  name: string;
  readOnly?: boolean;
  subPath?: string;
  subPathExpr?: string;
}

export interface DruidAdditionalContainer {
  args?: string[];
  command: string[];
  containerName: string;
  env?: DruidEnv[];
  envFrom?: DruidEnvFrom[];
  image: string;
  imagePullPolicy?: string;
  resources?: DruidResources;
  runAsInit?: boolean;
  securityContext?: DruidSecurityContext;
  volumeMounts?: DruidVolumeMounts[];
}

export interface DruidMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface DruidPreference {
  matchExpressions?: DruidMatchExpressions[];
  matchFields?: DruidMatchExpressions[];
}

export interface DruidPreferredDuringSchedulingIgnoredDuringExecution {
  preference: DruidPreference;
  weight: number;
}

export interface DruidRequiredDuringSchedulingIgnoredDuringExecution {
  nodeSelectorTerms: DruidPreference[];
}

export interface DruidNodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: DruidPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: DruidRequiredDuringSchedulingIgnoredDuringExecution;
}

export interface DruidLabelSelector {
  matchExpressions?: DruidMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface DruidPodAffinityTerm {
  labelSelector?: DruidLabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: DruidLabelSelector;
  namespaces?: string[];
  topologyKey: string;
}

export interface DruidPodAffinityPreferredDuringSchedulingIgnoredDuringExecution {
  podAffinityTerm: DruidPodAffinityTerm;
  weight: number;
}

export interface DruidPodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: DruidPodAffinityPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: DruidPodAffinityTerm[];
}

export interface DruidAffinity {
  nodeAffinity?: DruidNodeAffinity;
  podAffinity?: DruidPodAffinity;
  podAntiAffinity?: DruidPodAffinity;
}

export interface DruidSecretRef {
  name?: string;
  namespace?: string;
}

export interface DruidAuth {
  secretRef: DruidSecretRef;
  type: string;
}

export interface DruidDeepStorage {
  spec: string;
  type: string;
}

export interface DruidExtraCommonConfig {
  apiVersion?: string;
  fieldPath?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  resourceVersion?: string;
  uid?: string;
}

export interface DruidImagePullSecrets {
  name?: string;
}

export interface DruidExec {
  command?: string[];
}

export interface DruidGrpc {
  port: number;
  service?: string;
}

export interface DruidHttpHeaders {
  name: string;
  value: string;
}

export interface DruidHttpGet {
  host?: string;
  httpHeaders?: DruidHttpHeaders[];
  path?: string;
  port: number | string;
  scheme?: string;
}

export interface DruidTcpSocket {
  host?: string;
  port: number | string;
}

export interface DruidLivenessProbe {
  exec?: DruidExec;
  failureThreshold?: number;
  grpc?: DruidGrpc;
  httpGet?: DruidHttpGet;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  tcpSocket?: DruidTcpSocket;
  terminationGracePeriodSeconds?: number;
  timeoutSeconds?: number;
}

export interface DruidPolicies {
  periodSeconds: number;
  type: string;
  value: number;
}

export interface DruidScaleDown {
  policies?: DruidPolicies[];
  selectPolicy?: string;
  stabilizationWindowSeconds?: number;
}

export interface DruidBehavior {
  scaleDown?: DruidScaleDown;
  scaleUp?: DruidScaleDown;
}

export interface DruidTarget {
  averageUtilization?: number;
  averageValue?: number | string;
  type: string;
  value?: number | string;
}

export interface DruidContainerResource {
  container: string;
  name: string;
  target: DruidTarget;
}

export interface DruidMetric {
  name: string;
  selector?: DruidLabelSelector;
}

export interface DruidExternal {
  metric: DruidMetric;
  target: DruidTarget;
}

export interface DruidDescribedObject {
  apiVersion?: string;
  kind: string;
  name: string;
}

export interface DruidObject {
  describedObject: DruidDescribedObject;
  metric: DruidMetric;
  target: DruidTarget;
}

export interface DruidResource {
  name: string;
  target: DruidTarget;
}

export interface DruidMetrics {
  containerResource?: DruidContainerResource;
  external?: DruidExternal;
  object?: DruidObject;
  pods?: DruidExternal;
  resource?: DruidResource;
  type: string;
}

export interface DruidHpAutoscaler {
  behavior?: DruidBehavior;
  maxReplicas: number;
  metrics?: DruidMetrics[];
  minReplicas?: number;
  scaleTargetRef: DruidDescribedObject;
}

export interface DruidDefaultBackendResource {
  apiGroup?: string;
  kind: string;
  name: string;
}

export interface DruidPort {
  name?: string;
  number?: number;
}

export interface DruidService {
  name: string;
  port?: DruidPort;
}

export interface DruidDefaultBackend {
  resource?: DruidDefaultBackendResource;
  service?: DruidService;
}

export interface DruidPaths {
  backend: DruidDefaultBackend;
  path?: string;
  pathType: string;
}

export interface DruidHttp {
  paths: DruidPaths[];
}

export interface DruidRules {
  host?: string;
  http?: DruidHttp;
}

export interface DruidTls {
  hosts?: string[];
  secretName?: string;
}

export interface DruidIngress {
  defaultBackend?: DruidDefaultBackend;
  ingressClassName?: string;
  rules?: DruidRules[];
  tls?: DruidTls[];
}

export interface DruidSleep {
  seconds: number;
}

export interface DruidPostStart {
  exec?: DruidExec;
  httpGet?: DruidHttpGet;
  sleep?: DruidSleep;
  tcpSocket?: DruidTcpSocket;
}

export interface DruidLifecycle {
  postStart?: DruidPostStart;
  preStop?: DruidPostStart;
}

export interface DruidMetadata {
  annotations?: Record<string, string>;
  finalizers?: string[];
  labels?: Record<string, string>;
  name?: string;
  namespace?: string;
}

export interface DruidDataSourceRef {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

export interface DruidSpecResources {
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface DruidSpec {
  accessModes?: string[];
  dataSource?: DruidDefaultBackendResource;
  dataSourceRef?: DruidDataSourceRef;
  resources?: DruidSpecResources;
  selector?: DruidLabelSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  volumeName?: string;
}

export interface DruidConditions {
  lastProbeTime?: string;
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

export interface DruidModifyVolumeStatus {
  status: string;
  targetVolumeAttributesClassName?: string;
}

export interface DruidStatus {
  accessModes?: string[];
  allocatedResourceStatuses?: Record<string, string>;
  allocatedResources?: Record<string, number | string>;
  capacity?: Record<string, number | string>;
  conditions?: DruidConditions[];
  currentVolumeAttributesClassName?: string;
  modifyVolumeStatus?: DruidModifyVolumeStatus;
  phase?: string;
}

export interface DruidPersistentVolumeClaim {
  apiVersion?: string;
  kind?: string;
  metadata?: DruidMetadata;
  spec?: DruidSpec;
  status?: DruidStatus;
}

export interface DruidPodDisruptionBudgetSpec {
  maxUnavailable?: number | string;
  minAvailable?: number | string;
  selector?: DruidLabelSelector;
  unhealthyPodEvictionPolicy?: string;
}

export interface DruidPorts {
  containerPort: number;
  hostIP?: string;
  hostPort?: number;
  name?: string;
  protocol?: string;
}

export interface DruidNodesSecurityContext {
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: DruidSeLinuxOptions;
  seccompProfile?: DruidSeccompProfile;
  supplementalGroups?: number[];
  sysctls?: DruidHttpHeaders[];
  windowsOptions?: DruidWindowsOptions;
}

export interface DruidSpecPorts {
  appProtocol?: string;
  name?: string;
  nodePort?: number;
  port: number;
  protocol?: string;
  targetPort?: number | string;
}

export interface DruidClientIP {
  timeoutSeconds?: number;
}

export interface DruidSessionAffinityConfig {
  clientIP?: DruidClientIP;
}

export interface DruidServicesSpec {
  allocateLoadBalancerNodePorts?: boolean;
  clusterIP?: string;
  clusterIPs?: string[];
  externalIPs?: string[];
  externalName?: string;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  internalTrafficPolicy?: string;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  loadBalancerClass?: string;
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  ports?: DruidSpecPorts[];
  publishNotReadyAddresses?: boolean;
  selector?: Record<string, string>;
  sessionAffinity?: string;
  sessionAffinityConfig?: DruidSessionAffinityConfig;
  type?: string;
}

export interface DruidStatusConditions {
  lastTransitionTime: string;
  message: string;
  observedGeneration?: number;
  reason: string;
  status: "True" | "False" | "Unknown";
  type: string;
}

export interface DruidIngressPorts {
  error?: string;
  port: number;
  protocol: string;
}

export interface DruidLoadBalancerIngress {
  hostname?: string;
  ip?: string;
  ipMode?: string;
  ports?: DruidIngressPorts[];
}

export interface DruidLoadBalancer {
  ingress?: DruidLoadBalancerIngress[];
}

export interface DruidServicesStatus {
  conditions?: DruidStatusConditions[];
  loadBalancer?: DruidLoadBalancer;
}

export interface DruidServices {
  apiVersion?: string;
  kind?: string;
  metadata?: DruidMetadata;
  spec?: DruidServicesSpec;
  status?: DruidServicesStatus;
}

export interface DruidTolerations {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
}

export interface DruidTopologySpreadConstraints {
  labelSelector?: DruidLabelSelector;
  matchLabelKeys?: string[];
  maxSkew: number;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  topologyKey: string;
  whenUnsatisfiable: string;
}

export interface DruidRollingUpdate {
  maxUnavailable?: number | string;
  partition?: number;
}

export interface DruidUpdateStrategy {
  rollingUpdate?: DruidRollingUpdate;
  type?: string;
}

export interface DruidAwsElasticBlockStore {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID: string;
}

export interface DruidAzureDisk {
  cachingMode?: string;
  diskName: string;
  diskURI: string;
  fsType?: string;
  kind?: string;
  readOnly?: boolean;
}

export interface DruidAzureFile {
  readOnly?: boolean;
  secretName: string;
  shareName: string;
}

export interface DruidCephfs {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: DruidImagePullSecrets;
  user?: string;
}

export interface DruidCinder {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: DruidImagePullSecrets;
  volumeID: string;
}

export interface DruidItems {
  key: string;
  mode?: number;
  path: string;
}

export interface DruidConfigMap {
  defaultMode?: number;
  items?: DruidItems[];
  name?: string;
  optional?: boolean;
}

export interface DruidCsi {
  driver: string;
  fsType?: string;
  nodePublishSecretRef?: DruidImagePullSecrets;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

export interface DruidDownwardAPIItems {
  fieldRef?: DruidFieldRef;
  mode?: number;
  path: string;
  resourceFieldRef?: DruidResourceFieldRef;
}

export interface DruidDownwardAPI {
  defaultMode?: number;
  items?: DruidDownwardAPIItems[];
}

export interface DruidEmptyDir {
  medium?: string;
  sizeLimit?: number | string;
}

export interface DruidVolumeClaimTemplate {
  metadata?: DruidMetadata;
  spec: DruidSpec;
}

export interface DruidEphemeral {
  volumeClaimTemplate?: DruidVolumeClaimTemplate;
}

export interface DruidFc {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
}

export interface DruidFlexVolume {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: DruidImagePullSecrets;
}

export interface DruidFlocker {
  datasetName?: string;
  datasetUUID?: string;
}

export interface DruidGcePersistentDisk {
  fsType?: string;
  partition?: number;
  pdName: string;
  readOnly?: boolean;
}

export interface DruidGitRepo {
  directory?: string;
  repository: string;
  revision?: string;
}

export interface DruidGlusterfs {
  endpoints: string;
  path: string;
  readOnly?: boolean;
}

export interface DruidHostPath {
  path: string;
  type?: string;
}

export interface DruidIscsi {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: DruidImagePullSecrets;
  targetPortal: string;
}

export interface DruidNfs {
  path: string;
  readOnly?: boolean;
  server: string;
}

export interface DruidVolumesPersistentVolumeClaim {
  claimName: string;
  readOnly?: boolean;
}

export interface DruidPhotonPersistentDisk {
  fsType?: string;
  pdID: string;
}

export interface DruidPortworxVolume {
  fsType?: string;
  readOnly?: boolean;
  volumeID: string;
}

export interface DruidClusterTrustBundle {
  labelSelector?: DruidLabelSelector;
  name?: string;
  optional?: boolean;
  path: string;
  signerName?: string;
}

export interface DruidSourcesConfigMap {
  items?: DruidItems[];
  name?: string;
  optional?: boolean;
}

export interface DruidSourcesDownwardAPI {
  items?: DruidDownwardAPIItems[];
}

export interface DruidServiceAccountToken {
  audience?: string;
  expirationSeconds?: number;
  path: string;
}

export interface DruidSources {
  clusterTrustBundle?: DruidClusterTrustBundle;
  configMap?: DruidSourcesConfigMap;
  downwardAPI?: DruidSourcesDownwardAPI;
  secret?: DruidSourcesConfigMap;
  serviceAccountToken?: DruidServiceAccountToken;
}

export interface DruidProjected {
  defaultMode?: number;
  sources?: DruidSources[];
}

export interface DruidQuobyte {
  group?: string;
  readOnly?: boolean;
  registry: string;
  tenant?: string;
  user?: string;
  volume: string;
}

export interface DruidRbd {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: DruidImagePullSecrets;
  user?: string;
}

export interface DruidScaleIO {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: DruidImagePullSecrets;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
}

export interface DruidSecret {
  defaultMode?: number;
  items?: DruidItems[];
  optional?: boolean;
  secretName?: string;
}

export interface DruidStorageos {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: DruidImagePullSecrets;
  volumeName?: string;
  volumeNamespace?: string;
}

export interface DruidVsphereVolume {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath: string;
}

export interface DruidVolumes {
  awsElasticBlockStore?: DruidAwsElasticBlockStore;
  azureDisk?: DruidAzureDisk;
  azureFile?: DruidAzureFile;
  cephfs?: DruidCephfs;
  cinder?: DruidCinder;
  configMap?: DruidConfigMap;
  csi?: DruidCsi;
  downwardAPI?: DruidDownwardAPI;
  emptyDir?: DruidEmptyDir;
  ephemeral?: DruidEphemeral;
  fc?: DruidFc;
  flexVolume?: DruidFlexVolume;
  flocker?: DruidFlocker;
  gcePersistentDisk?: DruidGcePersistentDisk;
  gitRepo?: DruidGitRepo;
  glusterfs?: DruidGlusterfs;
  hostPath?: DruidHostPath;
  iscsi?: DruidIscsi;
  name: string;
  nfs?: DruidNfs;
  persistentVolumeClaim?: DruidVolumesPersistentVolumeClaim;
  photonPersistentDisk?: DruidPhotonPersistentDisk;
  portworxVolume?: DruidPortworxVolume;
  projected?: DruidProjected;
  quobyte?: DruidQuobyte;
  rbd?: DruidRbd;
  scaleIO?: DruidScaleIO;
  secret?: DruidSecret;
  storageos?: DruidStorageos;
  vsphereVolume?: DruidVsphereVolume;
}

export interface DruidNodes {
  additionalContainer?: DruidAdditionalContainer[];
  affinity?: DruidAffinity;
  containerSecurityContext?: DruidSecurityContext;
  "druid.port": number;
  dynamicConfig?: Record<string, unknown>;
  env?: DruidEnv[];
  envFrom?: DruidEnvFrom[];
  "extra.jvm.options"?: string;
  hpAutoscaler?: DruidHpAutoscaler;
  image?: string;
  imagePullPolicy?: string;
  imagePullSecrets?: DruidImagePullSecrets[];
  ingress?: DruidIngress;
  ingressAnnotations?: Record<string, string>;
  "jvm.options"?: string;
  kind?: string;
  lifecycle?: DruidLifecycle;
  livenessProbe?: DruidLivenessProbe;
  "log4j.config"?: string;
  maxSurge?: number;
  maxUnavailable?: number;
  nodeConfigMountPath: string;
  nodeSelector?: Record<string, string>;
  nodeType: "historical" | "overlord" | "middleManager" | "indexer" | "broker" | "coordinator" | "router";
  persistentVolumeClaim?: DruidPersistentVolumeClaim[];
  podAnnotations?: Record<string, string>;
  podDisruptionBudgetSpec?: DruidPodDisruptionBudgetSpec;
  podLabels?: Record<string, string>;
  podManagementPolicy?: string;
  ports?: DruidPorts[];
  priorityClassName?: string;
  readinessProbe?: DruidLivenessProbe;
  replicas?: number;
  resources?: DruidResources;
  "runtime.properties": string;
  securityContext?: DruidNodesSecurityContext;
  serviceAccountName?: string;
  services?: DruidServices[];
  startUpProbe?: DruidLivenessProbe;
  terminationGracePeriodSeconds?: number;
  tolerations?: DruidTolerations[];
  topologySpreadConstraints?: DruidTopologySpreadConstraints[];
  updateStrategy?: DruidUpdateStrategy;
  volumeClaimTemplates?: DruidPersistentVolumeClaim[];
  volumeMounts?: DruidVolumeMounts[];
  volumes?: DruidVolumes[];
  workloadAnnotations?: Record<string, string>;
}

export interface DruidSpec126 {
  additionalContainer?: DruidAdditionalContainer[];
  affinity?: DruidAffinity;
  auth?: DruidAuth;
  "common.runtime.properties": string;
  commonConfigMountPath?: string;
  containerSecurityContext?: DruidSecurityContext;
  "core-site.xml"?: string;
  deepStorage?: DruidDeepStorage;
  defaultProbes?: boolean;
  deleteOrphanPvc?: boolean;
  disablePVCAnnotationUpdate?: boolean;
  disablePVCDeletionFinalizer?: boolean;
  dynamicConfig?: Record<string, unknown>;
  env?: DruidEnv[];
  envFrom?: DruidEnvFrom[];
  extraCommonConfig?: DruidExtraCommonConfig[];
  forceDeleteStsPodOnError?: boolean;
  "hdfs-site.xml"?: string;
  ignored?: boolean;
  image?: string;
  imagePullPolicy?: string;
  imagePullSecrets?: DruidImagePullSecrets[];
  "jvm.options"?: string;
  livenessProbe?: DruidLivenessProbe;
  "log4j.config"?: string;
  metadataStore?: DruidDeepStorage;
  "metricDimensions.json"?: string;
  nodeSelector?: Record<string, string>;
  nodes: Record<string, DruidNodes>;
  podAnnotations?: Record<string, string>;
  podLabels?: Record<string, string>;
  podManagementPolicy?: string;
  priorityClassName?: string;
  readinessProbe?: DruidLivenessProbe;
  rollingDeploy?: boolean;
  scalePvcSts?: boolean;
  securityContext?: DruidNodesSecurityContext;
  serviceAccount?: string;
  services?: DruidServices[];
  startScript?: string;
  startUpProbe?: DruidLivenessProbe;
  tolerations?: DruidTolerations[];
  updateStrategy?: DruidUpdateStrategy;
  volumeClaimTemplates?: DruidPersistentVolumeClaim[];
  volumeMounts?: DruidVolumeMounts[];
  volumes?: DruidVolumes[];
  workloadAnnotations?: Record<string, string>;
  zookeeper?: DruidDeepStorage;
}
