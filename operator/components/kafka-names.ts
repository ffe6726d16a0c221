import {userNames} from "../../cdk8s/components/kafka.ts";
import {STRIMZI_API} from "../../cdk8s/components/kafka-pools.ts";
import type {ResolvedSpec} from "../api/profiles.ts";
import {builtin, type ResourceType} from "../runtime/types.ts";
import type {Derived} from "./component.ts";

const KAFKA: ResourceType = {apiVersion: STRIMZI_API, kind: "Kafka", plural: "kafkas", namespaced: true};

/** What Strimzi 1.2 calls by the name of a Kafka alone; the names that hold a pool's as well have the pipeline's in them twice. */
const SUFFIXES: [ResourceType, string[]][] = [
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

/** The Kafka itself, whose pools, topics and users ours would become; what Strimzi makes for it; and the Secrets of its users. */
export const strimziNames = (spec: ResolvedSpec, name: string): Derived => ({
  by: "Strimzi",
  objects: [
    {type: KAFKA, name},
    ...SUFFIXES.flatMap(([type, suffixes]) => suffixes.map((suffix) => ({type, name: `${name}-${suffix}`}))),
    ...userNames(spec, name).map((user) => ({type: builtin.secret, name: user})),
  ],
});
