import type {k8s} from "cdk8s-plus-28";
import {type BuildContext, podSecurity, pullSecrets} from "./context.ts";

type Metadata = Pick<k8s.ObjectMeta, "labels" | "annotations">;

/**
 * The template of every pod that runs an image of ours in a built-in kind: restricted security, the Secrets of the registry, no
 * environment from Services, and a token only for a pod that names an account.
 *
 * The names of Jobs are hashes of the spec as it is written here, so a change of the order of these fields renames them.
 */
export function podTemplate(
  context: BuildContext,
  metadata: Metadata,
  {restartPolicy, serviceAccountName, ...rest}: k8s.PodSpec,
): {metadata: Metadata; spec: k8s.PodSpec} {
  const spec = {
    automountServiceAccountToken: serviceAccountName !== undefined,
    ...(serviceAccountName ? {serviceAccountName} : {}),
    enableServiceLinks: false,
    ...pullSecrets(context),
    ...(restartPolicy ? {restartPolicy} : {}),
    securityContext: podSecurity(),
    ...rest,
  };
  return {metadata, spec};
}
