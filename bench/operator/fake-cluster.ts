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
    case "K8ssandraCluster": {
      const [{metadata: datacenter}] = spec.cassandra.datacenters;
      const cassandra = {cassandraOperatorProgress: "Ready", conditions: [condition]};
      return {observedGeneration, error: "None", datacenters: {[datacenter.name]: {cassandra}}};
    }
    default:
      return undefined;
  }
}

export const ownersOf = ({metadata}: any): string[] => (metadata.ownerReferences ?? []).map(({uid}: any) => uid);
