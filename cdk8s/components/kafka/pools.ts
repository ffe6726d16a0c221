import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import {heapMiBOf} from "../../../api/resources.ts";
import {type BuildContext, custom, resources} from "../../context.ts";
import type {KafkaNodePool} from "../../imports/kafkanodepool.ts";
import {upstreamPod} from "../../scheduling.ts";
import {idsOf} from "./identity.ts";

export const STRIMZI_API = "kafka.strimzi.io/v1";

export const brokers = (name: string): k8s.LabelSelector => ({
  matchLabels: {"strimzi.io/cluster": name, "strimzi.io/name": `${name}-kafka`},
});

/** The size with which a pool of voters or a topic was created: Strimzi changes neither, whatever spec.kafka.replicas says later. */
export const REPLICAS_ANNOTATION = "telemetry.dev/replicas";
export const noted = (replicas: number) => ({[REPLICAS_ANNOTATION]: String(replicas)});

/** The pool whose nodes are brokers and vote, and the one of brokers that were added later. */
export const votersName = (name: string) => `${name}-pool`;
export const addedName = (name: string) => `${name}-brokers`;

/** The quorum is a static one: what is added to it later is a pool of brokers alone. */
export function pools(chart: Chart, context: BuildContext): void {
  const {name, spec, facts} = context;
  const liveReplicas = facts?.kafka?.liveReplicas ?? {};
  const voters = liveReplicas[votersName(name)] ?? spec.kafka.replicas;
  // Never fewer than there are, or were kept: the spec is refused then.
  const added = Math.max(0, spec.kafka.replicas - voters, liveReplicas[addedName(name)] ?? 0);
  const grown = added > 0 || addedName(name) in liveReplicas;
  pool(chart, context, grown, {name: votersName(name), annotations: noted(voters)}, voters, ["controller", "broker"]);
  if (grown) pool(chart, context, grown, {name: addedName(name)}, added, ["broker"]);
}

function pool(
  chart: Chart,
  context: BuildContext,
  grown: boolean,
  metadata: {name: string; annotations?: Record<string, string>},
  replicas: number,
  roles: KafkaNodePool["spec"]["roles"],
): void {
  const {name, spec} = context;
  const {storage, storageClass, sizing, pod} = spec.kafka;
  const annotations = {...metadata.annotations, ...idsOf(metadata.name, context)};
  const heap = `${heapMiBOf(sizing, pod)}m`;
  const spread = spec.spread === "No" ? {} : {topologySpreadConstraints: spreadBrokers(context, grown)};
  const template = {...spread, ...upstreamPod(pod, brokers(name))};
  custom<KafkaNodePool>(chart, {
    apiVersion: STRIMZI_API,
    kind: "KafkaNodePool",
    metadata: {
      ...metadata,
      ...(Object.keys(annotations).length > 0 ? {annotations} : {}),
      labels: {"strimzi.io/cluster": name},
    },
    spec: {
      replicas,
      roles,
      resources: resources(context, sizing, pod),
      ...(Object.keys(template).length > 0 ? {template: {pod: template}} : {}),
      jvmOptions: {"-Xms": heap, "-Xmx": heap},
      storage: {
        type: "jbod",
        volumes: [
          {
            id: 0,
            type: "persistent-claim",
            size: storage,
            ...(storageClass ? {class: storageClass} : {}),
            deleteClaim: spec.deletionPolicy === "Delete",
            kraftMetadata: "shared",
          },
        ],
      },
    },
  });
}

/** Over zones if there are several; in Production never two on one node, which would take the quorum along. */
function spreadBrokers({name, spec}: BuildContext, grown: boolean) {
  // One pool alone keeps the selector that it was made with: another one would restart its brokers.
  const alone = {matchLabels: {"strimzi.io/cluster": name, "strimzi.io/pool-name": votersName(name)}};
  return [
    ["topology.kubernetes.io/zone", "ScheduleAnyway"],
    ["kubernetes.io/hostname", spec.spread === "Required" ? "DoNotSchedule" : "ScheduleAnyway"],
  ].map(([topologyKey, whenUnsatisfiable]) => ({
    maxSkew: 1,
    topologyKey: topologyKey!,
    whenUnsatisfiable: whenUnsatisfiable!,
    labelSelector: grown ? {matchLabels: {...brokers(name).matchLabels}} : alone,
  }));
}
