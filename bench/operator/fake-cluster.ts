/** What upstream operators, Kubernetes' controllers and the kubelet would report, all of it good. Part of the fake API server. */
export function statusOf({kind, metadata, spec}: any): object | undefined {
  const observedGeneration = metadata.generation;
  const condition = {type: "Ready", status: "True", lastTransitionTime: new Date().toISOString()};
  switch (kind) {
    case "Deployment":
    case "StatefulSet": {
      const replicas = spec.replicas ?? 1;
      return {observedGeneration, replicas, updatedReplicas: replicas, readyReplicas: replicas};
    }
    case "Job":
      return {succeeded: 1};
    case "Kafka":
    case "KafkaTopic":
    case "KafkaUser":
      return {observedGeneration, conditions: [condition]};
    case "KafkaNodePool":
      return {observedGeneration, nodeIds: nodeIdsOf(spec)};
    case "K8ssandraCluster": {
      const [{metadata: datacenter}] = spec.cassandra.datacenters;
      const cassandra = {cassandraOperatorProgress: "Ready", conditions: [condition]};
      return {observedGeneration, error: "None", datacenters: {[datacenter.name]: {cassandra}}};
    }
    default:
      return undefined;
  }
}

const nodeIdsOf = ({replicas}: any): number[] => Array.from({length: replicas}, (_, id) => id);

/** What upstream operators create of an object: pods of a pool, the Secret of a user. */
export function createdFor({apiVersion, kind, metadata, spec}: any): {group: string; plural: string; object: any}[] {
  const {name, namespace, uid, labels} = metadata;
  const created = (plural: string, names: string[], more: object) =>
    names.map((each) => {
      const ownerReferences = [{apiVersion, kind, name, uid}];
      const byUpstream = {...labels, "app.kubernetes.io/managed-by": "strimzi", "strimzi.io/pool-name": name};
      return {
        group: "v1",
        plural,
        object: {apiVersion: "v1", metadata: {name: each, namespace, labels: byUpstream, ownerReferences}, ...more},
      };
    });
  if (kind === "KafkaUser") return created("secrets", [name], {kind: "Secret", data: {password: "cGFzc3dvcmQ="}});
  if (kind !== "KafkaNodePool") return [];
  const pods = nodeIdsOf(spec).map((id) => `${labels["strimzi.io/cluster"]}-${name}-${id}`);
  return created("pods", pods, {kind: "Pod", status: {conditions: [{type: "Ready", status: "True"}]}});
}

export const ownersOf = ({metadata}: any): string[] => (metadata.ownerReferences ?? []).map(({uid}: any) => uid);
