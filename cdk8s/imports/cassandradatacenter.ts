// Generated from crds/upstream/cassandra.datastax.com_cassandradatacenters.yaml by "make imports"; do not edit.

export interface CassandraDatacenter {
  apiVersion: "cassandra.datastax.com/v1beta1";
  kind: "CassandraDatacenter";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: CassandraDatacenterSpec113;
}

export interface CassandraDatacenterAdditionalSeedService {
  additionalAnnotations?: Record<string, string>;
  additionalLabels?: Record<string, string>;
}

export interface CassandraDatacenterAdditionalServiceConfig {
  additionalSeedService?: CassandraDatacenterAdditionalSeedService;
  allpodsService?: CassandraDatacenterAdditionalSeedService;
  dcService?: CassandraDatacenterAdditionalSeedService;
  nodePortService?: CassandraDatacenterAdditionalSeedService;
  seedService?: CassandraDatacenterAdditionalSeedService;
}

export interface CassandraDatacenterCdc {
  cdcConcurrentProcessors?: number;
  cdcPollIntervalM?: number;
  cdcWorkingDir?: string;
  errorCommitLogReprocessEnabled?: boolean;
  pulsarAuthParams?: string;
  pulsarAuthPluginClassName?: string;
  pulsarBatchDelayInMs?: number;
  pulsarKeyBasedBatcher?: boolean;
  pulsarMaxPendingMessages?: number;
  pulsarMaxPendingMessagesAcrossPartitions?: number;
  pulsarServiceUrl: string;
  sslAllowInsecureConnection?: string;
  sslCipherSuites?: string;
  sslEnabledProtocols?: string;
  sslHostnameVerificationEnable?: string;
  sslKeystorePassword?: string;
  sslKeystorePath?: string;
  sslProvider?: string;
  sslTruststorePassword?: string;
  sslTruststorePath?: string;
  sslTruststoreType?: string;
  topicPrefix?: string;
}

export interface CassandraDatacenterClaims {
  name: string;
  request?: string;
}

export interface CassandraDatacenterConfigBuilderResources {
  claims?: CassandraDatacenterClaims[];
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface CassandraDatacenterDseWorkloads {
  analyticsEnabled?: boolean;
  graphEnabled?: boolean;
  searchEnabled?: boolean;
}

export interface CassandraDatacenterManual {
  clientSecretName: string;
  serverSecretName: string;
  skipSecretValidation?: boolean;
}

export interface CassandraDatacenterManagementApiAuth {
  insecure?: Record<string, unknown>;
  manual?: CassandraDatacenterManual;
}

export interface CassandraDatacenterNodePort {
  internode?: number;
  internodeSSL?: number;
  native?: number;
  nativeSSL?: number;
}

export interface CassandraDatacenterNetworking {
  hostNetwork?: boolean;
  nodePort?: CassandraDatacenterNodePort;
}

export interface CassandraDatacenterMetadata {
  annotations?: Record<string, string>;
  finalizers?: string[];
  labels?: Record<string, string>;
  name?: string;
  namespace?: string;
}

export interface CassandraDatacenterMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface CassandraDatacenterPreference {
  matchExpressions?: CassandraDatacenterMatchExpressions[];
  matchFields?: CassandraDatacenterMatchExpressions[];
}

export interface CassandraDatacenterPreferredDuringSchedulingIgnoredDuringExecution {
  preference: CassandraDatacenterPreference;
  weight: number;
}

export interface CassandraDatacenterRequiredDuringSchedulingIgnoredDuringExecution {
  nodeSelectorTerms: CassandraDatacenterPreference[];
}

export interface CassandraDatacenterNodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: CassandraDatacenterPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: CassandraDatacenterRequiredDuringSchedulingIgnoredDuringExecution;
}

export interface CassandraDatacenterLabelSelector {
  matchExpressions?: CassandraDatacenterMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface CassandraDatacenterPodAffinityTerm {
  labelSelector?: CassandraDatacenterLabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: CassandraDatacenterLabelSelector;
  namespaces?: string[];
  topologyKey: string;
}

export interface CassandraDatacenterPodAffinityPreferredDuringSchedulingIgnoredDuringExecution {
  podAffinityTerm: CassandraDatacenterPodAffinityTerm;
  weight: number;
}

export interface CassandraDatacenterPodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: CassandraDatacenterPodAffinityPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: CassandraDatacenterPodAffinityTerm[];
}

export interface CassandraDatacenterAffinity {
  nodeAffinity?: CassandraDatacenterNodeAffinity;
  podAffinity?: CassandraDatacenterPodAffinity;
  podAntiAffinity?: CassandraDatacenterPodAffinity;
}

export interface CassandraDatacenterConfigMapKeyRef {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface CassandraDatacenterFieldRef {
  apiVersion?: string;
  fieldPath: string;
}

export interface CassandraDatacenterFileKeyRef {
  key: string;
  optional?: boolean;
  path: string;
  volumeName: string;
}

export interface CassandraDatacenterResourceFieldRef {
  containerName?: string;
  divisor?: number | string;
  resource: string;
}

export interface CassandraDatacenterValueFrom {
  configMapKeyRef?: CassandraDatacenterConfigMapKeyRef;
  fieldRef?: CassandraDatacenterFieldRef;
  fileKeyRef?: CassandraDatacenterFileKeyRef;
  resourceFieldRef?: CassandraDatacenterResourceFieldRef;
  secretKeyRef?: CassandraDatacenterConfigMapKeyRef;
}

export interface CassandraDatacenterEnv {
  name: string;
  value?: string;
  valueFrom?: CassandraDatacenterValueFrom;
}

export interface CassandraDatacenterConfigMapRef {
  name?: string;
  optional?: boolean;
}

export interface CassandraDatacenterEnvFrom {
  configMapRef?: CassandraDatacenterConfigMapRef;
  prefix?: string;
  secretRef?: CassandraDatacenterConfigMapRef;
}

export interface CassandraDatacenterExec {
  command?: string[];
}

export interface CassandraDatacenterHttpHeaders {
  name: string;
  value: string;
}

export interface CassandraDatacenterHttpGet {
  host?: string;
  httpHeaders?: CassandraDatacenterHttpHeaders[];
  path?: string;
  port: number | string;
  scheme?: string;
}

export interface CassandraDatacenterSleep {
  seconds: number;
}

export interface CassandraDatacenterTcpSocket {
  host?: string;
  port: number | string;
}

export interface CassandraDatacenterPostStart {
  exec?: CassandraDatacenterExec;
  httpGet?: CassandraDatacenterHttpGet;
  sleep?: CassandraDatacenterSleep;
  tcpSocket?: CassandraDatacenterTcpSocket;
}

export interface CassandraDatacenterLifecycle {
  postStart?: CassandraDatacenterPostStart;
  preStop?: CassandraDatacenterPostStart;
  stopSignal?: string;
}

export interface CassandraDatacenterGrpc {
  port: number;
  service?: string;
}

export interface CassandraDatacenterLivenessProbe {
  exec?: CassandraDatacenterExec;
  failureThreshold?: number;
  grpc?: CassandraDatacenterGrpc;
  httpGet?: CassandraDatacenterHttpGet;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  tcpSocket?: CassandraDatacenterTcpSocket;
  terminationGracePeriodSeconds?: number;
  timeoutSeconds?: number;
}

export interface CassandraDatacenterPorts {
  containerPort: number;
  hostIP?: string;
  hostPort?: number;
  name?: string;
  protocol?: string;
}

export interface CassandraDatacenterResizePolicy {
  resourceName: string;
  restartPolicy: string;
}

export interface CassandraDatacenterExitCodes {
  operator: string;
  values?: number[];
}

export interface CassandraDatacenterRestartPolicyRules {
  action: string;
  exitCodes?: CassandraDatacenterExitCodes;
}

export interface CassandraDatacenterAppArmorProfile {
  localhostProfile?: string;
  type: string;
}

export interface CassandraDatacenterCapabilities {
  add?: string[];
  drop?: string[];
}

export interface CassandraDatacenterSeLinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

export interface CassandraDatacenterWindowsOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

export interface CassandraDatacenterSecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: CassandraDatacenterAppArmorProfile;
  capabilities?: CassandraDatacenterCapabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: CassandraDatacenterSeLinuxOptions;
  seccompProfile?: CassandraDatacenterAppArmorProfile;
  windowsOptions?: CassandraDatacenterWindowsOptions;
}

export interface CassandraDatacenterVolumeDevices {
  devicePath: string;
  name: string;
}

export interface CassandraDatacenterVolumeMounts {
  mountPath: string;
  mountPropagation?: string;
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

export interface CassandraDatacenterContainers {
  args?: string[];
  command?: string[];
  env?: CassandraDatacenterEnv[];
  envFrom?: CassandraDatacenterEnvFrom[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: CassandraDatacenterLifecycle;
  livenessProbe?: CassandraDatacenterLivenessProbe;
  name: string;
  ports?: CassandraDatacenterPorts[];
  readinessProbe?: CassandraDatacenterLivenessProbe;
  resizePolicy?: CassandraDatacenterResizePolicy[];
  resources?: CassandraDatacenterConfigBuilderResources;
  restartPolicy?: string;
  restartPolicyRules?: CassandraDatacenterRestartPolicyRules[];
  securityContext?: CassandraDatacenterSecurityContext;
  startupProbe?: CassandraDatacenterLivenessProbe;
  stdin?: boolean;
  stdinOnce?: boolean;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: CassandraDatacenterVolumeDevices[];
  volumeMounts?: CassandraDatacenterVolumeMounts[];
  workingDir?: string;
}

export interface CassandraDatacenterOptions {
  name?: string;
  value?: string;
}

export interface CassandraDatacenterDnsConfig {
  nameservers?: string[];
  options?: CassandraDatacenterOptions[];
  searches?: string[];
}

export interface CassandraDatacenterEphemeralContainers {
  args?: string[];
  command?: string[];
  env?: CassandraDatacenterEnv[];
  envFrom?: CassandraDatacenterEnvFrom[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: CassandraDatacenterLifecycle;
  livenessProbe?: CassandraDatacenterLivenessProbe;
  name: string;
  ports?: CassandraDatacenterPorts[];
  readinessProbe?: CassandraDatacenterLivenessProbe;
  resizePolicy?: CassandraDatacenterResizePolicy[];
  resources?: CassandraDatacenterConfigBuilderResources;
  restartPolicy?: string;
  restartPolicyRules?: CassandraDatacenterRestartPolicyRules[];
  securityContext?: CassandraDatacenterSecurityContext;
  startupProbe?: CassandraDatacenterLivenessProbe;
  stdin?: boolean;
  stdinOnce?: boolean;
  targetContainerName?: string;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: CassandraDatacenterVolumeDevices[];
  volumeMounts?: CassandraDatacenterVolumeMounts[];
  workingDir?: string;
}

export interface CassandraDatacenterHostAliases {
  hostnames?: string[];
  ip: string;
}

export interface CassandraDatacenterImagePullSecrets {
  name?: string;
}

export interface CassandraDatacenterOs {
  name: string;
}

export interface CassandraDatacenterReadinessGates {
  conditionType: string;
}

export interface CassandraDatacenterResourceClaims {
  name: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

export interface CassandraDatacenterSpecSecurityContext {
  appArmorProfile?: CassandraDatacenterAppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: CassandraDatacenterSeLinuxOptions;
  seccompProfile?: CassandraDatacenterAppArmorProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  sysctls?: CassandraDatacenterHttpHeaders[];
  windowsOptions?: CassandraDatacenterWindowsOptions;
}

export interface CassandraDatacenterTolerations {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
}

export interface CassandraDatacenterTopologySpreadConstraints {
  labelSelector?: CassandraDatacenterLabelSelector;
  matchLabelKeys?: string[];
  maxSkew: number;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  topologyKey: string;
  whenUnsatisfiable: string;
}

export interface CassandraDatacenterAwsElasticBlockStore {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID: string;
}

export interface CassandraDatacenterAzureDisk {
  cachingMode?: string;
  diskName: string;
  diskURI: string;
  fsType?: string;
  kind?: string;
  readOnly?: boolean;
}

export interface CassandraDatacenterAzureFile {
  readOnly?: boolean;
  secretName: string;
  shareName: string;
}

export interface CassandraDatacenterCephfs {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: CassandraDatacenterImagePullSecrets;
  user?: string;
}

export interface CassandraDatacenterCinder {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: CassandraDatacenterImagePullSecrets;
  volumeID: string;
}

export interface CassandraDatacenterItems {
  key: string;
  mode?: number;
  path: string;
}

export interface CassandraDatacenterConfigMap {
  defaultMode?: number;
  items?: CassandraDatacenterItems[];
  name?: string;
  optional?: boolean;
}

export interface CassandraDatacenterCsi {
  driver: string;
  fsType?: string;
  nodePublishSecretRef?: CassandraDatacenterImagePullSecrets;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

export interface CassandraDatacenterDownwardAPIItems {
  fieldRef?: CassandraDatacenterFieldRef;
  mode?: number;
  path: string;
  resourceFieldRef?: CassandraDatacenterResourceFieldRef;
}

export interface CassandraDatacenterDownwardAPI {
  defaultMode?: number;
  items?: CassandraDatacenterDownwardAPIItems[];
}

export interface CassandraDatacenterEmptyDir {
  medium?: string;
  sizeLimit?: number | string;
}

export interface CassandraDatacenterDataSource {
  apiGroup?: string;
  kind: string;
  name: string;
}

export interface CassandraDatacenterDataSourceRef {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

export interface CassandraDatacenterResources {
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface CassandraDatacenterSpec {
  accessModes?: string[];
  dataSource?: CassandraDatacenterDataSource;
  dataSourceRef?: CassandraDatacenterDataSourceRef;
  resources?: CassandraDatacenterResources;
  selector?: CassandraDatacenterLabelSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  volumeName?: string;
}

export interface CassandraDatacenterVolumeClaimTemplate {
  metadata?: CassandraDatacenterMetadata;
  spec: CassandraDatacenterSpec;
}

export interface CassandraDatacenterEphemeral {
  volumeClaimTemplate?: CassandraDatacenterVolumeClaimTemplate;
}

export interface CassandraDatacenterFc {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
}

export interface CassandraDatacenterFlexVolume {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: CassandraDatacenterImagePullSecrets;
}

export interface CassandraDatacenterFlocker {
  datasetName?: string;
  datasetUUID?: string;
}

export interface CassandraDatacenterGcePersistentDisk {
  fsType?: string;
  partition?: number;
  pdName: string;
  readOnly?: boolean;
}

export interface CassandraDatacenterGitRepo {
  directory?: string;
  repository: string;
  revision?: string;
}

export interface CassandraDatacenterGlusterfs {
  endpoints: string;
  path: string;
  readOnly?: boolean;
}

export interface CassandraDatacenterHostPath {
  path: string;
  type?: string;
}

export interface CassandraDatacenterImage {
  pullPolicy?: string;
  reference?: string;
}

export interface CassandraDatacenterIscsi {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: CassandraDatacenterImagePullSecrets;
  targetPortal: string;
}

export interface CassandraDatacenterNfs {
  path: string;
  readOnly?: boolean;
  server: string;
}

export interface CassandraDatacenterPersistentVolumeClaim {
  claimName: string;
  readOnly?: boolean;
}

export interface CassandraDatacenterPhotonPersistentDisk {
  fsType?: string;
  pdID: string;
}

export interface CassandraDatacenterPortworxVolume {
  fsType?: string;
  readOnly?: boolean;
  volumeID: string;
}

export interface CassandraDatacenterClusterTrustBundle {
  labelSelector?: CassandraDatacenterLabelSelector;
  name?: string;
  optional?: boolean;
  path: string;
  signerName?: string;
}

export interface CassandraDatacenterSourcesConfigMap {
  items?: CassandraDatacenterItems[];
  name?: string;
  optional?: boolean;
}

export interface CassandraDatacenterSourcesDownwardAPI {
  items?: CassandraDatacenterDownwardAPIItems[];
}

export interface CassandraDatacenterPodCertificate {
  certificateChainPath?: string;
  credentialBundlePath?: string;
  keyPath?: string;
  keyType: string;
  maxExpirationSeconds?: number;
  signerName: string;
}

export interface CassandraDatacenterServiceAccountToken {
  audience?: string;
  expirationSeconds?: number;
  path: string;
}

export interface CassandraDatacenterSources {
  clusterTrustBundle?: CassandraDatacenterClusterTrustBundle;
  configMap?: CassandraDatacenterSourcesConfigMap;
  downwardAPI?: CassandraDatacenterSourcesDownwardAPI;
  podCertificate?: CassandraDatacenterPodCertificate;
  secret?: CassandraDatacenterSourcesConfigMap;
  serviceAccountToken?: CassandraDatacenterServiceAccountToken;
}

export interface CassandraDatacenterProjected {
  defaultMode?: number;
  sources?: CassandraDatacenterSources[];
}

export interface CassandraDatacenterQuobyte {
  group?: string;
  readOnly?: boolean;
  registry: string;
  tenant?: string;
  user?: string;
  volume: string;
}

export interface CassandraDatacenterRbd {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: CassandraDatacenterImagePullSecrets;
  user?: string;
}

export interface CassandraDatacenterScaleIO {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: CassandraDatacenterImagePullSecrets;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
}

export interface CassandraDatacenterSecret {
  defaultMode?: number;
  items?: CassandraDatacenterItems[];
  optional?: boolean;
  secretName?: string;
}

export interface CassandraDatacenterStorageos {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: CassandraDatacenterImagePullSecrets;
  volumeName?: string;
  volumeNamespace?: string;
}

export interface CassandraDatacenterVsphereVolume {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath: string;
}

export interface CassandraDatacenterVolumes {
  awsElasticBlockStore?: CassandraDatacenterAwsElasticBlockStore;
  azureDisk?: CassandraDatacenterAzureDisk;
  azureFile?: CassandraDatacenterAzureFile;
  cephfs?: CassandraDatacenterCephfs;
  cinder?: CassandraDatacenterCinder;
  configMap?: CassandraDatacenterConfigMap;
  csi?: CassandraDatacenterCsi;
  downwardAPI?: CassandraDatacenterDownwardAPI;
  emptyDir?: CassandraDatacenterEmptyDir;
  ephemeral?: CassandraDatacenterEphemeral;
  fc?: CassandraDatacenterFc;
  flexVolume?: CassandraDatacenterFlexVolume;
  flocker?: CassandraDatacenterFlocker;
  gcePersistentDisk?: CassandraDatacenterGcePersistentDisk;
  gitRepo?: CassandraDatacenterGitRepo;
  glusterfs?: CassandraDatacenterGlusterfs;
  hostPath?: CassandraDatacenterHostPath;
  image?: CassandraDatacenterImage;
  iscsi?: CassandraDatacenterIscsi;
  name: string;
  nfs?: CassandraDatacenterNfs;
  persistentVolumeClaim?: CassandraDatacenterPersistentVolumeClaim;
  photonPersistentDisk?: CassandraDatacenterPhotonPersistentDisk;
  portworxVolume?: CassandraDatacenterPortworxVolume;
  projected?: CassandraDatacenterProjected;
  quobyte?: CassandraDatacenterQuobyte;
  rbd?: CassandraDatacenterRbd;
  scaleIO?: CassandraDatacenterScaleIO;
  secret?: CassandraDatacenterSecret;
  storageos?: CassandraDatacenterStorageos;
  vsphereVolume?: CassandraDatacenterVsphereVolume;
}

export interface CassandraDatacenterPodTemplateSpecSpec {
  activeDeadlineSeconds?: number;
  affinity?: CassandraDatacenterAffinity;
  automountServiceAccountToken?: boolean;
  containers: CassandraDatacenterContainers[];
  dnsConfig?: CassandraDatacenterDnsConfig;
  dnsPolicy?: string;
  enableServiceLinks?: boolean;
  ephemeralContainers?: CassandraDatacenterEphemeralContainers[];
  hostAliases?: CassandraDatacenterHostAliases[];
  hostIPC?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostUsers?: boolean;
  hostname?: string;
  hostnameOverride?: string;
  imagePullSecrets?: CassandraDatacenterImagePullSecrets[];
  initContainers?: CassandraDatacenterContainers[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  os?: CassandraDatacenterOs;
  overhead?: Record<string, number | string>;
  preemptionPolicy?: string;
  priority?: number;
  priorityClassName?: string;
  readinessGates?: CassandraDatacenterReadinessGates[];
  resourceClaims?: CassandraDatacenterResourceClaims[];
  resources?: CassandraDatacenterConfigBuilderResources;
  restartPolicy?: string;
  runtimeClassName?: string;
  schedulerName?: string;
  schedulingGates?: CassandraDatacenterOs[];
  securityContext?: CassandraDatacenterSpecSecurityContext;
  serviceAccount?: string;
  serviceAccountName?: string;
  setHostnameAsFQDN?: boolean;
  shareProcessNamespace?: boolean;
  subdomain?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: CassandraDatacenterTolerations[];
  topologySpreadConstraints?: CassandraDatacenterTopologySpreadConstraints[];
  volumes?: CassandraDatacenterVolumes[];
}

export interface CassandraDatacenterPodTemplateSpec {
  metadata?: CassandraDatacenterMetadata;
  spec?: CassandraDatacenterPodTemplateSpecSpec;
}

export interface CassandraDatacenterRacks {
  affinity?: CassandraDatacenterAffinity;
  name: string;
  nodeAffinityLabels?: Record<string, string>;
  zone?: string;
}

export interface CassandraDatacenterVolumeSource {
  awsElasticBlockStore?: CassandraDatacenterAwsElasticBlockStore;
  azureDisk?: CassandraDatacenterAzureDisk;
  azureFile?: CassandraDatacenterAzureFile;
  cephfs?: CassandraDatacenterCephfs;
  cinder?: CassandraDatacenterCinder;
  configMap?: CassandraDatacenterConfigMap;
  csi?: CassandraDatacenterCsi;
  downwardAPI?: CassandraDatacenterDownwardAPI;
  emptyDir?: CassandraDatacenterEmptyDir;
  ephemeral?: CassandraDatacenterEphemeral;
  fc?: CassandraDatacenterFc;
  flexVolume?: CassandraDatacenterFlexVolume;
  flocker?: CassandraDatacenterFlocker;
  gcePersistentDisk?: CassandraDatacenterGcePersistentDisk;
  gitRepo?: CassandraDatacenterGitRepo;
  glusterfs?: CassandraDatacenterGlusterfs;
  hostPath?: CassandraDatacenterHostPath;
  image?: CassandraDatacenterImage;
  iscsi?: CassandraDatacenterIscsi;
  nfs?: CassandraDatacenterNfs;
  persistentVolumeClaim?: CassandraDatacenterPersistentVolumeClaim;
  photonPersistentDisk?: CassandraDatacenterPhotonPersistentDisk;
  portworxVolume?: CassandraDatacenterPortworxVolume;
  projected?: CassandraDatacenterProjected;
  quobyte?: CassandraDatacenterQuobyte;
  rbd?: CassandraDatacenterRbd;
  scaleIO?: CassandraDatacenterScaleIO;
  secret?: CassandraDatacenterSecret;
  storageos?: CassandraDatacenterStorageos;
  vsphereVolume?: CassandraDatacenterVsphereVolume;
}

export interface CassandraDatacenterAdditionalVolumes {
  mountPath: string;
  name: string;
  pvcSpec?: CassandraDatacenterSpec;
  volumeSource?: CassandraDatacenterVolumeSource;
}

export interface CassandraDatacenterStorageConfig {
  additionalVolumes?: CassandraDatacenterAdditionalVolumes[];
  cassandraDataVolumeClaimSpec?: CassandraDatacenterSpec;
}

export interface CassandraDatacenterUsers {
  secretName: string;
  superuser: boolean;
}

export interface CassandraDatacenterSpec113 {
  additionalAnnotations?: Record<string, string>;
  additionalLabels?: Record<string, string>;
  additionalSeeds?: string[];
  additionalServiceConfig?: CassandraDatacenterAdditionalServiceConfig;
  allowMultipleNodesPerWorker?: boolean;
  canaryUpgrade?: boolean;
  canaryUpgradeCount?: number;
  cdc?: CassandraDatacenterCdc;
  clusterName: string;
  config?: string;
  configBuilderImage?: string;
  configBuilderResources?: CassandraDatacenterConfigBuilderResources;
  configSecret?: string;
  datacenterName?: string;
  disableSystemLoggerSidecar?: boolean;
  dockerImageRunsAsCassandra?: boolean;
  dseWorkloads?: CassandraDatacenterDseWorkloads;
  forceUpgradeRacks?: string[];
  managementApiAuth?: CassandraDatacenterManagementApiAuth;
  maxUnavailable?: number | string;
  minReadySeconds?: number;
  networking?: CassandraDatacenterNetworking;
  nodeAffinityLabels?: Record<string, string>;
  nodeSelector?: Record<string, string>;
  podTemplateSpec?: CassandraDatacenterPodTemplateSpec;
  racks?: CassandraDatacenterRacks[];
  readOnlyRootFilesystem?: boolean;
  replaceNodes?: string[];
  resources?: CassandraDatacenterConfigBuilderResources;
  rollingRestartRequested?: boolean;
  serverImage?: string;
  serverType: "cassandra" | "dse" | "hcd";
  serverVersion: string;
  serviceAccount?: string;
  serviceAccountName?: string;
  size: number;
  stopped?: boolean;
  storageConfig: CassandraDatacenterStorageConfig;
  superuserSecretName?: string;
  systemLoggerImage?: string;
  systemLoggerResources?: CassandraDatacenterConfigBuilderResources;
  tolerations?: CassandraDatacenterTolerations[];
  users?: CassandraDatacenterUsers[];
}
