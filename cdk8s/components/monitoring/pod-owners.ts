/** The owner of pods: no two of one kind and name are in a namespace. */
export interface PodOwner {
  kind: string;
  name: string;
}

const PODS = "kube_pod_owner";

/**
 * The pods of these owners, as kube-state-metrics tells of them without any option: series of pods and volumes that Kubernetes brings carry no
 * label of the pipeline. No object is found by how a name begins: `fleet` is not `fleet-eu`.
 */
export function podsOf(namespace: string, owners: PodOwner[]): string {
  const names = (kind: string) => owners.filter((owner) => owner.kind === kind).map(({name}) => name);
  const owned = (metric: string, kind: string, some: string[]) =>
    `${metric}{namespace="${namespace}",owner_kind="${kind}",owner_name=~"${some.map(quoted).sort().join("|")}"}`;
  const direct = [...new Set(owners.map(({kind}) => kind))].sort();
  const parts = [
    ...direct.filter((kind) => kind !== "CronJob").map((kind) => owned(PODS, kind, names(kind))),
    ...BETWEEN.filter(({of}) => names(of).length > 0).map(({kind, of, label}) => {
      const between = owned(`kube_${kind.toLowerCase()}_owner`, of, names(of));
      const named = `label_replace(${between}, "owner_name", "$1", "${label}", "(.*)")`;
      return `${PODS}{namespace="${namespace}",owner_kind="${kind}"} and on (namespace, owner_name) ${named}`;
    }),
  ];
  return `max by (namespace, pod) (${parts.join(" or ")})`;
}

/** The objects of an owner that own the pods in turn. */
const BETWEEN = [
  {kind: "ReplicaSet", of: "Deployment", label: "replicaset"},
  {kind: "Job", of: "CronJob", label: "job_name"},
];

/** A dot may be in a name; in PromQL's strings a backslash is two. */
export const quoted = (name: string) => name.replaceAll(".", "\\\\.");

/** The volumes of a pipeline's pods. */
export const volumesOf = (namespace: string, pods: string): string =>
  `max by (namespace, persistentvolumeclaim) (kube_pod_spec_volumes_persistentvolumeclaims_info{namespace="${namespace}"} and on (namespace, pod) ${pods})`;
