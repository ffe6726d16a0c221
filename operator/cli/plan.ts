import {imagesFrom} from "../../cdk8s/context.ts";
import {resolveSpec} from "../api/profiles.ts";
import {passwordSecrets, plan} from "../reconcile/plan.ts";
import type {KubeObject} from "../runtime/types.ts";

const HIDDEN = "(a password)";

/** Everything that a pipeline becomes, in apply order; passwords only by the given ones. */
export function planObjects({metadata, spec}: KubeObject, passwords: Record<string, string> = {}): KubeObject[] {
  const {name, namespace = "default"} = metadata;
  const all = Object.fromEntries(passwordSecrets(name).map((secret) => [secret, passwords[secret] ?? HIDDEN]));
  const context = {name, namespace, spec: resolveSpec(spec), images: imagesFrom(process.env), passwords: all};
  return plan(context).flatMap(({objects}) => objects);
}
