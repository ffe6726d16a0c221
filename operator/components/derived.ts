import {cassandraDatacenter} from "../../cdk8s/components/cassandra/kinds.ts";
import {kafkaCluster} from "../../cdk8s/components/kafka/kinds.ts";
import type {PodOwner} from "../../cdk8s/components/monitoring/pod-owners.ts";
import {PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {builtin, type KubeObject, type ResourceType} from "../runtime/types.ts";

/** An object that an upstream operator makes of a planned one, by a name of its own rule. */
interface Derived {
  type: ResourceType;
  name: string;
}

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

/** By Strimzi 1.2 from the name of a Kafka alone; the names that hold a pool's as well have the pipeline's in them twice. */
const STRIMZI: [ResourceType, string[]][] = [
  [
    builtin.secret,
    [
      "cluster-ca",
      "cluster-ca-cert",
      "clients-ca",
      "clients-ca-cert",
      "cluster-operator-certs",
      "entity-topic-operator-certs",
      "entity-user-operator-certs",
    ],
  ],
  [builtin.configMap, ["entity-topic-operator-config", "entity-user-operator-config"]],
  [builtin.service, ["kafka-bootstrap", "kafka-brokers"]],
  [builtin.serviceAccount, ["kafka", "entity-operator"]],
  [builtin.deployment, ["entity-operator"]],
  [builtin.networkPolicy, ["network-policy-kafka"]],
  [builtin.podDisruptionBudget, ["kafka"]],
  [builtin.role, ["entity-operator"]],
  [builtin.roleBinding, ["entity-topic-operator-role", "entity-user-operator-role"]],
];

/** The Kafka itself as well, whose pools, topics and users ours would become. */
const ofStrimzi = ({metadata: {name}}: KubeObject): Derived[] => [
  {type: kafkaCluster, name},
  ...STRIMZI.flatMap(([type, ends]) =>
    named(
      type,
      ends.map((end) => `${name}-${end}`),
    ),
  ),
];

/** By Flink's operator 1.15 and Flink's native mode. */
const ofFlink = ({metadata: {name}}: KubeObject): Derived[] => [
  ...named(builtin.deployment, [name]),
  ...named(builtin.service, [name, `${name}-rest`]),
  ...named(builtin.configMap, [`flink-config-${name}`]),
];

/** By the SeaweedFS operator 1.0. */
const ofSeaweed = ({metadata: {name}}: KubeObject): Derived[] => [
  ...named(
    builtin.statefulSet,
    ["master", "volume", "filer"].map((part) => `${name}-${part}`),
  ),
  ...named(builtin.deployment, [`${name}-s3`]),
  ...named(
    builtin.service,
    ["master", "master-peer", "volume-peer", "filer", "filer-peer", "s3"].map((part) => `${name}-${part}`),
  ),
];

/** By the Druid operator 1.3: of each kind of processes what its key in the resource names. */
const ofDruid = ({metadata: {name}, spec}: KubeObject): Derived[] => [
  ...named(builtin.configMap, [`${name}-druid-common-config`]),
  ...Object.entries<any>(spec.nodes).flatMap(([key, {services = []}]) => {
    const node = `druid-${name}-${key}`;
    return [
      ...named(builtin.statefulSet, [node]),
      ...named(
        builtin.service,
        services.map(({metadata}: KubeObject) => metadata.name.replaceAll("%s", node)),
      ),
      ...named(builtin.configMap, [`${node}-config`]),
    ];
  }),
];

const rules: Record<string, {by: string; names(object: KubeObject): Derived[]}> = {
  K8ssandraCluster: {by: "K8ssandra", names: ofK8ssandra},
  Kafka: {by: "Strimzi", names: ofStrimzi},
  KafkaUser: {by: "Strimzi", names: ({metadata: {name}}) => named(builtin.secret, [name])},
  Seaweed: {by: "the SeaweedFS operator", names: ofSeaweed},
  Druid: {by: "the Druid operator", names: ofDruid},
  FlinkDeployment: {by: "Flink's operator", names: ofFlink},
};

/** The objects that an upstream operator creates from a planned one. */
export const derivedOf = (object: KubeObject): Derived[] => rules[object.kind]?.names(object) ?? [];

const OWNERS = ["Deployment", "StatefulSet", "Job", "CronJob"];

/** The objects that create the pods of a planned one: itself, or those that upstream creates from it. */
export function podOwnersOf(object: KubeObject): PodOwner[] {
  const {kind, metadata} = object;
  // Each pool is one of these; before Strimzi 0.35 it was a StatefulSet.
  const pool = `${metadata.labels?.["strimzi.io/cluster"]}-${metadata.name}`;
  if (kind === "KafkaNodePool") return ["StrimziPodSet", "StatefulSet"].map((owner) => ({kind: owner, name: pool}));
  return [{kind, name: metadata.name}, ...derivedOf(object).map(({type, name}) => ({kind: type.kind, name}))].filter(
    (owner) => OWNERS.includes(owner.kind),
  );
}

/** The upstream operator that creates it. */
export const makerOf = ({kind}: KubeObject): string => rules[kind]!.by;

/** By what upstream's objects say whose they are. */
const CLUSTER_LABELS = ["cassandra.datastax.com/cluster", "k8ssandra.io/cluster-name", "strimzi.io/cluster", "app"];

/** Whether an object is one that upstream made of `maker`, or left of an earlier one of its name. */
export function isMadeOf(
  maker: KubeObject,
  {metadata: {labels = {}, ownerReferences = []}, spec}: KubeObject,
): boolean {
  const {kind, metadata} = maker;
  return (
    labels[PIPELINE_LABEL] === metadata.labels?.[PIPELINE_LABEL] ||
    spec?.clusterName === metadata.name ||
    CLUSTER_LABELS.some((label) => labels[label] === metadata.name) ||
    ownerReferences.some((owner) => owner.kind === kind && owner.name === metadata.name)
  );
}
