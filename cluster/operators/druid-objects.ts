import type {KubeObject, ResourceType} from "../../operator/runtime/client.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {both, commonConfigName, type Group, podTemplate} from "./druid-pods.ts";
import {hash} from "./kit.ts";

/** What upstream's operator makes of a Druid: a ConfigMap for all, and for each group its own, its Services and its pods' owner. */

/** The order in which an upgrade goes through the roles. */
const ROLES = ["historical", "overlord", "middleManager", "indexer", "broker", "coordinator", "router"];

const kind = (apiVersion: string, kind: string, plural: string): ResourceType => ({
  apiVersion,
  kind,
  plural,
  namespaced: true,
});
/** The kinds that upstream makes, by the field of the status that lists them. */
export const made = {
  statefulSets: builtin.statefulSet,
  deployments: builtin.deployment,
  hpAutoscalers: kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
  ingress: kind("networking.k8s.io/v1", "Ingress", "ingresses"),
  podDisruptionBudgets: builtin.podDisruptionBudget,
  services: builtin.service,
  configMaps: builtin.configMap,
};

/** The groups of nodes in the order of an upgrade. */
export function groupsOf({metadata, spec}: KubeObject): Group[] {
  const groups = Object.entries<any>(spec.nodes).map(([key, node]) => ({
    key,
    node,
    name: `druid-${metadata.name}-${key}`,
  }));
  return ROLES.flatMap((role) => groups.filter(({node}) => node.nodeType === role));
}

const KEY = /[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/;

/** What upstream refuses, in its words; "" when it is content. */
export function problemOf({spec}: KubeObject): string {
  const nodes = Object.entries<any>(spec.nodes);
  for (const [, node] of nodes) {
    const names = both(spec, node, "additionalContainer").map(({containerName}) => containerName);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice) return `node group ${node.nodeType} has duplicate container name: ${twice}`;
  }
  for (const [, {kind, nodeType, volumeClaimTemplates = []}] of nodes) {
    const template = volumeClaimTemplates.find(({spec}: any) => !spec.storageClassName);
    if (kind === "StatefulSet" && template)
      return `node group ${nodeType} has volume claim template without storage class which is not allowed: ${template.metadata?.name ?? ""}`;
  }
  return nodes
    .flatMap(([key, {image}]) => [
      spec.image || image ? "" : "Image missing from Druid Cluster Spec\n",
      KEY.test(key) ? "" : `Node[${key}] Key must match k8s resource name regex '${KEY.source}'`,
    ])
    .join("");
}

export const clusterLabels = ({metadata}: KubeObject): Record<string, string> => ({
  app: "druid",
  druid_cr: metadata.name,
});

export const labelSelector = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map((pair) => pair.join("="))
    .join(",");

function groupLabels(druid: KubeObject, {node, name}: Group): Record<string, string> {
  const own = {...druid.spec.podLabels, ...node.podLabels};
  return {...own, ...clusterLabels(druid), nodeSpecUniqueStr: name, component: node.nodeType};
}

/** The ConfigMap of all nodes; those that the spec names besides add their files. */
export function commonConfig(druid: KubeObject, extra: Record<string, string>) {
  const {spec} = druid;
  for (const field of ["zookeeper", "metadataStore", "deepStorage"]) {
    // Its CRD takes text alone, and its program an object alone.
    if (spec[field]) throw new Error(`Couldn't unmarshall ${field} type[${spec[field].type}].`);
  }
  const files = ["metricDimensions.json", "hdfs-site.xml", "core-site.xml"].filter((file) => spec[file]);
  const data = {
    "common.runtime.properties": spec["common.runtime.properties"],
    ...Object.fromEntries(files.map((file) => [file, spec[file]])),
    ...extra,
  };
  return {metadata: {name: commonConfigName(druid), labels: clusterLabels(druid)}, data};
}

/** The ConfigMap of a group. */
export function groupConfig(druid: KubeObject, group: Group) {
  const {spec} = druid;
  const {node, name} = group;
  const log = node["log4j.config"] || spec["log4j.config"];
  const options = node["jvm.options"] || spec["jvm.options"] || "";
  const data = {
    "runtime.properties": `druid.port=${node["druid.port"]}\n${node["runtime.properties"]}`,
    "jvm.config": `${options}\n${node["extra.jvm.options"] ?? ""}`,
    ...(log && {"log4j2.xml": log}),
  };
  return {metadata: {name: `${name}-config`, labels: groupLabels(druid, group)}, data};
}

/** The Services of a group: those that it or else the cluster names, and none if neither does. */
export function groupServices(druid: KubeObject, group: Group) {
  const labels = groupLabels(druid, group);
  const port = group.node["druid.port"];
  return (group.node.services ?? druid.spec.services ?? []).map(({metadata, spec}: any) => ({
    metadata: {...metadata, name: formatted(metadata?.name, group.name), labels: {...metadata?.labels, ...labels}},
    spec: {
      ...spec,
      selector: {...spec?.selector, ...labels},
      ports: spec?.ports ?? [{name: "service-port", port, targetPort: port}],
    },
  }));
}

/** Go's Sprintf: a name without %s, which is no name then, is refused by the API server. */
function formatted(template: string | undefined, name: string): string {
  if (!template) return name;
  return template.includes("%s") ? template.replace("%s", name) : `${template}%!(EXTRA string=${name})`;
}

/** The StatefulSet or the Deployment of a group. */
export function groupWorkload(druid: KubeObject, group: Group, configHash: string, serviceName: string) {
  const {spec} = druid;
  const {node, name} = group;
  const labels = groupLabels(druid, group);
  const metadata = {name, labels, annotations: {...spec.workloadAnnotations, ...node.workloadAnnotations}};
  const common = {
    selector: {matchLabels: labels},
    replicas: node.replicas ?? 0,
    template: podTemplate(druid, group, labels, configHash),
  };
  if (node.kind === "Deployment")
    return {
      type: made.deployments,
      object: {metadata, spec: {...common, strategy: {type: "RollingUpdate", rollingUpdate: rollingUpdate(node)}}},
    };
  const set = {
    ...common,
    serviceName,
    podManagementPolicy: node.podManagementPolicy || spec.podManagementPolicy || "Parallel",
    updateStrategy: node.updateStrategy ?? spec.updateStrategy ?? {},
    volumeClaimTemplates: both(spec, node, "volumeClaimTemplates"),
  };
  return {type: made.statefulSets, object: {metadata, spec: set}};
}

function rollingUpdate({maxSurge, maxUnavailable}: any) {
  if (maxSurge === undefined && maxUnavailable === undefined) return {};
  // Of one alone upstream takes what is not there, and falls.
  if (maxSurge === undefined || maxUnavailable === undefined)
    throw new Error("invalid memory address or nil pointer dereference: maxSurge and maxUnavailable come together");
  return {maxSurge, maxUnavailable};
}

/** What a group has only if it names it. */
export function groupExtras(druid: KubeObject, group: Group): {type: ResourceType; object: any}[] {
  const {node, name} = group;
  const labels = groupLabels(druid, group);
  const {podDisruptionBudgetSpec: budget, hpAutoscaler, ingress, ingressAnnotations, persistentVolumeClaim} = node;
  // Of several claims upstream gives all the name and the spec of the last.
  const claim = persistentVolumeClaim?.at(-1);
  const cluster = {name, labels: clusterLabels(druid)};
  return [
    ...(ingress
      ? [{type: made.ingress, object: {metadata: {...cluster, annotations: ingressAnnotations}, spec: ingress}}]
      : []),
    ...(budget
      ? [
          {
            type: made.podDisruptionBudgets,
            object: {metadata: {name, labels}, spec: {...budget, selector: {matchLabels: labels}}},
          },
        ]
      : []),
    ...(hpAutoscaler ? [{type: made.hpAutoscalers, object: {metadata: cluster, spec: hpAutoscaler}}] : []),
    ...(claim
      ? [
          {
            type: builtin.persistentVolumeClaim,
            object: {
              metadata: {name: claim.metadata?.name || name, labels: {...claim.metadata?.labels, ...labels}},
              spec: claim.spec,
            },
          },
        ]
      : []),
  ];
}

export const configHashOf = (...configs: object[]): string => configs.map((config) => hash(config)).join("-");
