import {builtin, type KubeObject, type ResourceType} from "../runtime/types.ts";

/** An object that an upstream operator makes of a planned one, by a name of its own rule. */
export interface Derived {
  type: ResourceType;
  name: string;
}

export const cassandraDatacenter: ResourceType = {
  apiVersion: "cassandra.datastax.com/v1beta1",
  kind: "CassandraDatacenter",
  plural: "cassandradatacenters",
  namespaced: true,
};

const named = (type: ResourceType, names: string[]): Derived[] => names.map((name) => ({type, name}));

/** By K8ssandra 1.32 and cass-operator 1.30, in the pipeline's namespace. */
function ofK8ssandra({metadata: {name: cluster}, spec}: KubeObject): Derived[] {
  return spec.cassandra.datacenters.flatMap(({metadata: {name: datacenter}}: any) => {
    const both = `${cluster}-${datacenter}`;
    const ends = ["service", "all-pods-service", "additional-seed-service", "contact-points-service"];
    return [
      {type: cassandraDatacenter, name: datacenter},
      ...named(builtin.service, [`${cluster}-seed-service`, ...ends.map((end) => `${both}-${end}`)]),
      ...named(builtin.configMap, [`${both}-metrics-agent-config`]),
      ...named(builtin.podDisruptionBudget, [`${datacenter}-pdb`]),
      ...named(builtin.statefulSet, [`${both}-default-sts`]),
    ];
  });
}

/** By Strimzi 1.2; the pods' own Secrets, Services and volumes begin with the names of pools, which the plan holds. */
function ofStrimzi({metadata: {name}}: KubeObject): Derived[] {
  const secrets = ["cluster-ca", "cluster-ca-cert", "clients-ca", "clients-ca-cert", "cluster-operator-certs"];
  return [
    ...named(
      builtin.service,
      ["kafka-bootstrap", "kafka-brokers"].map((end) => `${name}-${end}`),
    ),
    ...named(
      builtin.secret,
      secrets.map((end) => `${name}-${end}`),
    ),
    ...named(builtin.deployment, [`${name}-entity-operator`]),
    ...named(builtin.podDisruptionBudget, [`${name}-kafka`]),
    ...named(builtin.networkPolicy, [`${name}-network-policy-kafka`]),
  ];
}

/** By Flink's operator 1.15 and Flink's native mode. */
const ofFlink = ({metadata: {name}}: KubeObject): Derived[] => [
  ...named(builtin.deployment, [name]),
  ...named(builtin.service, [name, `${name}-rest`]),
  ...named(builtin.configMap, [`flink-config-${name}`]),
];

const rules: Record<string, (object: KubeObject) => Derived[]> = {
  K8ssandraCluster: ofK8ssandra,
  Kafka: ofStrimzi,
  KafkaUser: ({metadata: {name}}) => named(builtin.secret, [name]),
  FlinkDeployment: ofFlink,
};

/** What an upstream operator makes of a planned object. */
export const derivedOf = (object: KubeObject): Derived[] => rules[object.kind]?.(object) ?? [];

/** By what upstream's objects say whose they are. */
const CLUSTER_LABELS = ["cassandra.datastax.com/cluster", "k8ssandra.io/cluster-name", "strimzi.io/cluster", "app"];

/** Whether an object is one that upstream made of `maker`, or left of an earlier one of its name. */
export function isMadeOf(
  maker: KubeObject,
  {metadata: {labels = {}, ownerReferences = []}, spec}: KubeObject,
): boolean {
  const {kind, metadata} = maker;
  return (
    spec?.clusterName === metadata.name ||
    CLUSTER_LABELS.some((label) => labels[label] === metadata.name) ||
    ownerReferences.some((owner) => owner.kind === kind && owner.name === metadata.name)
  );
}
