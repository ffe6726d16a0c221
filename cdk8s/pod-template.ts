import type {ApiObject} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import type {PodOptions} from "../api/pod.ts";
import {type BuildContext, podSecurity, pullSecrets} from "./context.ts";
import {scheduling} from "./scheduling.ts";

type Metadata = Pick<k8s.ObjectMeta, "labels" | "annotations">;

export interface PodTemplate {
  metadata: Metadata;
  spec: k8s.PodSpec;
}

/**
 * The template of every pod that runs an image of ours in a built-in kind, the operator's own included: restricted security, the Secrets of the registry, no
 * environment from Services, a token only for a pod that names an account, and what the spec says of the component's pods.
 *
 * The names of Jobs are hashes of the spec as it is written here, so a change of the order of these fields renames them.
 */
export function podTemplate(
  context: Pick<BuildContext, "images">,
  options: PodOptions | undefined,
  metadata: Metadata,
  {serviceAccountName, ...spec}: k8s.PodSpec,
): PodTemplate {
  const template = templatePart(context, options, metadata, spec);
  return {
    metadata: template.metadata,
    spec: {
      automountServiceAccountToken: serviceAccountName !== undefined,
      ...(serviceAccountName ? {serviceAccountName} : {}),
      ...template.spec,
    },
  };
}

/** The same for a kind of which an upstream operator makes the pods, and gives them an account. */
export function templatePart(
  context: Pick<BuildContext, "images">,
  options: PodOptions | undefined,
  {labels, annotations}: Metadata,
  {restartPolicy, ...rest}: k8s.PodSpec,
): PodTemplate {
  return {
    metadata: {
      labels: {...options?.labels, ...labels},
      ...(annotations || options?.annotations ? {annotations: {...options?.annotations, ...annotations}} : {}),
    },
    spec: {
      enableServiceLinks: false,
      ...pullSecrets(context),
      ...(restartPolicy ? {restartPolicy} : {}),
      securityContext: podSecurity(),
      ...rest,
      ...scheduling(options, rest, labels ?? {}),
    },
  };
}

/** What of a Job's template is not in its spec: no template of a live Job can change, so that all of it makes the Job another one. */
export const madeBy = ({labels, annotations}: PodOptions = {}): object[] =>
  labels || annotations ? [{labels, annotations}] : [];

/** Gives what makes pods the affinity of the spec as it stands: cdk8s leaves out each field that is newer than its own Kubernetes. */
export function keepAffinity(object: ApiObject, options: PodOptions | undefined, {spec}: PodTemplate): void {
  if (!options?.affinity) return;
  const toJson = object.toJson.bind(object);
  object.toJson = () => {
    const json = toJson();
    (json.spec.jobTemplate ?? json).spec.template.spec.affinity = spec.affinity;
    return json;
  };
}
