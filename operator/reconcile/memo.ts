import {deflateRawSync, inflateRawSync} from "node:zlib";
import type {BuildContext} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {KubeObject} from "../runtime/types.ts";
import {digest} from "./compact.ts";
import {type PlannedComponent, plan} from "./plan.ts";

/** A plan and what tells it from the others of its pipeline. */
export interface KnownPlan {
  id: string;
  planned: PlannedComponent[];
}

/** The last plan of each pipeline, by its key. Packed, a thousand of them take some 8 MB. */
const known = new Map<string, {id: string; packed: Buffer}>();

/** The plan of a context: synthesised when the context is a new one, else read back, which takes a tenth of the time. */
export function planOf(key: string, context: BuildContext): KnownPlan {
  const id = digest(context);
  const last = known.get(key);
  if (last?.id === id) {
    const objects: [name: string, objects: KubeObject[]][] = JSON.parse(inflateRawSync(last.packed).toString());
    const of = (name: string) => components.find((component) => component.name === name)!;
    return {id, planned: objects.map(([name, list]) => ({component: of(name), objects: list}))};
  }
  const planned = plan(context);
  const text = JSON.stringify(planned.map(({component, objects}) => [component.name, objects]));
  known.set(key, {id, packed: deflateRawSync(text, {level: 1})});
  return {id, planned};
}

export const forgetPlan = (key: string): void => void known.delete(key);
