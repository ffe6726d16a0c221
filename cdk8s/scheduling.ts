import type {k8s} from "cdk8s-plus-28";
import type {PodOptions} from "../api/pod.ts";
import {COMPONENT_LABEL, PIPELINE_LABEL} from "./context.ts";

type Defaults = Pick<k8s.PodSpec, "affinity" | "topologySpreadConstraints">;
type Scheduling = Pick<
  k8s.PodSpec,
  "nodeSelector" | "tolerations" | "affinity" | "topologySpreadConstraints" | "priorityClassName"
>;

/** Where a pod of ours runs: by the spec, and for what that leaves out as the profile spreads its replicas. */
export function scheduling(
  options: PodOptions = {},
  {affinity, topologySpreadConstraints}: Defaults,
  labels: Record<string, string>,
): Scheduling {
  const {nodeSelector, tolerations, priorityClassName} = options;
  const matchLabels = Object.fromEntries(
    [PIPELINE_LABEL, COMPONENT_LABEL].flatMap((key) => (labels[key] ? [[key, labels[key]]] : [])),
  );
  const spread = options.topologySpreadConstraints ? spreadBy(options, {matchLabels}) : topologySpreadConstraints;
  return {
    ...(nodeSelector ? {nodeSelector} : {}),
    ...(tolerations ? {tolerations} : {}),
    ...(affinity || options.affinity ? {affinity: {...affinity, ...options.affinity}} : {}),
    ...(spread ? {topologySpreadConstraints: spread} : {}),
    ...(priorityClassName ? {priorityClassName} : {}),
  };
}

/** The constraints of the spec; one that selects no pods counts those of the component. */
const spreadBy = ({topologySpreadConstraints = []}: PodOptions, labelSelector: k8s.LabelSelector) =>
  topologySpreadConstraints.map((constraint) => ({labelSelector, ...constraint}) as k8s.TopologySpreadConstraint);

/** The same for pods of Strimzi, whose template has no nodeSelector; `labelSelector` is what its pods go by. */
export function upstreamPod(options: PodOptions = {}, labelSelector: k8s.LabelSelector) {
  const {labels, annotations, tolerations, priorityClassName} = options;
  const affinity = affinityOf(options);
  return {
    ...(labels || annotations ? {metadata: {...(labels ? {labels} : {}), ...(annotations ? {annotations} : {})}} : {}),
    ...(affinity ? {affinity} : {}),
    ...(tolerations ? {tolerations} : {}),
    ...(options.topologySpreadConstraints ? {topologySpreadConstraints: spreadBy(options, labelSelector)} : {}),
    ...(priorityClassName ? {priorityClassName} : {}),
  };
}

interface NodeSelectorTerm {
  matchExpressions?: object[];
}

/** The affinity of pods whose kind has no nodeSelector. Terms of a node affinity are alternatives, so each of them gets the labels too. */
export function affinityOf({affinity, nodeSelector}: PodOptions): object | undefined {
  if (!nodeSelector) return affinity;
  const labels = Object.entries(nodeSelector).map(([key, value]) => ({key, operator: "In", values: [value]}));
  const nodeAffinity = (affinity?.nodeAffinity ?? {}) as Record<string, any>;
  const terms: NodeSelectorTerm[] =
    nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const nodeSelectorTerms = (terms.length > 0 ? terms : [{}]).map((term: NodeSelectorTerm) => ({
    ...term,
    matchExpressions: [...(term.matchExpressions ?? []), ...labels],
  }));
  return {
    ...affinity,
    nodeAffinity: {...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms}},
  };
}
