/** An object as the API server sends it: typed where every kind agrees, open elsewhere so that no field is ever lost. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: any;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  creationTimestamp?: string;
  deletionTimestamp?: string;
  [field: string]: any;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** The parts of a kind's URL; discovery is not used, so a missing CRD is an answer (404), not a start-up error. */
export interface ResourceType {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

export interface ObjectRef {
  name: string;
  namespace?: string;
}

const namespaced = (apiVersion: string, kind: string, plural: string): ResourceType => ({
  apiVersion,
  kind,
  plural,
  namespaced: true,
});
const clusterScoped = (apiVersion: string, kind: string, plural: string): ResourceType => ({
  apiVersion,
  kind,
  plural,
  namespaced: false,
});

/** The built-in kinds in use here. */
export const builtin = {
  namespace: clusterScoped("v1", "Namespace", "namespaces"),
  node: clusterScoped("v1", "Node", "nodes"),
  configMap: namespaced("v1", "ConfigMap", "configmaps"),
  secret: namespaced("v1", "Secret", "secrets"),
  service: namespaced("v1", "Service", "services"),
  serviceAccount: namespaced("v1", "ServiceAccount", "serviceaccounts"),
  role: namespaced("rbac.authorization.k8s.io/v1", "Role", "roles"),
  roleBinding: namespaced("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
  pod: namespaced("v1", "Pod", "pods"),
  event: namespaced("v1", "Event", "events"),
  resourceQuota: namespaced("v1", "ResourceQuota", "resourcequotas"),
  persistentVolume: clusterScoped("v1", "PersistentVolume", "persistentvolumes"),
  persistentVolumeClaim: namespaced("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
  storageClass: clusterScoped("storage.k8s.io/v1", "StorageClass", "storageclasses"),
  statefulSet: namespaced("apps/v1", "StatefulSet", "statefulsets"),
  deployment: namespaced("apps/v1", "Deployment", "deployments"),
  job: namespaced("batch/v1", "Job", "jobs"),
  cronJob: namespaced("batch/v1", "CronJob", "cronjobs"),
  lease: namespaced("coordination.k8s.io/v1", "Lease", "leases"),
  networkPolicy: namespaced("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
  podDisruptionBudget: namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
  customResourceDefinition: clusterScoped(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
  ),
} satisfies Record<string, ResourceType>;

/**
 * `namespace/name`, or the name alone for a cluster-scoped object: the key of caches and queues. Joined, for thousands are kept: V8
 * keeps a template's parts beside its text.
 */
export const keyOf = (object: {metadata: {name: string; namespace?: string}}): string =>
  object.metadata.namespace ? [object.metadata.namespace, object.metadata.name].join("/") : object.metadata.name;

/** Kind, namespace and name, which no two objects of a cluster share. */
export const objectId = (object: KubeObject): string => [typeId(object), keyOf(object)].join(" ");

export const refOf = (key: string): ObjectRef => {
  const slash = key.indexOf("/");
  return slash < 0 ? {name: key} : {namespace: key.slice(0, slash), name: key.slice(slash + 1)};
};

export const typeId = (type: {apiVersion: string; kind: string}): string => `${type.apiVersion}/${type.kind}`;
