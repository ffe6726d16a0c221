import type {ResolvedAlerting} from "./alerting.ts";
import type {Backup} from "./backup.ts";
import type {ExternalCassandra, ExternalKafka, ExternalTimescaledb} from "./external.ts";
import type {Bucket} from "./s3.ts";
import type {PipelineSpec} from "./schema.ts";

/** Requests of one container; memory is also its limit, CPU has none. Heap sizes are in MiB. */
export interface Sizing {
  cpu: string;
  memory: string;
  heapMiB?: number;
}

/** A spec with every default filled in: what the plan is built from. */
export interface ResolvedSpec {
  profile: "Dev" | "Small" | "Production";
  state: "Running" | "Stopped";
  paused: boolean;
  deletionPolicy: "Retain" | "Delete";
  /** SCRAM over TLS between Kafka and its clients; over plain TCP in Dev. */
  tls: boolean;
  /** `external` is there if the provider is External. */
  kafka: {
    provider: "Strimzi" | "External";
    external?: ExternalKafka;
    version: string;
    replicas: number;
    storage: string;
    topic: {partitions: number; retention: string};
    sizing: Required<Sizing>;
  };
  timescaledb: {
    enabled: boolean;
    provider: "Managed" | "External";
    external?: ExternalTimescaledb;
    storage: string;
    chunkInterval: string;
    retention: string;
    compressAfter?: string;
    backup?: Backup;
    sizing: Sizing;
  };
  cassandra: {
    enabled: boolean;
    provider: "K8ssandra" | "External";
    external?: ExternalCassandra;
    version: string;
    size: number;
    storage: string;
    storageClass?: string;
    ttl: string;
    sizing: Required<Sizing>;
  };
  simulator: {
    enabled: boolean;
    vehicles: number;
    ratePerVehicle: number;
    scenario: string;
    seed: number;
    faults: Record<string, number>;
    sizing: Sizing;
  };
  ingester: {timescaledb: IngesterSpec; cassandra: IngesterSpec; sizing: Sizing};
  /** Whether replicas spread over nodes and zones and PodDisruptionBudgets keep them up; brokers may be made to. */
  spread: "No" | "Preferred" | "Required";
  networkPolicies: {enabled: boolean; monitoringNamespace?: string};
  flink: FlinkSpec;
  observability: {
    monitoring: {enabled: boolean; allSeries: boolean; labels: Record<string, string>};
    alerting: ResolvedAlerting & {sizing: Sizing};
    dashboards: {enabled: boolean};
    console: {enabled: boolean; alertmanager: string; proxyHeader?: string; sizing: Sizing};
  };
}

export interface IngesterSpec {
  replicas: number;
  autoscale?: {maxReplicas: number; targetLag?: number};
}

export interface FlinkSpec {
  enabled: boolean;
  window: string;
  lateness: string;
  parallelism: number;
  stateBackend: "Heap" | "RocksDB";
  checkpointInterval: string;
  storage: string;
  storageClass?: string;
  /** Whether pods on several nodes use the checkpoints. */
  shared: boolean;
  /** In place of the volume. */
  s3?: Bucket;
  speedLimit: number;
  speedMargin: number;
  geofenceMarginKm: number;
  alertDwell: string;
  geofences?: {name: string; latitude: number; longitude: number; radiusKm: number}[];
  sql?: {configMap: string; key?: string};
  /** Memory of a Flink process is all that its container may use. */
  jobManager: Sizing;
  taskManager: Sizing;
}

type Profile = Omit<ResolvedSpec, "profile" | "state" | "paused" | "deletionPolicy">;

const dev: Profile = {
  tls: false,
  spread: "No",
  networkPolicies: {enabled: false},
  kafka: {
    provider: "Strimzi",
    version: "4.3.1",
    replicas: 1,
    storage: "5Gi",
    topic: {partitions: 6, retention: "7d"},
    sizing: {cpu: "100m", memory: "1Gi", heapMiB: 512},
  },
  timescaledb: {
    enabled: true,
    provider: "Managed",
    storage: "10Gi",
    chunkInterval: "1d",
    retention: "30d",
    sizing: {cpu: "100m", memory: "1Gi"},
  },
  cassandra: {
    enabled: true,
    provider: "K8ssandra",
    version: "5.0.6",
    size: 1,
    storage: "10Gi",
    ttl: "365d",
    sizing: {cpu: "100m", memory: "2Gi", heapMiB: 768},
  },
  simulator: {
    enabled: true,
    vehicles: 4,
    ratePerVehicle: 1,
    scenario: "city",
    seed: 1,
    faults: {},
    sizing: {cpu: "50m", memory: "256Mi"},
  },
  ingester: {timescaledb: {replicas: 1}, cassandra: {replicas: 1}, sizing: {cpu: "50m", memory: "512Mi"}},
  flink: {
    enabled: false,
    window: "1m",
    lateness: "10s",
    parallelism: 1,
    stateBackend: "Heap",
    checkpointInterval: "10s",
    storage: "2Gi",
    shared: false,
    speedLimit: 130,
    speedMargin: 5,
    geofenceMarginKm: 0.05,
    alertDwell: "10s",
    jobManager: {cpu: "100m", memory: "1Gi"},
    taskManager: {cpu: "100m", memory: "1536Mi"},
  },
  observability: {
    monitoring: {enabled: true, allSeries: false, labels: {release: "kps"}},
    alerting: {
      enabled: true,
      thresholds: {freshness: "2m", lag: "1m", silent: "5m", retired: "7d"},
      groupWait: "10s",
      groupInterval: "1m",
      repeatInterval: "4h",
      sizing: {cpu: "50m", memory: "256Mi"},
    },
    dashboards: {enabled: true},
    console: {
      enabled: true,
      alertmanager: "http://alertmanager-operated.monitoring.svc:9093",
      sizing: {cpu: "50m", memory: "256Mi"},
    },
  },
};

const small: Profile = {
  ...dev,
  tls: true,
  spread: "Preferred",
  networkPolicies: {enabled: true},
  kafka: {...dev.kafka, replicas: 3, storage: "50Gi", sizing: {cpu: "500m", memory: "3Gi", heapMiB: 1536}},
  timescaledb: {...dev.timescaledb, storage: "100Gi", sizing: {cpu: "500m", memory: "4Gi"}},
  cassandra: {...dev.cassandra, size: 3, storage: "100Gi", sizing: {cpu: "500m", memory: "6Gi", heapMiB: 3072}},
  ingester: {...dev.ingester, sizing: {cpu: "250m", memory: "512Mi"}},
  flink: {
    ...dev.flink,
    storage: "10Gi",
    shared: true,
    jobManager: {cpu: "250m", memory: "1536Mi"},
    taskManager: {cpu: "500m", memory: "2Gi"},
  },
};

const production: Profile = {
  ...small,
  spread: "Required",
  kafka: {
    ...small.kafka,
    storage: "200Gi",
    topic: {partitions: 24, retention: "7d"},
    sizing: {cpu: "2", memory: "8Gi", heapMiB: 4096},
  },
  timescaledb: {...small.timescaledb, storage: "500Gi", sizing: {cpu: "2", memory: "16Gi"}},
  cassandra: {...small.cassandra, storage: "500Gi", sizing: {cpu: "2", memory: "16Gi", heapMiB: 8192}},
  ingester: {timescaledb: {replicas: 2}, cassandra: {replicas: 2}, sizing: {cpu: "1", memory: "1Gi"}},
  flink: {
    ...small.flink,
    parallelism: 4,
    storage: "50Gi",
    taskManager: {cpu: "2", memory: "4Gi"},
  },
};

const profiles = {Dev: dev, Small: small, Production: production};

/** Lays the spec over its profile. */
export function resolveSpec(spec: PipelineSpec): ResolvedSpec {
  const profile = spec.profile ?? "Dev";
  const base: ResolvedSpec = {
    profile,
    state: "Running",
    paused: false,
    deletionPolicy: "Retain",
    ...profiles[profile],
  };
  return overlay(base, spec);
}

/** `base` with the defined fields of `over`, deep. */
function overlay<T>(base: T, over: object): T {
  const result = {...base} as Record<string, unknown>;
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined || value === null) continue;
    const below = result[key];
    result[key] = typeof value === "object" && typeof below === "object" ? overlay(below, value) : value;
  }
  return result as T;
}
