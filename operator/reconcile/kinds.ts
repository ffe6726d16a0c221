import type {Kind} from "../../cdk8s/component.ts";
import {components} from "../components/all.ts";
import {builtin, type KubeObject, type ResourceType, typeId} from "../runtime/types.ts";

/** Those of components, the last that was applied first. */
const kindsOf = (isServer: boolean): Kind[] =>
  components.toReversed().flatMap(({kinds = [], serves}) => ((serves !== undefined) === isServer ? kinds : []));

/** Every kind that a plan may hold, in the order in which a prune removes what left the plan: clients before their servers. */
export const ownedKinds: ResourceType[] = [
  ...kindsOf(false),
  builtin.podDisruptionBudget,
  builtin.deployment,
  builtin.cronJob,
  builtin.job,
  ...kindsOf(true),
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
  if (!type) throw new Error(`no resource type for ${typeId(object)}: its component must name it in kinds`);
  return type;
}
