// Generated from crds/upstream/seaweed.seaweedfs.com_seaweeds.yaml by "make imports"; do not edit.

export interface Seaweed {
  apiVersion: "seaweed.seaweedfs.com/v1";
  kind: "Seaweed";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: SeaweedSpec103;
}

export interface SeaweedMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface SeaweedPreference {
  matchExpressions?: SeaweedMatchExpressions[];
  matchFields?: SeaweedMatchExpressions[];
}

export interface SeaweedPreferredDuringSchedulingIgnoredDuringExecution {
  preference: SeaweedPreference;
  weight: number;
}

export interface SeaweedRequiredDuringSchedulingIgnoredDuringExecution {
  nodeSelectorTerms: SeaweedPreference[];
}

export interface SeaweedNodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: SeaweedPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: SeaweedRequiredDuringSchedulingIgnoredDuringExecution;
}

export interface SeaweedLabelSelector {
  matchExpressions?: SeaweedMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface SeaweedPodAffinityTerm {
  labelSelector?: SeaweedLabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: SeaweedLabelSelector;
  namespaces?: string[];
  topologyKey: string;
}

export interface SeaweedPodAffinityPreferredDuringSchedulingIgnoredDuringExecution {
  podAffinityTerm: SeaweedPodAffinityTerm;
  weight: number;
}

export interface SeaweedPodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: SeaweedPodAffinityPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: SeaweedPodAffinityTerm[];
}

export interface SeaweedAffinity {
  nodeAffinity?: SeaweedNodeAffinity;
  podAffinity?: SeaweedPodAffinity;
  podAntiAffinity?: SeaweedPodAffinity;
}

export interface SeaweedClaims {
  name: string;
  request?: string;
}

export interface SeaweedAppArmorProfile {
  localhostProfile?: string;
  type: string;
}

export interface SeaweedCapabilities {
  add?: string[];
  drop?: string[];
}

export interface SeaweedSeLinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

export interface SeaweedWindowsOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

export interface SeaweedContainerSecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: SeaweedAppArmorProfile;
  capabilities?: SeaweedCapabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: SeaweedSeLinuxOptions;
  seccompProfile?: SeaweedAppArmorProfile;
  windowsOptions?: SeaweedWindowsOptions;
}

export interface SeaweedCredentialsSecret {
  name?: string;
}

export interface SeaweedConfigMapKeyRef {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface SeaweedFieldRef {
  apiVersion?: string;
  fieldPath: string;
}

export interface SeaweedFileKeyRef {
  key: string;
  optional?: boolean;
  path: string;
  volumeName: string;
}

export interface SeaweedResourceFieldRef {
  containerName?: string;
  divisor?: number | string;
  resource: string;
}

export interface SeaweedValueFrom {
  configMapKeyRef?: SeaweedConfigMapKeyRef;
  fieldRef?: SeaweedFieldRef;
  fileKeyRef?: SeaweedFileKeyRef;
  resourceFieldRef?: SeaweedResourceFieldRef;
  secretKeyRef?: SeaweedConfigMapKeyRef;
}

export interface SeaweedEnv {
  name: string;
  value?: string;
  valueFrom?: SeaweedValueFrom;
}

export interface SeaweedTls {
  hosts?: string[];
  secretName?: string;
}

export interface SeaweedIngress {
  annotations?: Record<string, string>;
  className?: string;
  enabled?: boolean;
  host?: string;
  path?: string;
  tls?: SeaweedTls[];
}

export interface SeaweedLivenessProbe {
  failureThreshold?: number;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
}

export interface SeaweedSysctls {
  name: string;
  value: string;
}

export interface SeaweedPodSecurityContext {
  appArmorProfile?: SeaweedAppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: SeaweedSeLinuxOptions;
  seccompProfile?: SeaweedAppArmorProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  sysctls?: SeaweedSysctls[];
  windowsOptions?: SeaweedWindowsOptions;
}

export interface SeaweedReadinessProbe {
  failureThreshold?: number;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  timeoutSeconds?: number;
}

export interface SeaweedService {
  annotations?: Record<string, string>;
  clusterIP?: string;
  loadBalancerIP?: string;
  type?: string;
}

export interface SeaweedTolerations {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
}

export interface SeaweedVolumeMounts {
  mountPath: string;
  mountPropagation?: string;
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

export interface SeaweedAwsElasticBlockStore {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID: string;
}

export interface SeaweedAzureDisk {
  cachingMode?: string;
  diskName: string;
  diskURI: string;
  fsType?: string;
  kind?: string;
  readOnly?: boolean;
}

export interface SeaweedAzureFile {
  readOnly?: boolean;
  secretName: string;
  shareName: string;
}

export interface SeaweedCephfs {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: SeaweedCredentialsSecret;
  user?: string;
}

export interface SeaweedCinder {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: SeaweedCredentialsSecret;
  volumeID: string;
}

export interface SeaweedItems {
  key: string;
  mode?: number;
  path: string;
}

export interface SeaweedConfigMap {
  defaultMode?: number;
  items?: SeaweedItems[];
  name?: string;
  optional?: boolean;
}

export interface SeaweedCsi {
  driver: string;
  fsType?: string;
  nodePublishSecretRef?: SeaweedCredentialsSecret;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

export interface SeaweedDownwardAPIItems {
  fieldRef?: SeaweedFieldRef;
  mode?: number;
  path: string;
  resourceFieldRef?: SeaweedResourceFieldRef;
}

export interface SeaweedDownwardAPI {
  defaultMode?: number;
  items?: SeaweedDownwardAPIItems[];
}

export interface SeaweedEmptyDir {
  medium?: string;
  sizeLimit?: number | string;
}

export interface SeaweedDataSource {
  apiGroup?: string;
  kind: string;
  name: string;
}

export interface SeaweedDataSourceRef {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

export interface SeaweedResources {
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface SeaweedSpec {
  accessModes?: string[];
  dataSource?: SeaweedDataSource;
  dataSourceRef?: SeaweedDataSourceRef;
  resources?: SeaweedResources;
  selector?: SeaweedLabelSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  volumeName?: string;
}

export interface SeaweedVolumeClaimTemplate {
  metadata?: Record<string, unknown>;
  spec: SeaweedSpec;
}

export interface SeaweedEphemeral {
  volumeClaimTemplate?: SeaweedVolumeClaimTemplate;
}

export interface SeaweedFc {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
}

export interface SeaweedFlexVolume {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: SeaweedCredentialsSecret;
}

export interface SeaweedFlocker {
  datasetName?: string;
  datasetUUID?: string;
}

export interface SeaweedGcePersistentDisk {
  fsType?: string;
  partition?: number;
  pdName: string;
  readOnly?: boolean;
}

export interface SeaweedGitRepo {
  directory?: string;
  repository: string;
  revision?: string;
}

export interface SeaweedGlusterfs {
  endpoints: string;
  path: string;
  readOnly?: boolean;
}

export interface SeaweedHostPath {
  path: string;
  type?: string;
}

export interface SeaweedImage {
  pullPolicy?: string;
  reference?: string;
}

export interface SeaweedIscsi {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: SeaweedCredentialsSecret;
  targetPortal: string;
}

export interface SeaweedNfs {
  path: string;
  readOnly?: boolean;
  server: string;
}

export interface SeaweedPersistentVolumeClaim {
  claimName: string;
  readOnly?: boolean;
}

export interface SeaweedPhotonPersistentDisk {
  fsType?: string;
  pdID: string;
}

export interface SeaweedPortworxVolume {
  fsType?: string;
  readOnly?: boolean;
  volumeID: string;
}

export interface SeaweedClusterTrustBundle {
  labelSelector?: SeaweedLabelSelector;
  name?: string;
  optional?: boolean;
  path: string;
  signerName?: string;
}

export interface SeaweedSourcesConfigMap {
  items?: SeaweedItems[];
  name?: string;
  optional?: boolean;
}

export interface SeaweedSourcesDownwardAPI {
  items?: SeaweedDownwardAPIItems[];
}

export interface SeaweedPodCertificate {
  certificateChainPath?: string;
  credentialBundlePath?: string;
  keyPath?: string;
  keyType: string;
  maxExpirationSeconds?: number;
  signerName: string;
  userAnnotations?: Record<string, string>;
}

export interface SeaweedServiceAccountToken {
  audience?: string;
  expirationSeconds?: number;
  path: string;
}

export interface SeaweedSources {
  clusterTrustBundle?: SeaweedClusterTrustBundle;
  configMap?: SeaweedSourcesConfigMap;
  downwardAPI?: SeaweedSourcesDownwardAPI;
  podCertificate?: SeaweedPodCertificate;
  secret?: SeaweedSourcesConfigMap;
  serviceAccountToken?: SeaweedServiceAccountToken;
}

export interface SeaweedProjected {
  defaultMode?: number;
  sources?: SeaweedSources[];
}

export interface SeaweedQuobyte {
  group?: string;
  readOnly?: boolean;
  registry: string;
  tenant?: string;
  user?: string;
  volume: string;
}

export interface SeaweedRbd {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: SeaweedCredentialsSecret;
  user?: string;
}

export interface SeaweedScaleIO {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: SeaweedCredentialsSecret;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
}

export interface SeaweedSecret {
  defaultMode?: number;
  items?: SeaweedItems[];
  optional?: boolean;
  secretName?: string;
}

export interface SeaweedStorageos {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: SeaweedCredentialsSecret;
  volumeName?: string;
  volumeNamespace?: string;
}

export interface SeaweedVsphereVolume {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath: string;
}

export interface SeaweedVolumes {
  awsElasticBlockStore?: SeaweedAwsElasticBlockStore;
  azureDisk?: SeaweedAzureDisk;
  azureFile?: SeaweedAzureFile;
  cephfs?: SeaweedCephfs;
  cinder?: SeaweedCinder;
  configMap?: SeaweedConfigMap;
  csi?: SeaweedCsi;
  downwardAPI?: SeaweedDownwardAPI;
  emptyDir?: SeaweedEmptyDir;
  ephemeral?: SeaweedEphemeral;
  fc?: SeaweedFc;
  flexVolume?: SeaweedFlexVolume;
  flocker?: SeaweedFlocker;
  gcePersistentDisk?: SeaweedGcePersistentDisk;
  gitRepo?: SeaweedGitRepo;
  glusterfs?: SeaweedGlusterfs;
  hostPath?: SeaweedHostPath;
  image?: SeaweedImage;
  iscsi?: SeaweedIscsi;
  name: string;
  nfs?: SeaweedNfs;
  persistentVolumeClaim?: SeaweedPersistentVolumeClaim;
  photonPersistentDisk?: SeaweedPhotonPersistentDisk;
  portworxVolume?: SeaweedPortworxVolume;
  projected?: SeaweedProjected;
  quobyte?: SeaweedQuobyte;
  rbd?: SeaweedRbd;
  scaleIO?: SeaweedScaleIO;
  secret?: SeaweedSecret;
  storageos?: SeaweedStorageos;
  vsphereVolume?: SeaweedVsphereVolume;
}

export interface SeaweedAdmin {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  claims?: SeaweedClaims[];
  containerSecurityContext?: SeaweedContainerSecurityContext;
  credentialsSecret?: SeaweedCredentialsSecret;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  hostNetwork?: boolean;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  ingress?: SeaweedIngress;
  initContainers?: Record<string, unknown>;
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  metricsPort?: number;
  nodeSelector?: Record<string, string>;
  podSecurityContext?: SeaweedPodSecurityContext;
  priorityClassName?: string;
  readinessProbe?: SeaweedReadinessProbe;
  requests?: Record<string, number | string>;
  schedulerName?: string;
  service?: SeaweedService;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumes?: SeaweedVolumes[];
}

export interface SeaweedDataMirror {
  filerPath?: string;
  storageName: string;
}

export interface SeaweedSchedule {
  filerPath?: string;
  keep?: number;
  name: string;
  schedule: string;
  storageName: string;
  suspend?: boolean;
}

export interface SeaweedAzure {
  accountName: string;
  container: string;
  directory?: string;
}

export interface SeaweedB2 {
  bucket: string;
  directory?: string;
  region?: string;
}

export interface SeaweedFilesystem {
  existingClaim: string;
  mountPath?: string;
  subPath?: string;
}

export interface SeaweedGcs {
  bucket: string;
  directory?: string;
}

export interface SeaweedS3 {
  bucket: string;
  directory?: string;
  endpoint?: string;
  forcePathStyle?: boolean;
  region?: string;
}

export interface SeaweedStorages {
  azure?: SeaweedAzure;
  b2?: SeaweedB2;
  credentialsSecret?: string;
  filesystem?: SeaweedFilesystem;
  gcs?: SeaweedGcs;
  s3?: SeaweedS3;
  type: "s3" | "gcs" | "azure" | "b2" | "filesystem";
}

export interface SeaweedBackup {
  dataMirror?: SeaweedDataMirror[];
  image?: string;
  schedule?: SeaweedSchedule[];
  storages: Record<string, SeaweedStorages>;
}

export interface SeaweedIceberg {
  enabled?: boolean;
  port?: number;
}

export interface SeaweedPersistence {
  accessModes?: string[];
  annotations?: Record<string, string>;
  dataSource?: SeaweedDataSource;
  enabled?: boolean;
  existingClaim?: string;
  labels?: Record<string, string>;
  mountPath?: string;
  resources?: SeaweedResources;
  selector?: SeaweedLabelSelector;
  storageClassName?: string;
  subPath?: string;
  volumeMode?: string;
  volumeName?: string;
}

export interface SeaweedFilerS3 {
  configSecret?: SeaweedConfigMapKeyRef;
  enabled?: boolean;
}

export interface SeaweedFiler {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  claims?: SeaweedClaims[];
  config?: string;
  configSecret?: SeaweedConfigMapKeyRef;
  containerSecurityContext?: SeaweedContainerSecurityContext;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  grpcIngress?: SeaweedIngress;
  hostNetwork?: boolean;
  iam?: boolean;
  iceberg?: SeaweedIceberg;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  ingress?: SeaweedIngress;
  initContainers?: Record<string, unknown>;
  ipBind?: string;
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  maxMB?: number;
  metricsPort?: number;
  nodeSelector?: Record<string, string>;
  persistence?: SeaweedPersistence;
  podSecurityContext?: SeaweedPodSecurityContext;
  priorityClassName?: string;
  readinessProbe?: SeaweedReadinessProbe;
  replicas: number;
  requests?: Record<string, number | string>;
  s3?: SeaweedFilerS3;
  s3Ingress?: SeaweedIngress;
  schedulerName?: string;
  service?: SeaweedService;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumes?: SeaweedVolumes[];
}

export interface SeaweedMaster {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  claims?: SeaweedClaims[];
  concurrentStart?: boolean;
  config?: string;
  configSecret?: SeaweedConfigMapKeyRef;
  containerSecurityContext?: SeaweedContainerSecurityContext;
  defaultReplication?: string;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  garbageThreshold?: string;
  hostNetwork?: boolean;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  ingress?: SeaweedIngress;
  initContainers?: Record<string, unknown>;
  ipBind?: string;
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  metricsPort?: number;
  nodeSelector?: Record<string, string>;
  podSecurityContext?: SeaweedPodSecurityContext;
  priorityClassName?: string;
  pulseSeconds?: number;
  readinessProbe?: SeaweedReadinessProbe;
  replicas: number;
  requests?: Record<string, number | string>;
  schedulerName?: string;
  service?: SeaweedService;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumePreallocate?: boolean;
  volumeSizeLimitMB?: number;
  volumes?: SeaweedVolumes[];
}

export interface SeaweedSpecS3 {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  claims?: SeaweedClaims[];
  configSecret?: SeaweedConfigMapKeyRef;
  containerSecurityContext?: SeaweedContainerSecurityContext;
  domainName?: string;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  hostNetwork?: boolean;
  iam?: boolean;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  ingress?: SeaweedIngress;
  initContainers?: Record<string, unknown>;
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  metricsPort?: number;
  nodeSelector?: Record<string, string>;
  podSecurityContext?: SeaweedPodSecurityContext;
  port?: number;
  priorityClassName?: string;
  readinessProbe?: SeaweedReadinessProbe;
  replicas: number;
  requests?: Record<string, number | string>;
  schedulerName?: string;
  service?: SeaweedService;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumes?: SeaweedVolumes[];
}

export interface SeaweedExpiresAfterSeconds {
  filerRead?: number;
  filerWrite?: number;
  volumeRead?: number;
  volumeWrite?: number;
}

export interface SeaweedJwtSigning {
  expiresAfterSeconds?: SeaweedExpiresAfterSeconds;
  filerRead?: boolean;
  filerWrite?: boolean;
  volumeRead?: boolean;
  volumeWrite?: boolean;
}

export interface SeaweedSecurityConfig {
  jwtSigning?: SeaweedJwtSigning;
}

export interface SeaweedSftp {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  authMethods?: string;
  claims?: SeaweedClaims[];
  containerSecurityContext?: SeaweedContainerSecurityContext;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  hostKeysSecret?: SeaweedCredentialsSecret;
  hostNetwork?: boolean;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  ingress?: SeaweedIngress;
  initContainers?: Record<string, unknown>;
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  maxAuthTries?: number;
  metricsPort?: number;
  nodeSelector?: Record<string, string>;
  podSecurityContext?: SeaweedPodSecurityContext;
  port?: number;
  priorityClassName?: string;
  readinessProbe?: SeaweedReadinessProbe;
  replicas: number;
  requests?: Record<string, number | string>;
  schedulerName?: string;
  service?: SeaweedService;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  userStoreSecret?: SeaweedConfigMapKeyRef;
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumes?: SeaweedVolumes[];
}

export interface SeaweedIssuerRef {
  group?: string;
  kind?: "Issuer" | "ClusterIssuer";
  name: string;
}

export interface SeaweedSpecTls {
  enabled?: boolean;
  issuerRef?: SeaweedIssuerRef;
}

export interface SeaweedVolumeHostPath {
  maxVolumeCount?: number;
  path: string;
  type?: "" | "DirectoryOrCreate" | "Directory" | "FileOrCreate" | "File" | "Socket" | "CharDevice" | "BlockDevice";
}

export interface SeaweedVolume {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  claims?: SeaweedClaims[];
  compactionMBps?: number;
  containerSecurityContext?: SeaweedContainerSecurityContext;
  dataCenter?: string;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  fileSizeLimitMB?: number;
  fixJpgOrientation?: boolean;
  hostNetwork?: boolean;
  hostPath?: SeaweedVolumeHostPath[];
  idleTimeout?: number;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  ingress?: SeaweedIngress;
  initContainers?: Record<string, unknown>;
  ipBind?: string;
  kind?: "StatefulSet" | "DaemonSet";
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  maxVolumeCounts?: number;
  metricsPort?: number;
  minFreeSpacePercent?: number;
  nodeSelector?: Record<string, string>;
  podSecurityContext?: SeaweedPodSecurityContext;
  priorityClassName?: string;
  rack?: string;
  readinessProbe?: SeaweedReadinessProbe;
  replicas: number;
  requests?: Record<string, number | string>;
  schedulerName?: string;
  service?: SeaweedService;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  storageAnnotations?: Record<string, string>;
  storageClassName?: string;
  storageLabels?: Record<string, string>;
  storageSelector?: SeaweedLabelSelector;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumes?: SeaweedVolumes[];
}

export interface SeaweedVolumeTopology {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  claims?: SeaweedClaims[];
  compactionMBps?: number;
  containerSecurityContext?: SeaweedContainerSecurityContext;
  dataCenter: string;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  fileSizeLimitMB?: number;
  fixJpgOrientation?: boolean;
  hostNetwork?: boolean;
  idleTimeout?: number;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  initContainers?: Record<string, unknown>;
  ipBind?: string;
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  maxVolumeCounts?: number;
  metricsPort?: number;
  minFreeSpacePercent?: number;
  nodeSelector?: Record<string, string>;
  podSecurityContext?: SeaweedPodSecurityContext;
  priorityClassName?: string;
  rack: string;
  readinessProbe?: SeaweedReadinessProbe;
  replicas: number;
  requests?: Record<string, number | string>;
  schedulerName?: string;
  service?: SeaweedService;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  storageAnnotations?: Record<string, string>;
  storageClassName?: string;
  storageLabels?: Record<string, string>;
  storageSelector?: SeaweedLabelSelector;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumes?: SeaweedVolumes[];
}

export interface SeaweedWorker {
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  claims?: SeaweedClaims[];
  containerSecurityContext?: SeaweedContainerSecurityContext;
  env?: SeaweedEnv[];
  extraArgs?: string[];
  hostNetwork?: boolean;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  initContainers?: Record<string, unknown>;
  jobType?: string;
  labels?: Record<string, string>;
  limits?: Record<string, number | string>;
  livenessProbe?: SeaweedLivenessProbe;
  loggingArgs?: string[];
  maxDetect?: number;
  maxExecute?: number;
  metricsPort?: number;
  nodeSelector?: Record<string, string>;
  persistence?: SeaweedPersistence;
  podSecurityContext?: SeaweedPodSecurityContext;
  priorityClassName?: string;
  readinessProbe?: SeaweedReadinessProbe;
  replicas: number;
  requests?: Record<string, number | string>;
  schedulerName?: string;
  serviceAccountName?: string;
  sidecars?: Record<string, unknown>;
  statefulSetUpdateStrategy?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volumeMounts?: SeaweedVolumeMounts[];
  volumes?: SeaweedVolumes[];
}

export interface SeaweedSpec103 {
  admin?: SeaweedAdmin;
  affinity?: SeaweedAffinity;
  annotations?: Record<string, string>;
  backup?: SeaweedBackup;
  enablePVReclaim?: boolean;
  filer?: SeaweedFiler;
  hostNetwork?: boolean;
  hostSuffix?: string;
  image?: string;
  imagePullPolicy?: string;
  imagePullSecrets?: SeaweedCredentialsSecret[];
  labels?: Record<string, string>;
  loggingArgs?: string[];
  master?: SeaweedMaster;
  metricsAddress?: string;
  nodeSelector?: Record<string, string>;
  pvReclaimPolicy?: string;
  s3?: SeaweedSpecS3;
  schedulerName?: string;
  securityConfig?: SeaweedSecurityConfig;
  sftp?: SeaweedSftp;
  statefulSetUpdateStrategy?: string;
  tls?: SeaweedSpecTls;
  tolerations?: SeaweedTolerations[];
  version?: string;
  volume?: SeaweedVolume;
  volumeServerDiskCount?: number;
  volumeTopology?: Record<string, SeaweedVolumeTopology>;
  worker?: SeaweedWorker;
}
