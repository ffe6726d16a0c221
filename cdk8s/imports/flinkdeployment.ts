// Generated from crds/upstream/flinkdeployments.flink.apache.org-v1.yaml by "make imports"; do not edit.

export interface FlinkDeployment {
  apiVersion: "flink.apache.org/v1beta1";
  kind: "FlinkDeployment";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: FlinkDeploymentSpec115;
}

export interface FlinkDeploymentTls {
  hosts?: string[];
  secretName?: string;
}

export interface FlinkDeploymentIngress {
  annotations?: Record<string, string>;
  className?: string;
  labels?: Record<string, string>;
  template?: string;
  tls?: FlinkDeploymentTls[];
}

export interface FlinkDeploymentJob {
  allowNonRestoredState?: boolean;
  args?: string[];
  autoscalerResetNonce?: number;
  checkpointTriggerNonce?: number;
  entryClass?: string;
  initialSavepointPath?: string;
  jarURI?: string;
  parallelism?: number;
  savepointRedeployNonce?: number;
  savepointTriggerNonce?: number;
  state?: "running" | "suspended";
  upgradeMode?: "last-state" | "savepoint" | "stateless";
}

export interface FlinkDeploymentManagedFields {
  apiVersion?: string;
  fieldsType?: string;
  fieldsV1?: Record<string, unknown>;
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
}

export interface FlinkDeploymentOwnerReferences {
  apiVersion?: string;
  blockOwnerDeletion?: boolean;
  controller?: boolean;
  kind?: string;
  name?: string;
  uid?: string;
}

export interface FlinkDeploymentMetadata {
  annotations?: Record<string, string>;
  creationTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  deletionTimestamp?: string;
  finalizers?: string[];
  generateName?: string;
  generation?: number;
  labels?: Record<string, string>;
  managedFields?: FlinkDeploymentManagedFields[];
  name?: string;
  namespace?: string;
  ownerReferences?: FlinkDeploymentOwnerReferences[];
  resourceVersion?: string;
  selfLink?: string;
  uid?: string;
}

export interface FlinkDeploymentMatchExpressions {
  key?: string;
  operator?: string;
  values?: string[];
}

export interface FlinkDeploymentPreference {
  matchExpressions?: FlinkDeploymentMatchExpressions[];
  matchFields?: FlinkDeploymentMatchExpressions[];
}

export interface FlinkDeploymentPreferredDuringSchedulingIgnoredDuringExecution {
  preference?: FlinkDeploymentPreference;
  weight?: number;
}

export interface FlinkDeploymentRequiredDuringSchedulingIgnoredDuringExecution {
  nodeSelectorTerms?: FlinkDeploymentPreference[];
}

export interface FlinkDeploymentNodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: FlinkDeploymentPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: FlinkDeploymentRequiredDuringSchedulingIgnoredDuringExecution;
}

export interface FlinkDeploymentLabelSelector {
  matchExpressions?: FlinkDeploymentMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface FlinkDeploymentPodAffinityTerm {
  labelSelector?: FlinkDeploymentLabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: FlinkDeploymentLabelSelector;
  namespaces?: string[];
  topologyKey?: string;
}

export interface FlinkDeploymentPodAffinityPreferredDuringSchedulingIgnoredDuringExecution {
  podAffinityTerm?: FlinkDeploymentPodAffinityTerm;
  weight?: number;
}

export interface FlinkDeploymentPodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: FlinkDeploymentPodAffinityPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: FlinkDeploymentPodAffinityTerm[];
}

export interface FlinkDeploymentAffinity {
  nodeAffinity?: FlinkDeploymentNodeAffinity;
  podAffinity?: FlinkDeploymentPodAffinity;
  podAntiAffinity?: FlinkDeploymentPodAffinity;
}

export interface FlinkDeploymentConfigMapKeyRef {
  key?: string;
  name?: string;
  optional?: boolean;
}

export interface FlinkDeploymentFieldRef {
  apiVersion?: string;
  fieldPath?: string;
}

export interface FlinkDeploymentResourceFieldRef {
  containerName?: string;
  divisor?: number | string;
  resource?: string;
}

export interface FlinkDeploymentValueFrom {
  configMapKeyRef?: FlinkDeploymentConfigMapKeyRef;
  fieldRef?: FlinkDeploymentFieldRef;
  resourceFieldRef?: FlinkDeploymentResourceFieldRef;
  secretKeyRef?: FlinkDeploymentConfigMapKeyRef;
}

export interface FlinkDeploymentEnv {
  name?: string;
  value?: string;
  valueFrom?: FlinkDeploymentValueFrom;
}

export interface FlinkDeploymentConfigMapRef {
  name?: string;
  optional?: boolean;
}

export interface FlinkDeploymentEnvFrom {
  configMapRef?: FlinkDeploymentConfigMapRef;
  prefix?: string;
  secretRef?: FlinkDeploymentConfigMapRef;
}

export interface FlinkDeploymentExec {
  command?: string[];
}

export interface FlinkDeploymentHttpHeaders {
  name?: string;
  value?: string;
}

export interface FlinkDeploymentHttpGet {
  host?: string;
  httpHeaders?: FlinkDeploymentHttpHeaders[];
  path?: string;
  port?: number | string;
  scheme?: string;
}

export interface FlinkDeploymentSleep {
  seconds?: number;
}

export interface FlinkDeploymentTcpSocket {
  host?: string;
  port?: number | string;
}

export interface FlinkDeploymentPostStart {
  exec?: FlinkDeploymentExec;
  httpGet?: FlinkDeploymentHttpGet;
  sleep?: FlinkDeploymentSleep;
  tcpSocket?: FlinkDeploymentTcpSocket;
}

export interface FlinkDeploymentLifecycle {
  postStart?: FlinkDeploymentPostStart;
  preStop?: FlinkDeploymentPostStart;
  stopSignal?: string;
}

export interface FlinkDeploymentGrpc {
  port?: number;
  service?: string;
}

export interface FlinkDeploymentLivenessProbe {
  exec?: FlinkDeploymentExec;
  failureThreshold?: number;
  grpc?: FlinkDeploymentGrpc;
  httpGet?: FlinkDeploymentHttpGet;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  tcpSocket?: FlinkDeploymentTcpSocket;
  terminationGracePeriodSeconds?: number;
  timeoutSeconds?: number;
}

export interface FlinkDeploymentPorts {
  containerPort?: number;
  hostIP?: string;
  hostPort?: number;
  name?: string;
  protocol?: string;
}

export interface FlinkDeploymentResizePolicy {
  resourceName?: string;
  restartPolicy?: string;
}

export interface FlinkDeploymentClaims {
  name?: string;
  request?: string;
}

export interface FlinkDeploymentResources {
  claims?: FlinkDeploymentClaims[];
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface FlinkDeploymentAppArmorProfile {
  localhostProfile?: string;
  type?: string;
}

export interface FlinkDeploymentCapabilities {
  add?: string[];
  drop?: string[];
}

export interface FlinkDeploymentSeLinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

export interface FlinkDeploymentWindowsOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

export interface FlinkDeploymentSecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: FlinkDeploymentAppArmorProfile;
  capabilities?: FlinkDeploymentCapabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: FlinkDeploymentSeLinuxOptions;
  seccompProfile?: FlinkDeploymentAppArmorProfile;
  windowsOptions?: FlinkDeploymentWindowsOptions;
}

export interface FlinkDeploymentVolumeDevices {
  devicePath?: string;
  name?: string;
}

export interface FlinkDeploymentVolumeMounts {
  mountPath?: string;
  mountPropagation?: string;
  name?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

export interface FlinkDeploymentContainers {
  args?: string[];
  command?: string[];
  env?: FlinkDeploymentEnv[];
  envFrom?: FlinkDeploymentEnvFrom[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: FlinkDeploymentLifecycle;
  livenessProbe?: FlinkDeploymentLivenessProbe;
  name?: string;
  ports?: FlinkDeploymentPorts[];
  readinessProbe?: FlinkDeploymentLivenessProbe;
  resizePolicy?: FlinkDeploymentResizePolicy[];
  resources?: FlinkDeploymentResources;
  restartPolicy?: string;
  securityContext?: FlinkDeploymentSecurityContext;
  startupProbe?: FlinkDeploymentLivenessProbe;
  stdin?: boolean;
  stdinOnce?: boolean;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: FlinkDeploymentVolumeDevices[];
  volumeMounts?: FlinkDeploymentVolumeMounts[];
  workingDir?: string;
}

export interface FlinkDeploymentDnsConfig {
  nameservers?: string[];
  options?: FlinkDeploymentHttpHeaders[];
  searches?: string[];
}

export interface FlinkDeploymentEphemeralContainers {
  args?: string[];
  command?: string[];
  env?: FlinkDeploymentEnv[];
  envFrom?: FlinkDeploymentEnvFrom[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: FlinkDeploymentLifecycle;
  livenessProbe?: FlinkDeploymentLivenessProbe;
  name?: string;
  ports?: FlinkDeploymentPorts[];
  readinessProbe?: FlinkDeploymentLivenessProbe;
  resizePolicy?: FlinkDeploymentResizePolicy[];
  resources?: FlinkDeploymentResources;
  restartPolicy?: string;
  securityContext?: FlinkDeploymentSecurityContext;
  startupProbe?: FlinkDeploymentLivenessProbe;
  stdin?: boolean;
  stdinOnce?: boolean;
  targetContainerName?: string;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: FlinkDeploymentVolumeDevices[];
  volumeMounts?: FlinkDeploymentVolumeMounts[];
  workingDir?: string;
}

export interface FlinkDeploymentHostAliases {
  hostnames?: string[];
  ip?: string;
}

export interface FlinkDeploymentImagePullSecrets {
  name?: string;
}

export interface FlinkDeploymentReadinessGates {
  conditionType?: string;
}

export interface FlinkDeploymentResourceClaims {
  name?: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

export interface FlinkDeploymentSpecSecurityContext {
  appArmorProfile?: FlinkDeploymentAppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: FlinkDeploymentSeLinuxOptions;
  seccompProfile?: FlinkDeploymentAppArmorProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  sysctls?: FlinkDeploymentHttpHeaders[];
  windowsOptions?: FlinkDeploymentWindowsOptions;
}

export interface FlinkDeploymentTolerations {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
}

export interface FlinkDeploymentTopologySpreadConstraints {
  labelSelector?: FlinkDeploymentLabelSelector;
  matchLabelKeys?: string[];
  maxSkew?: number;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  topologyKey?: string;
  whenUnsatisfiable?: string;
}

export interface FlinkDeploymentAwsElasticBlockStore {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID?: string;
}

export interface FlinkDeploymentAzureDisk {
  cachingMode?: string;
  diskName?: string;
  diskURI?: string;
  fsType?: string;
  kind?: string;
  readOnly?: boolean;
}

export interface FlinkDeploymentAzureFile {
  readOnly?: boolean;
  secretName?: string;
  shareName?: string;
}

export interface FlinkDeploymentCephfs {
  monitors?: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: FlinkDeploymentImagePullSecrets;
  user?: string;
}

export interface FlinkDeploymentCinder {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: FlinkDeploymentImagePullSecrets;
  volumeID?: string;
}

export interface FlinkDeploymentItems {
  key?: string;
  mode?: number;
  path?: string;
}

export interface FlinkDeploymentConfigMap {
  defaultMode?: number;
  items?: FlinkDeploymentItems[];
  name?: string;
  optional?: boolean;
}

export interface FlinkDeploymentCsi {
  driver?: string;
  fsType?: string;
  nodePublishSecretRef?: FlinkDeploymentImagePullSecrets;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

export interface FlinkDeploymentDownwardAPIItems {
  fieldRef?: FlinkDeploymentFieldRef;
  mode?: number;
  path?: string;
  resourceFieldRef?: FlinkDeploymentResourceFieldRef;
}

export interface FlinkDeploymentDownwardAPI {
  defaultMode?: number;
  items?: FlinkDeploymentDownwardAPIItems[];
}

export interface FlinkDeploymentEmptyDir {
  medium?: string;
  sizeLimit?: number | string;
}

export interface FlinkDeploymentDataSource {
  apiGroup?: string;
  kind?: string;
  name?: string;
}

export interface FlinkDeploymentDataSourceRef {
  apiGroup?: string;
  kind?: string;
  name?: string;
  namespace?: string;
}

export interface FlinkDeploymentSpecResources {
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface FlinkDeploymentSpec {
  accessModes?: string[];
  dataSource?: FlinkDeploymentDataSource;
  dataSourceRef?: FlinkDeploymentDataSourceRef;
  resources?: FlinkDeploymentSpecResources;
  selector?: FlinkDeploymentLabelSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  volumeName?: string;
}

export interface FlinkDeploymentVolumeClaimTemplate {
  metadata?: FlinkDeploymentMetadata;
  spec?: FlinkDeploymentSpec;
}

export interface FlinkDeploymentEphemeral {
  volumeClaimTemplate?: FlinkDeploymentVolumeClaimTemplate;
}

export interface FlinkDeploymentFc {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
}

export interface FlinkDeploymentFlexVolume {
  driver?: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: FlinkDeploymentImagePullSecrets;
}

export interface FlinkDeploymentFlocker {
  datasetName?: string;
  datasetUUID?: string;
}

export interface FlinkDeploymentGcePersistentDisk {
  fsType?: string;
  partition?: number;
  pdName?: string;
  readOnly?: boolean;
}

export interface FlinkDeploymentGitRepo {
  directory?: string;
  repository?: string;
  revision?: string;
}

export interface FlinkDeploymentGlusterfs {
  endpoints?: string;
  path?: string;
  readOnly?: boolean;
}

export interface FlinkDeploymentHostPath {
  path?: string;
  type?: string;
}

export interface FlinkDeploymentImage {
  pullPolicy?: string;
  reference?: string;
}

export interface FlinkDeploymentIscsi {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn?: string;
  iscsiInterface?: string;
  lun?: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: FlinkDeploymentImagePullSecrets;
  targetPortal?: string;
}

export interface FlinkDeploymentNfs {
  path?: string;
  readOnly?: boolean;
  server?: string;
}

export interface FlinkDeploymentPersistentVolumeClaim {
  claimName?: string;
  readOnly?: boolean;
}

export interface FlinkDeploymentPhotonPersistentDisk {
  fsType?: string;
  pdID?: string;
}

export interface FlinkDeploymentPortworxVolume {
  fsType?: string;
  readOnly?: boolean;
  volumeID?: string;
}

export interface FlinkDeploymentClusterTrustBundle {
  labelSelector?: FlinkDeploymentLabelSelector;
  name?: string;
  optional?: boolean;
  path?: string;
  signerName?: string;
}

export interface FlinkDeploymentSourcesConfigMap {
  items?: FlinkDeploymentItems[];
  name?: string;
  optional?: boolean;
}

export interface FlinkDeploymentSourcesDownwardAPI {
  items?: FlinkDeploymentDownwardAPIItems[];
}

export interface FlinkDeploymentServiceAccountToken {
  audience?: string;
  expirationSeconds?: number;
  path?: string;
}

export interface FlinkDeploymentSources {
  clusterTrustBundle?: FlinkDeploymentClusterTrustBundle;
  configMap?: FlinkDeploymentSourcesConfigMap;
  downwardAPI?: FlinkDeploymentSourcesDownwardAPI;
  secret?: FlinkDeploymentSourcesConfigMap;
  serviceAccountToken?: FlinkDeploymentServiceAccountToken;
}

export interface FlinkDeploymentProjected {
  defaultMode?: number;
  sources?: FlinkDeploymentSources[];
}

export interface FlinkDeploymentQuobyte {
  group?: string;
  readOnly?: boolean;
  registry?: string;
  tenant?: string;
  user?: string;
  volume?: string;
}

export interface FlinkDeploymentRbd {
  fsType?: string;
  image?: string;
  keyring?: string;
  monitors?: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: FlinkDeploymentImagePullSecrets;
  user?: string;
}

export interface FlinkDeploymentScaleIO {
  fsType?: string;
  gateway?: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef?: FlinkDeploymentImagePullSecrets;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system?: string;
  volumeName?: string;
}

export interface FlinkDeploymentSecret {
  defaultMode?: number;
  items?: FlinkDeploymentItems[];
  optional?: boolean;
  secretName?: string;
}

export interface FlinkDeploymentStorageos {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: FlinkDeploymentImagePullSecrets;
  volumeName?: string;
  volumeNamespace?: string;
}

export interface FlinkDeploymentVsphereVolume {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath?: string;
}

export interface FlinkDeploymentVolumes {
  awsElasticBlockStore?: FlinkDeploymentAwsElasticBlockStore;
  azureDisk?: FlinkDeploymentAzureDisk;
  azureFile?: FlinkDeploymentAzureFile;
  cephfs?: FlinkDeploymentCephfs;
  cinder?: FlinkDeploymentCinder;
  configMap?: FlinkDeploymentConfigMap;
  csi?: FlinkDeploymentCsi;
  downwardAPI?: FlinkDeploymentDownwardAPI;
  emptyDir?: FlinkDeploymentEmptyDir;
  ephemeral?: FlinkDeploymentEphemeral;
  fc?: FlinkDeploymentFc;
  flexVolume?: FlinkDeploymentFlexVolume;
  flocker?: FlinkDeploymentFlocker;
  gcePersistentDisk?: FlinkDeploymentGcePersistentDisk;
  gitRepo?: FlinkDeploymentGitRepo;
  glusterfs?: FlinkDeploymentGlusterfs;
  hostPath?: FlinkDeploymentHostPath;
  image?: FlinkDeploymentImage;
  iscsi?: FlinkDeploymentIscsi;
  name?: string;
  nfs?: FlinkDeploymentNfs;
  persistentVolumeClaim?: FlinkDeploymentPersistentVolumeClaim;
  photonPersistentDisk?: FlinkDeploymentPhotonPersistentDisk;
  portworxVolume?: FlinkDeploymentPortworxVolume;
  projected?: FlinkDeploymentProjected;
  quobyte?: FlinkDeploymentQuobyte;
  rbd?: FlinkDeploymentRbd;
  scaleIO?: FlinkDeploymentScaleIO;
  secret?: FlinkDeploymentSecret;
  storageos?: FlinkDeploymentStorageos;
  vsphereVolume?: FlinkDeploymentVsphereVolume;
}

export interface FlinkDeploymentPodTemplateSpec {
  activeDeadlineSeconds?: number;
  affinity?: FlinkDeploymentAffinity;
  automountServiceAccountToken?: boolean;
  containers?: FlinkDeploymentContainers[];
  dnsConfig?: FlinkDeploymentDnsConfig;
  dnsPolicy?: string;
  enableServiceLinks?: boolean;
  ephemeralContainers?: FlinkDeploymentEphemeralContainers[];
  hostAliases?: FlinkDeploymentHostAliases[];
  hostIPC?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostUsers?: boolean;
  hostname?: string;
  imagePullSecrets?: FlinkDeploymentImagePullSecrets[];
  initContainers?: FlinkDeploymentContainers[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  os?: FlinkDeploymentImagePullSecrets;
  overhead?: Record<string, number | string>;
  preemptionPolicy?: string;
  priority?: number;
  priorityClassName?: string;
  readinessGates?: FlinkDeploymentReadinessGates[];
  resourceClaims?: FlinkDeploymentResourceClaims[];
  resources?: FlinkDeploymentResources;
  restartPolicy?: string;
  runtimeClassName?: string;
  schedulerName?: string;
  schedulingGates?: FlinkDeploymentImagePullSecrets[];
  securityContext?: FlinkDeploymentSpecSecurityContext;
  serviceAccount?: string;
  serviceAccountName?: string;
  setHostnameAsFQDN?: boolean;
  shareProcessNamespace?: boolean;
  subdomain?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: FlinkDeploymentTolerations[];
  topologySpreadConstraints?: FlinkDeploymentTopologySpreadConstraints[];
  volumes?: FlinkDeploymentVolumes[];
}

export interface FlinkDeploymentConditions {
  lastProbeTime?: string;
  lastTransitionTime?: string;
  message?: string;
  observedGeneration?: number;
  reason?: string;
  status?: string;
  type?: string;
}

export interface FlinkDeploymentAllocatedResourcesStatusResources {
  health?: string;
  resourceID?: string;
}

export interface FlinkDeploymentAllocatedResourcesStatus {
  name?: string;
  resources?: FlinkDeploymentAllocatedResourcesStatusResources[];
}

export interface FlinkDeploymentRunning {
  startedAt?: string;
}

export interface FlinkDeploymentTerminated {
  containerID?: string;
  exitCode?: number;
  finishedAt?: string;
  message?: string;
  reason?: string;
  signal?: number;
  startedAt?: string;
}

export interface FlinkDeploymentWaiting {
  message?: string;
  reason?: string;
}

export interface FlinkDeploymentLastState {
  running?: FlinkDeploymentRunning;
  terminated?: FlinkDeploymentTerminated;
  waiting?: FlinkDeploymentWaiting;
}

export interface FlinkDeploymentLinux {
  gid?: number;
  supplementalGroups?: number[];
  uid?: number;
}

export interface FlinkDeploymentUser {
  linux?: FlinkDeploymentLinux;
}

export interface FlinkDeploymentContainerStatusesVolumeMounts {
  mountPath?: string;
  name?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
}

export interface FlinkDeploymentContainerStatuses {
  allocatedResources?: Record<string, number | string>;
  allocatedResourcesStatus?: FlinkDeploymentAllocatedResourcesStatus[];
  containerID?: string;
  image?: string;
  imageID?: string;
  lastState?: FlinkDeploymentLastState;
  name?: string;
  ready?: boolean;
  resources?: FlinkDeploymentResources;
  restartCount?: number;
  started?: boolean;
  state?: FlinkDeploymentLastState;
  stopSignal?: string;
  user?: FlinkDeploymentUser;
  volumeMounts?: FlinkDeploymentContainerStatusesVolumeMounts[];
}

export interface FlinkDeploymentHostIPs {
  ip?: string;
}

export interface FlinkDeploymentResourceClaimStatuses {
  name?: string;
  resourceClaimName?: string;
}

export interface FlinkDeploymentStatus {
  conditions?: FlinkDeploymentConditions[];
  containerStatuses?: FlinkDeploymentContainerStatuses[];
  ephemeralContainerStatuses?: FlinkDeploymentContainerStatuses[];
  hostIP?: string;
  hostIPs?: FlinkDeploymentHostIPs[];
  initContainerStatuses?: FlinkDeploymentContainerStatuses[];
  message?: string;
  nominatedNodeName?: string;
  observedGeneration?: number;
  phase?: string;
  podIP?: string;
  podIPs?: FlinkDeploymentHostIPs[];
  qosClass?: string;
  reason?: string;
  resize?: string;
  resourceClaimStatuses?: FlinkDeploymentResourceClaimStatuses[];
  startTime?: string;
}

export interface FlinkDeploymentPodTemplate {
  apiVersion?: string;
  kind?: string;
  metadata?: FlinkDeploymentMetadata;
  spec?: FlinkDeploymentPodTemplateSpec;
  status?: FlinkDeploymentStatus;
}

export interface FlinkDeploymentResource {
  cpu?: number;
  ephemeralStorage?: string;
  memory?: string;
}

export interface FlinkDeploymentJobManager {
  podTemplate?: FlinkDeploymentPodTemplate;
  replicas?: number;
  resource?: FlinkDeploymentResource;
}

export interface FlinkDeploymentSpec115 {
  flinkConfiguration?: Record<string, unknown>;
  flinkVersion?: "v1_13" | "v1_14" | "v1_15" | "v1_16" | "v1_17" | "v1_18" | "v1_19" | "v1_20" | "v2_0" | "v2_1" | "v2_2";
  image?: string;
  imagePullPolicy?: string;
  ingress?: FlinkDeploymentIngress;
  job?: FlinkDeploymentJob;
  jobManager?: FlinkDeploymentJobManager;
  logConfiguration?: Record<string, string>;
  mode?: "native" | "standalone";
  podTemplate?: FlinkDeploymentPodTemplate;
  restartNonce?: number;
  serviceAccount?: string;
  taskManager?: FlinkDeploymentJobManager;
}
