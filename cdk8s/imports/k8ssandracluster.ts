// Generated from crds/upstream/k8ssandra.io_k8ssandraclusters.yaml by "make imports"; do not edit.

export interface K8ssandraCluster {
  apiVersion: "k8ssandra.io/v1alpha1";
  kind: "K8ssandraCluster";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: K8ssandraClusterSpec;
}

export interface K8ssandraClusterCdc {
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

export interface K8ssandraClusterKeystorePasswordSecretRef {
  key?: string;
  name?: string;
}

export interface K8ssandraClusterClientEncryptionStores {
  keystorePasswordSecretRef?: K8ssandraClusterKeystorePasswordSecretRef;
  keystoreSecretRef: K8ssandraClusterKeystorePasswordSecretRef;
  truststorePasswordSecretRef?: K8ssandraClusterKeystorePasswordSecretRef;
  truststoreSecretRef: K8ssandraClusterKeystorePasswordSecretRef;
}

export interface K8ssandraClusterJvmOptions {
  additionalJvm8ServerOptions?: string[];
  additionalJvm11ServerOptions?: string[];
  additionalJvmServerOptions?: string[];
  additionalOptions?: string[];
  cassandra_available_processors?: number;
  cassandra_disable_auth_caches_remote_configuration?: boolean;
  cassandra_expiration_date_overflow_policy?: string;
  cassandra_force_3_0_protocol_version?: boolean;
  cassandra_force_default_indexing_page_size?: boolean;
  cassandra_max_hint_ttl_seconds?: number;
  cassandra_metrics_reporter_config_file?: string;
  cassandra_ring_delay_ms?: number;
  cassandra_triggers_directory?: string;
  cassandra_write_survey?: boolean;
  debug_disable_contended_annotations?: boolean;
  debug_enable_flight_recorder?: boolean;
  debug_listen_remote_debuggers?: boolean;
  debug_log_compilation?: boolean;
  debug_non_safepoints?: boolean;
  debug_preserve_frame_pointer?: boolean;
  debug_unlock_commercial_features?: boolean;
  debug_unlock_diagnostic_vm_options?: boolean;
  gc?: "G1GC" | "CMS" | "ZGC" | "Shenandoah" | "Graal" | "Custom";
  gc_cms_heap_size_young_generation?: number | string;
  gc_cms_initiating_occupancy_fraction?: number;
  gc_cms_max_tenuring_threshold?: number;
  gc_cms_survivor_ratio?: number;
  gc_cms_wait_duration_ms?: number;
  gc_g1_conc_threads?: number;
  gc_g1_initiating_heap_occupancy_percent?: number;
  gc_g1_max_gc_pause_ms?: number;
  gc_g1_parallel_threads?: number;
  gc_g1_rset_updating_pause_time_percent?: number;
  gc_print_application_stopped_time?: boolean;
  gc_print_date_stamps?: boolean;
  gc_print_details?: boolean;
  gc_print_flss_statistics?: boolean;
  gc_print_heap?: boolean;
  gc_print_log_file_size?: number | string;
  gc_print_number_of_log_files?: number;
  gc_print_promotion_failure?: boolean;
  gc_print_tenuring_distribution?: boolean;
  gc_print_use_log_file?: boolean;
  gc_print_use_log_file_rotation?: boolean;
  heap_initial_size?: number | string;
  heap_max_size?: number | string;
  heapNewGenSize?: number | string;
  heapSize?: number | string;
  jdk_allow_attach_self?: boolean;
  jmx_connection_type?: string;
  jmx_port?: number;
  jmx_remote_ssl?: boolean;
  jmx_remote_ssl_opts?: string;
  jmx_remote_ssl_require_client_auth?: boolean;
  netty_eventloop_maxpendingtasks?: number;
  netty_try_reflection_set_accessible?: boolean;
  nio_align_direct_memory?: boolean;
  nio_maxcachedbuffersize?: number | string;
  vm_always_pre_touch?: boolean;
  vm_crash_on_out_of_memory_error?: boolean;
  vm_disable_biased_locking?: boolean;
  vm_disable_perf_shared_mem?: boolean;
  vm_enable_assertions?: boolean;
  vm_enable_non_root_thread_priority?: boolean;
  vm_enable_thread_priorities?: boolean;
  vm_exit_on_out_of_memory_error?: boolean;
  vm_guaranteed_safepoint_interval_ms?: number;
  vm_heap_dump_on_out_of_memory_error?: boolean;
  vm_per_thread_stack_size?: number | string;
  vm_prefer_ipv4?: boolean;
  vm_print_heap_histogram_on_out_of_memory_error?: boolean;
  vm_resize_tlab?: boolean;
  vm_string_table_size?: number | string;
  vm_use_numa?: boolean;
  vm_use_tlab?: boolean;
}

export interface K8ssandraClusterConfig {
  cassandraYaml?: Record<string, unknown>;
  dseYaml?: Record<string, unknown>;
  jvmOptions?: K8ssandraClusterJvmOptions;
}

export interface K8ssandraClusterConfigMapKeyRef {
  key: string;
  name?: string;
  optional?: boolean;
}

export interface K8ssandraClusterFieldRef {
  apiVersion?: string;
  fieldPath: string;
}

export interface K8ssandraClusterFileKeyRef {
  key: string;
  optional?: boolean;
  path: string;
  volumeName: string;
}

export interface K8ssandraClusterResourceFieldRef {
  containerName?: string;
  divisor?: number | string;
  resource: string;
}

export interface K8ssandraClusterValueFrom {
  configMapKeyRef?: K8ssandraClusterConfigMapKeyRef;
  fieldRef?: K8ssandraClusterFieldRef;
  fileKeyRef?: K8ssandraClusterFileKeyRef;
  resourceFieldRef?: K8ssandraClusterResourceFieldRef;
  secretKeyRef?: K8ssandraClusterConfigMapKeyRef;
}

export interface K8ssandraClusterEnv {
  name: string;
  value?: string;
  valueFrom?: K8ssandraClusterValueFrom;
}

export interface K8ssandraClusterConfigMapRef {
  name?: string;
  optional?: boolean;
}

export interface K8ssandraClusterEnvFrom {
  configMapRef?: K8ssandraClusterConfigMapRef;
  prefix?: string;
  secretRef?: K8ssandraClusterConfigMapRef;
}

export interface K8ssandraClusterExec {
  command?: string[];
}

export interface K8ssandraClusterHttpHeaders {
  name: string;
  value: string;
}

export interface K8ssandraClusterHttpGet {
  host?: string;
  httpHeaders?: K8ssandraClusterHttpHeaders[];
  path?: string;
  port: number | string;
  scheme?: string;
}

export interface K8ssandraClusterSleep {
  seconds: number;
}

export interface K8ssandraClusterTcpSocket {
  host?: string;
  port: number | string;
}

export interface K8ssandraClusterPostStart {
  exec?: K8ssandraClusterExec;
  httpGet?: K8ssandraClusterHttpGet;
  sleep?: K8ssandraClusterSleep;
  tcpSocket?: K8ssandraClusterTcpSocket;
}

export interface K8ssandraClusterLifecycle {
  postStart?: K8ssandraClusterPostStart;
  preStop?: K8ssandraClusterPostStart;
  stopSignal?: string;
}

export interface K8ssandraClusterGrpc {
  port: number;
  service?: string;
}

export interface K8ssandraClusterLivenessProbe {
  exec?: K8ssandraClusterExec;
  failureThreshold?: number;
  grpc?: K8ssandraClusterGrpc;
  httpGet?: K8ssandraClusterHttpGet;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  tcpSocket?: K8ssandraClusterTcpSocket;
  terminationGracePeriodSeconds?: number;
  timeoutSeconds?: number;
}

export interface K8ssandraClusterPorts {
  containerPort: number;
  hostIP?: string;
  hostPort?: number;
  name?: string;
  protocol?: string;
}

export interface K8ssandraClusterResizePolicy {
  resourceName: string;
  restartPolicy: string;
}

export interface K8ssandraClusterClaims {
  name: string;
  request?: string;
}

export interface K8ssandraClusterResources {
  claims?: K8ssandraClusterClaims[];
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface K8ssandraClusterExitCodes {
  operator: string;
  values?: number[];
}

export interface K8ssandraClusterRestartPolicyRules {
  action: string;
  exitCodes?: K8ssandraClusterExitCodes;
}

export interface K8ssandraClusterAppArmorProfile {
  localhostProfile?: string;
  type: string;
}

export interface K8ssandraClusterCapabilities {
  add?: string[];
  drop?: string[];
}

export interface K8ssandraClusterSeLinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

export interface K8ssandraClusterWindowsOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

export interface K8ssandraClusterSecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: K8ssandraClusterAppArmorProfile;
  capabilities?: K8ssandraClusterCapabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: K8ssandraClusterSeLinuxOptions;
  seccompProfile?: K8ssandraClusterAppArmorProfile;
  windowsOptions?: K8ssandraClusterWindowsOptions;
}

export interface K8ssandraClusterVolumeDevices {
  devicePath: string;
  name: string;
}

export interface K8ssandraClusterVolumeMounts {
  mountPath: string;
  mountPropagation?: string;
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

export interface K8ssandraClusterContainers {
  args?: string[];
  command?: string[];
  env?: K8ssandraClusterEnv[];
  envFrom?: K8ssandraClusterEnvFrom[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: K8ssandraClusterLifecycle;
  livenessProbe?: K8ssandraClusterLivenessProbe;
  name: string;
  ports?: K8ssandraClusterPorts[];
  readinessProbe?: K8ssandraClusterLivenessProbe;
  resizePolicy?: K8ssandraClusterResizePolicy[];
  resources?: K8ssandraClusterResources;
  restartPolicy?: string;
  restartPolicyRules?: K8ssandraClusterRestartPolicyRules[];
  securityContext?: K8ssandraClusterSecurityContext;
  startupProbe?: K8ssandraClusterLivenessProbe;
  stdin?: boolean;
  stdinOnce?: boolean;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: K8ssandraClusterVolumeDevices[];
  volumeMounts?: K8ssandraClusterVolumeMounts[];
  workingDir?: string;
}

export interface K8ssandraClusterDseWorkloads {
  analyticsEnabled?: boolean;
  graphEnabled?: boolean;
  searchEnabled?: boolean;
}

export interface K8ssandraClusterDataSource {
  apiGroup?: string;
  kind: string;
  name: string;
}

export interface K8ssandraClusterDataSourceRef {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

export interface K8ssandraClusterPvcSpecResources {
  limits?: Record<string, number | string>;
  requests?: Record<string, number | string>;
}

export interface K8ssandraClusterMatchExpressions {
  key: string;
  operator: string;
  values?: string[];
}

export interface K8ssandraClusterSelector {
  matchExpressions?: K8ssandraClusterMatchExpressions[];
  matchLabels?: Record<string, string>;
}

export interface K8ssandraClusterPvcSpec {
  accessModes?: string[];
  dataSource?: K8ssandraClusterDataSource;
  dataSourceRef?: K8ssandraClusterDataSourceRef;
  resources?: K8ssandraClusterPvcSpecResources;
  selector?: K8ssandraClusterSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  volumeName?: string;
}

export interface K8ssandraClusterAwsElasticBlockStore {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID: string;
}

export interface K8ssandraClusterAzureDisk {
  cachingMode?: string;
  diskName: string;
  diskURI: string;
  fsType?: string;
  kind?: string;
  readOnly?: boolean;
}

export interface K8ssandraClusterAzureFile {
  readOnly?: boolean;
  secretName: string;
  shareName: string;
}

export interface K8ssandraClusterSecretRef {
  name?: string;
}

export interface K8ssandraClusterCephfs {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: K8ssandraClusterSecretRef;
  user?: string;
}

export interface K8ssandraClusterCinder {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: K8ssandraClusterSecretRef;
  volumeID: string;
}

export interface K8ssandraClusterItems {
  key: string;
  mode?: number;
  path: string;
}

export interface K8ssandraClusterConfigMap {
  defaultMode?: number;
  items?: K8ssandraClusterItems[];
  name?: string;
  optional?: boolean;
}

export interface K8ssandraClusterCsi {
  driver: string;
  fsType?: string;
  nodePublishSecretRef?: K8ssandraClusterSecretRef;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

export interface K8ssandraClusterDownwardAPIItems {
  fieldRef?: K8ssandraClusterFieldRef;
  mode?: number;
  path: string;
  resourceFieldRef?: K8ssandraClusterResourceFieldRef;
}

export interface K8ssandraClusterDownwardAPI {
  defaultMode?: number;
  items?: K8ssandraClusterDownwardAPIItems[];
}

export interface K8ssandraClusterEmptyDir {
  medium?: string;
  sizeLimit?: number | string;
}

export interface K8ssandraClusterVolumeClaimTemplate {
  metadata?: Record<string, unknown>;
  spec: K8ssandraClusterPvcSpec;
}

export interface K8ssandraClusterEphemeral {
  volumeClaimTemplate?: K8ssandraClusterVolumeClaimTemplate;
}

export interface K8ssandraClusterFc {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
}

export interface K8ssandraClusterFlexVolume {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: K8ssandraClusterSecretRef;
}

export interface K8ssandraClusterFlocker {
  datasetName?: string;
  datasetUUID?: string;
}

export interface K8ssandraClusterGcePersistentDisk {
  fsType?: string;
  partition?: number;
  pdName: string;
  readOnly?: boolean;
}

export interface K8ssandraClusterGitRepo {
  directory?: string;
  repository: string;
  revision?: string;
}

export interface K8ssandraClusterGlusterfs {
  endpoints: string;
  path: string;
  readOnly?: boolean;
}

export interface K8ssandraClusterHostPath {
  path: string;
  type?: string;
}

export interface K8ssandraClusterImage {
  pullPolicy?: string;
  reference?: string;
}

export interface K8ssandraClusterIscsi {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: K8ssandraClusterSecretRef;
  targetPortal: string;
}

export interface K8ssandraClusterNfs {
  path: string;
  readOnly?: boolean;
  server: string;
}

export interface K8ssandraClusterPersistentVolumeClaim {
  claimName: string;
  readOnly?: boolean;
}

export interface K8ssandraClusterPhotonPersistentDisk {
  fsType?: string;
  pdID: string;
}

export interface K8ssandraClusterPortworxVolume {
  fsType?: string;
  readOnly?: boolean;
  volumeID: string;
}

export interface K8ssandraClusterClusterTrustBundle {
  labelSelector?: K8ssandraClusterSelector;
  name?: string;
  optional?: boolean;
  path: string;
  signerName?: string;
}

export interface K8ssandraClusterSourcesConfigMap {
  items?: K8ssandraClusterItems[];
  name?: string;
  optional?: boolean;
}

export interface K8ssandraClusterSourcesDownwardAPI {
  items?: K8ssandraClusterDownwardAPIItems[];
}

export interface K8ssandraClusterPodCertificate {
  certificateChainPath?: string;
  credentialBundlePath?: string;
  keyPath?: string;
  keyType: string;
  maxExpirationSeconds?: number;
  signerName: string;
}

export interface K8ssandraClusterServiceAccountToken {
  audience?: string;
  expirationSeconds?: number;
  path: string;
}

export interface K8ssandraClusterSources {
  clusterTrustBundle?: K8ssandraClusterClusterTrustBundle;
  configMap?: K8ssandraClusterSourcesConfigMap;
  downwardAPI?: K8ssandraClusterSourcesDownwardAPI;
  podCertificate?: K8ssandraClusterPodCertificate;
  secret?: K8ssandraClusterSourcesConfigMap;
  serviceAccountToken?: K8ssandraClusterServiceAccountToken;
}

export interface K8ssandraClusterProjected {
  defaultMode?: number;
  sources?: K8ssandraClusterSources[];
}

export interface K8ssandraClusterQuobyte {
  group?: string;
  readOnly?: boolean;
  registry: string;
  tenant?: string;
  user?: string;
  volume: string;
}

export interface K8ssandraClusterRbd {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: K8ssandraClusterSecretRef;
  user?: string;
}

export interface K8ssandraClusterScaleIO {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: K8ssandraClusterSecretRef;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
}

export interface K8ssandraClusterSecret {
  defaultMode?: number;
  items?: K8ssandraClusterItems[];
  optional?: boolean;
  secretName?: string;
}

export interface K8ssandraClusterStorageos {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: K8ssandraClusterSecretRef;
  volumeName?: string;
  volumeNamespace?: string;
}

export interface K8ssandraClusterVsphereVolume {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath: string;
}

export interface K8ssandraClusterVolumeSource {
  awsElasticBlockStore?: K8ssandraClusterAwsElasticBlockStore;
  azureDisk?: K8ssandraClusterAzureDisk;
  azureFile?: K8ssandraClusterAzureFile;
  cephfs?: K8ssandraClusterCephfs;
  cinder?: K8ssandraClusterCinder;
  configMap?: K8ssandraClusterConfigMap;
  csi?: K8ssandraClusterCsi;
  downwardAPI?: K8ssandraClusterDownwardAPI;
  emptyDir?: K8ssandraClusterEmptyDir;
  ephemeral?: K8ssandraClusterEphemeral;
  fc?: K8ssandraClusterFc;
  flexVolume?: K8ssandraClusterFlexVolume;
  flocker?: K8ssandraClusterFlocker;
  gcePersistentDisk?: K8ssandraClusterGcePersistentDisk;
  gitRepo?: K8ssandraClusterGitRepo;
  glusterfs?: K8ssandraClusterGlusterfs;
  hostPath?: K8ssandraClusterHostPath;
  image?: K8ssandraClusterImage;
  iscsi?: K8ssandraClusterIscsi;
  nfs?: K8ssandraClusterNfs;
  persistentVolumeClaim?: K8ssandraClusterPersistentVolumeClaim;
  photonPersistentDisk?: K8ssandraClusterPhotonPersistentDisk;
  portworxVolume?: K8ssandraClusterPortworxVolume;
  projected?: K8ssandraClusterProjected;
  quobyte?: K8ssandraClusterQuobyte;
  rbd?: K8ssandraClusterRbd;
  scaleIO?: K8ssandraClusterScaleIO;
  secret?: K8ssandraClusterSecret;
  storageos?: K8ssandraClusterStorageos;
  vsphereVolume?: K8ssandraClusterVsphereVolume;
}

export interface K8ssandraClusterPvcs {
  mountPath: string;
  name: string;
  pvcSpec?: K8ssandraClusterPvcSpec;
  volumeSource?: K8ssandraClusterVolumeSource;
}

export interface K8ssandraClusterVolumes {
  awsElasticBlockStore?: K8ssandraClusterAwsElasticBlockStore;
  azureDisk?: K8ssandraClusterAzureDisk;
  azureFile?: K8ssandraClusterAzureFile;
  cephfs?: K8ssandraClusterCephfs;
  cinder?: K8ssandraClusterCinder;
  configMap?: K8ssandraClusterConfigMap;
  csi?: K8ssandraClusterCsi;
  downwardAPI?: K8ssandraClusterDownwardAPI;
  emptyDir?: K8ssandraClusterEmptyDir;
  ephemeral?: K8ssandraClusterEphemeral;
  fc?: K8ssandraClusterFc;
  flexVolume?: K8ssandraClusterFlexVolume;
  flocker?: K8ssandraClusterFlocker;
  gcePersistentDisk?: K8ssandraClusterGcePersistentDisk;
  gitRepo?: K8ssandraClusterGitRepo;
  glusterfs?: K8ssandraClusterGlusterfs;
  hostPath?: K8ssandraClusterHostPath;
  image?: K8ssandraClusterImage;
  iscsi?: K8ssandraClusterIscsi;
  name: string;
  nfs?: K8ssandraClusterNfs;
  persistentVolumeClaim?: K8ssandraClusterPersistentVolumeClaim;
  photonPersistentDisk?: K8ssandraClusterPhotonPersistentDisk;
  portworxVolume?: K8ssandraClusterPortworxVolume;
  projected?: K8ssandraClusterProjected;
  quobyte?: K8ssandraClusterQuobyte;
  rbd?: K8ssandraClusterRbd;
  scaleIO?: K8ssandraClusterScaleIO;
  secret?: K8ssandraClusterSecret;
  storageos?: K8ssandraClusterStorageos;
  vsphereVolume?: K8ssandraClusterVsphereVolume;
}

export interface K8ssandraClusterExtraVolumes {
  pvcs?: K8ssandraClusterPvcs[];
  volumes?: K8ssandraClusterVolumes[];
}

export interface K8ssandraClusterJmxInitContainerImage {
  name?: string;
  pullPolicy?: "Always" | "IfNotPresent" | "Never";
  pullSecretRef?: K8ssandraClusterSecretRef;
  registry?: string;
  repository?: string;
  tag?: string;
}

export interface K8ssandraClusterManual {
  clientSecretName: string;
  serverSecretName: string;
  skipSecretValidation?: boolean;
}

export interface K8ssandraClusterManagementApiAuth {
  insecure?: Record<string, unknown>;
  manual?: K8ssandraClusterManual;
}

export interface K8ssandraClusterPods {
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
}

export interface K8ssandraClusterServices {
  additionalSeedService?: K8ssandraClusterPods;
  allPodsService?: K8ssandraClusterPods;
  dcService?: K8ssandraClusterPods;
  nodePortService?: K8ssandraClusterPods;
  seedService?: K8ssandraClusterPods;
}

export interface K8ssandraClusterMetadata {
  annotations?: Record<string, string>;
  commonAnnotations?: Record<string, string>;
  commonLabels?: Record<string, string>;
  labels?: Record<string, string>;
  name: string;
  namespace?: string;
  pods?: K8ssandraClusterPods;
  services?: K8ssandraClusterServices;
}

export interface K8ssandraClusterNodePort {
  internode?: number;
  internodeSSL?: number;
  native?: number;
  nativeSSL?: number;
}

export interface K8ssandraClusterNetworking {
  hostNetwork?: boolean;
  nodePort?: K8ssandraClusterNodePort;
}

export interface K8ssandraClusterPodSecurityContext {
  appArmorProfile?: K8ssandraClusterAppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: K8ssandraClusterSeLinuxOptions;
  seccompProfile?: K8ssandraClusterAppArmorProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  sysctls?: K8ssandraClusterHttpHeaders[];
  windowsOptions?: K8ssandraClusterWindowsOptions;
}

export interface K8ssandraClusterPreference {
  matchExpressions?: K8ssandraClusterMatchExpressions[];
  matchFields?: K8ssandraClusterMatchExpressions[];
}

export interface K8ssandraClusterPreferredDuringSchedulingIgnoredDuringExecution {
  preference: K8ssandraClusterPreference;
  weight: number;
}

export interface K8ssandraClusterRequiredDuringSchedulingIgnoredDuringExecution {
  nodeSelectorTerms: K8ssandraClusterPreference[];
}

export interface K8ssandraClusterNodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: K8ssandraClusterPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: K8ssandraClusterRequiredDuringSchedulingIgnoredDuringExecution;
}

export interface K8ssandraClusterPodAffinityTerm {
  labelSelector?: K8ssandraClusterSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: K8ssandraClusterSelector;
  namespaces?: string[];
  topologyKey: string;
}

export interface K8ssandraClusterPodAffinityPreferredDuringSchedulingIgnoredDuringExecution {
  podAffinityTerm: K8ssandraClusterPodAffinityTerm;
  weight: number;
}

export interface K8ssandraClusterPodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: K8ssandraClusterPodAffinityPreferredDuringSchedulingIgnoredDuringExecution[];
  requiredDuringSchedulingIgnoredDuringExecution?: K8ssandraClusterPodAffinityTerm[];
}

export interface K8ssandraClusterAffinity {
  nodeAffinity?: K8ssandraClusterNodeAffinity;
  podAffinity?: K8ssandraClusterPodAffinity;
  podAntiAffinity?: K8ssandraClusterPodAffinity;
}

export interface K8ssandraClusterRacks {
  affinity?: K8ssandraClusterAffinity;
  name: string;
  nodeAffinityLabels?: Record<string, string>;
  zone?: string;
}

export interface K8ssandraClusterRebuild {
  maxConcurrentRebuilds?: number;
  sourceDc?: string;
}

export interface K8ssandraClusterAuthOptions {
  apiAuthMethod?: "Table" | "JWT";
  providerUrl?: string;
  tokenTtlSeconds?: number;
}

export interface K8ssandraClusterStargateMetadata {
  annotations?: Record<string, string>;
  commonAnnotations?: Record<string, string>;
  commonLabels?: Record<string, string>;
  labels?: Record<string, string>;
  pods?: K8ssandraClusterPods;
  service?: K8ssandraClusterPods;
}

export interface K8ssandraClusterTls {
  "ca.crt"?: string;
  "tls.crt"?: string;
  "tls.key"?: string;
}

export interface K8ssandraClusterEndpoint {
  address?: string;
  port?: string;
  tls?: K8ssandraClusterTls;
}

export interface K8ssandraClusterRelabels {
  action?: "replace" | "Replace" | "keep" | "Keep" | "drop" | "Drop" | "hashmod" | "HashMod" | "labelmap" | "LabelMap" | "labeldrop" | "LabelDrop" | "labelkeep" | "LabelKeep" | "lowercase" | "Lowercase" | "uppercase" | "Uppercase" | "keepequal" | "KeepEqual" | "dropequal" | "DropEqual";
  modulus?: number;
  regex?: string;
  replacement?: string;
  separator?: string;
  sourceLabels?: string[];
  targetLabel?: string;
}

export interface K8ssandraClusterCassandra {
  endpoint?: K8ssandraClusterEndpoint;
  relabels?: K8ssandraClusterRelabels[];
}

export interface K8ssandraClusterMcac {
  enabled?: boolean;
  metricFilters?: string[];
}

export interface K8ssandraClusterPrometheus {
  commonLabels?: Record<string, string>;
  enabled?: boolean;
}

export interface K8ssandraClusterSinks {
  config?: string;
  inputs?: string[];
  name: string;
  type: string;
}

export interface K8ssandraClusterComponentsSources {
  config?: string;
  name: string;
  type: string;
}

export interface K8ssandraClusterComponents {
  sinks?: K8ssandraClusterSinks[];
  sources?: K8ssandraClusterComponentsSources[];
  transforms?: K8ssandraClusterSinks[];
}

export interface K8ssandraClusterVector {
  components?: K8ssandraClusterComponents;
  config?: string;
  enabled?: boolean;
  image?: string;
  resources?: K8ssandraClusterResources;
  scrapeInterval?: string;
}

export interface K8ssandraClusterTelemetry {
  cassandra?: K8ssandraClusterCassandra;
  mcac?: K8ssandraClusterMcac;
  prometheus?: K8ssandraClusterPrometheus;
  vector?: K8ssandraClusterVector;
}

export interface K8ssandraClusterTolerations {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
}

export interface K8ssandraClusterStargateRacks {
  affinity?: K8ssandraClusterAffinity;
  allowStargateOnDataNodes?: boolean;
  authOptions?: K8ssandraClusterAuthOptions;
  cassandraConfigMapRef?: K8ssandraClusterSecretRef;
  containerImage?: K8ssandraClusterJmxInitContainerImage;
  heapSize?: number | string;
  livenessProbe?: K8ssandraClusterLivenessProbe;
  metadata?: K8ssandraClusterStargateMetadata;
  name: string;
  nodeSelector?: Record<string, string>;
  readinessProbe?: K8ssandraClusterLivenessProbe;
  resources?: K8ssandraClusterResources;
  secretsProvider?: "internal" | "external";
  serviceAccount?: string;
  telemetry?: K8ssandraClusterTelemetry;
  tolerations?: K8ssandraClusterTolerations[];
}

export interface K8ssandraClusterStargate {
  affinity?: K8ssandraClusterAffinity;
  allowStargateOnDataNodes?: boolean;
  authOptions?: K8ssandraClusterAuthOptions;
  cassandraConfigMapRef?: K8ssandraClusterSecretRef;
  containerImage?: K8ssandraClusterJmxInitContainerImage;
  heapSize?: number | string;
  livenessProbe?: K8ssandraClusterLivenessProbe;
  metadata?: K8ssandraClusterStargateMetadata;
  nodeSelector?: Record<string, string>;
  racks?: K8ssandraClusterStargateRacks[];
  readinessProbe?: K8ssandraClusterLivenessProbe;
  resources?: K8ssandraClusterResources;
  secretsProvider?: "internal" | "external";
  serviceAccount?: string;
  size: number;
  telemetry?: K8ssandraClusterTelemetry;
  tolerations?: K8ssandraClusterTolerations[];
}

export interface K8ssandraClusterStorageConfig {
  additionalVolumes?: K8ssandraClusterPvcs[];
  cassandraDataVolumeClaimSpec?: K8ssandraClusterPvcSpec;
}

export interface K8ssandraClusterDatacenters {
  cdc?: K8ssandraClusterCdc;
  config?: K8ssandraClusterConfig;
  containers?: K8ssandraClusterContainers[];
  datacenterName?: string;
  dseWorkloads?: K8ssandraClusterDseWorkloads;
  extraVolumes?: K8ssandraClusterExtraVolumes;
  initContainers?: K8ssandraClusterContainers[];
  jmxInitContainerImage?: K8ssandraClusterJmxInitContainerImage;
  k8sContext?: string;
  managementApiAuth?: K8ssandraClusterManagementApiAuth;
  metadata?: K8ssandraClusterMetadata;
  mgmtAPIHeap?: number | string;
  networking?: K8ssandraClusterNetworking;
  perNodeConfigInitContainerImage?: string;
  perNodeConfigMapRef?: K8ssandraClusterSecretRef;
  podPriorityClassName?: string;
  podSecurityContext?: K8ssandraClusterPodSecurityContext;
  racks?: K8ssandraClusterRacks[];
  readOnlyRootFilesystem?: boolean;
  rebuild?: K8ssandraClusterRebuild;
  resources?: K8ssandraClusterResources;
  serverImage?: string;
  serverVersion?: string;
  serviceAccount?: string;
  size: number;
  softPodAntiAffinity?: boolean;
  stargate?: K8ssandraClusterStargate;
  stopped?: boolean;
  storageConfig?: K8ssandraClusterStorageConfig;
  telemetry?: K8ssandraClusterTelemetry;
  tolerations?: K8ssandraClusterTolerations[];
}

export interface K8ssandraClusterCassandraMetadata {
  annotations?: Record<string, string>;
  commonAnnotations?: Record<string, string>;
  commonLabels?: Record<string, string>;
  labels?: Record<string, string>;
  pods?: K8ssandraClusterPods;
  services?: K8ssandraClusterServices;
}

export interface K8ssandraClusterSpecCassandra {
  additionalSeeds?: string[];
  cdc?: K8ssandraClusterCdc;
  clientEncryptionStores?: K8ssandraClusterClientEncryptionStores;
  clusterName?: string;
  config?: K8ssandraClusterConfig;
  containers?: K8ssandraClusterContainers[];
  datacenterName?: string;
  datacenters?: K8ssandraClusterDatacenters[];
  dseWorkloads?: K8ssandraClusterDseWorkloads;
  extraVolumes?: K8ssandraClusterExtraVolumes;
  initContainers?: K8ssandraClusterContainers[];
  jmxInitContainerImage?: K8ssandraClusterJmxInitContainerImage;
  managementApiAuth?: K8ssandraClusterManagementApiAuth;
  metadata?: K8ssandraClusterCassandraMetadata;
  mgmtAPIHeap?: number | string;
  networking?: K8ssandraClusterNetworking;
  perNodeConfigInitContainerImage?: string;
  podPriorityClassName?: string;
  podSecurityContext?: K8ssandraClusterPodSecurityContext;
  racks?: K8ssandraClusterRacks[];
  readOnlyRootFilesystem?: boolean;
  rebuild?: K8ssandraClusterRebuild;
  resources?: K8ssandraClusterResources;
  serverEncryptionStores?: K8ssandraClusterClientEncryptionStores;
  serverImage?: string;
  serverType?: "cassandra" | "dse" | "hcd";
  serverVersion?: string;
  serviceAccount?: string;
  softPodAntiAffinity?: boolean;
  storageConfig?: K8ssandraClusterStorageConfig;
  superuserSecretRef?: K8ssandraClusterSecretRef;
  telemetry?: K8ssandraClusterTelemetry;
  tolerations?: K8ssandraClusterTolerations[];
}

export interface K8ssandraClusterMedusaConfigurationRef {
  apiVersion?: string;
  fieldPath?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  resourceVersion?: string;
  uid?: string;
}

export interface K8ssandraClusterEncryption {
  clientSecretName: string;
  serverSecretName: string;
}

export interface K8ssandraClusterServiceProperties {
  encryption?: K8ssandraClusterEncryption;
  grpcPort?: number;
}

export interface K8ssandraClusterPodStorage {
  accessModes?: string[];
  size?: number | string;
  storageClassName?: string;
}

export interface K8ssandraClusterStorageProperties {
  apiProfile?: string;
  backupGracePeriodInDays?: number;
  bucketName?: string;
  concurrentTransfers?: number;
  credentialsType?: "role-based" | "credential-based";
  host?: string;
  maxBackupAge?: number;
  maxBackupCount?: number;
  multiPartUploadThreshold?: number;
  podStorage?: K8ssandraClusterPodStorage;
  port?: number;
  prefix?: string;
  region?: string;
  secure?: boolean;
  sslVerify?: boolean;
  storageProvider?: "google_storage" | "azure_blobs" | "s3" | "s3_compatible" | "s3_rgw" | "ibm_storage";
  storageSecretRef?: K8ssandraClusterSecretRef;
  transferMaxBandwidth?: string;
}

export interface K8ssandraClusterMedusa {
  cassandraUserSecretRef?: K8ssandraClusterSecretRef;
  certificatesSecretRef?: K8ssandraClusterSecretRef;
  clientEncryptionStores?: K8ssandraClusterClientEncryptionStores;
  containerImage?: K8ssandraClusterJmxInitContainerImage;
  containerResources?: K8ssandraClusterResources;
  initContainerResources?: K8ssandraClusterResources;
  livenessProbe?: K8ssandraClusterLivenessProbe;
  medusaConfigurationRef?: K8ssandraClusterMedusaConfigurationRef;
  purgeBackups?: boolean;
  readinessProbe?: K8ssandraClusterLivenessProbe;
  securityContext?: K8ssandraClusterSecurityContext;
  serviceProperties?: K8ssandraClusterServiceProperties;
  storageProperties?: K8ssandraClusterStorageProperties;
}

export interface K8ssandraClusterAutoScheduling {
  enabled?: boolean;
  excludedClusters?: string[];
  excludedKeyspaces?: string[];
  initialDelayPeriod?: string;
  percentUnrepairedThreshold?: number;
  periodBetweenPolls?: string;
  repairType?: "REGULAR" | "ADAPTIVE" | "INCREMENTAL" | "AUTO";
  scheduleSpreadPeriod?: string;
  timeBeforeFirstSchedule?: string;
}

export interface K8ssandraClusterReaperEncryption {
  clientCertName?: string;
  serverCertName?: string;
}

export interface K8ssandraClusterHttpManagement {
  enabled?: boolean;
  keystores?: K8ssandraClusterSecretRef;
}

export interface K8ssandraClusterReaper {
  ServiceAccountName?: string;
  additionalEnvVars?: K8ssandraClusterEnv[];
  affinity?: K8ssandraClusterAffinity;
  autoScheduling?: K8ssandraClusterAutoScheduling;
  cassandraUserSecretRef?: K8ssandraClusterSecretRef;
  containerImage?: K8ssandraClusterJmxInitContainerImage;
  deploymentMode?: "PER_DC" | "SINGLE" | "CONTROL_PLANE";
  encryption?: K8ssandraClusterReaperEncryption;
  heapSize?: number | string;
  httpManagement?: K8ssandraClusterHttpManagement;
  initContainerImage?: K8ssandraClusterJmxInitContainerImage;
  initContainerResources?: K8ssandraClusterResources;
  initContainerSecurityContext?: K8ssandraClusterSecurityContext;
  jmxUserSecretRef?: K8ssandraClusterSecretRef;
  keyspace?: string;
  livenessProbe?: K8ssandraClusterLivenessProbe;
  metadata?: K8ssandraClusterStargateMetadata;
  podSecurityContext?: K8ssandraClusterPodSecurityContext;
  readinessProbe?: K8ssandraClusterLivenessProbe;
  reaperRef?: K8ssandraClusterMedusaConfigurationRef;
  resources?: K8ssandraClusterResources;
  secretsProvider?: "internal" | "external";
  securityContext?: K8ssandraClusterSecurityContext;
  skipSchemaMigration?: boolean;
  storageConfig?: K8ssandraClusterPvcSpec;
  storageType?: "cassandra" | "local";
  telemetry?: K8ssandraClusterTelemetry;
  tolerations?: K8ssandraClusterTolerations[];
  uiUserSecretRef?: K8ssandraClusterSecretRef;
}

export interface K8ssandraClusterSpecStargate {
  affinity?: K8ssandraClusterAffinity;
  allowStargateOnDataNodes?: boolean;
  authOptions?: K8ssandraClusterAuthOptions;
  cassandraConfigMapRef?: K8ssandraClusterSecretRef;
  containerImage?: K8ssandraClusterJmxInitContainerImage;
  heapSize?: number | string;
  livenessProbe?: K8ssandraClusterLivenessProbe;
  metadata?: K8ssandraClusterStargateMetadata;
  nodeSelector?: Record<string, string>;
  readinessProbe?: K8ssandraClusterLivenessProbe;
  resources?: K8ssandraClusterResources;
  secretsProvider?: "internal" | "external";
  serviceAccount?: string;
  size: number;
  telemetry?: K8ssandraClusterTelemetry;
  tolerations?: K8ssandraClusterTolerations[];
}

export interface K8ssandraClusterSpec {
  auth?: boolean;
  cassandra?: K8ssandraClusterSpecCassandra;
  externalDatacenters?: string[];
  medusa?: K8ssandraClusterMedusa;
  reaper?: K8ssandraClusterReaper;
  secretsProvider?: "internal" | "external";
  stargate?: K8ssandraClusterSpecStargate;
}
