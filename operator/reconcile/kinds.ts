import {builtin, type KubeObject, type ResourceType, typeId} from "../runtime/types.ts";

const strimzi = (kind: string, plural: string): ResourceType => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind,
  plural,
  namespaced: true,
});

const prometheus = (kind: string, plural: string): ResourceType => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind,
  plural,
  namespaced: true,
});

/** Every kind that a plan may hold, in the order in which a prune removes what left the plan. */
export const ownedKinds: ResourceType[] = [
  prometheus("PodMonitor", "podmonitors"),
  prometheus("PrometheusRule", "prometheusrules"),
  builtin.podDisruptionBudget,
  {
    apiVersion: "monitoring.coreos.com/v1alpha1",
    kind: "AlertmanagerConfig",
    plural: "alertmanagerconfigs",
    namespaced: true,
  },
  {
    apiVersion: "grafana.integreatly.org/v1beta1",
    kind: "GrafanaDatasource",
    plural: "grafanadatasources",
    namespaced: true,
  },
  {apiVersion: "flink.apache.org/v1beta1", kind: "FlinkDeployment", plural: "flinkdeployments", namespaced: true},
  builtin.deployment,
  builtin.cronJob,
  builtin.job,
  strimzi("KafkaUser", "kafkausers"),
  strimzi("KafkaTopic", "kafkatopics"),
  strimzi("Kafka", "kafkas"),
  strimzi("KafkaNodePool", "kafkanodepools"),
  {apiVersion: "k8ssandra.io/v1alpha1", kind: "K8ssandraCluster", plural: "k8ssandraclusters", namespaced: true},
  builtin.statefulSet,
  builtin.persistentVolumeClaim,
  builtin.service,
  builtin.networkPolicy,
  builtin.roleBinding,
  builtin.role,
  builtin.serviceAccount,
  builtin.configMap,
  builtin.secret,
];

const byId = new Map(ownedKinds.map((type) => [typeId(type), type]));

export function typeOf(object: KubeObject): ResourceType {
  const type = byId.get(typeId(object));
  if (!type) throw new Error(`no resource type for ${typeId(object)}: add it to operator/reconcile/kinds.ts`);
  return type;
}
