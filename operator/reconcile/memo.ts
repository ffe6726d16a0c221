import {deflateRawSync, inflateRawSync} from "node:zlib";
import type {BuildContext} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import {type KubeObject, objectId} from "../runtime/types.ts";
import {compact, digest} from "./compact.ts";
import {type PlannedComponent, plan} from "./plan.ts";

/** A plan and what tells it from the others of its pipeline. */
export interface KnownPlan {
  id: string;
  /** With digests in place of long texts, as the cache has them: enough to compare. */
  planned: PlannedComponent[];
  /** An object of the plan with its texts: what is applied. */
  whole(object: KubeObject): KubeObject;
}

/** The last plan of each pipeline, by its key; without long texts a thousand of them take some 7 MB. */
const known = new Map<string, {id: string; packed: Uint8Array}>();

/** Plans that are kept as they are, the newest last: a pipeline that is coming up is looked at several times within seconds. */
const recent = new Map<string, KnownPlan>();
const RECENT = 32;

/** The plan of a context: synthesised when the context is a new one, else read back, which takes a tenth of the time. */
export function planOf(key: string, context: BuildContext): KnownPlan {
  const id = digest(context);
  const newest = recent.get(key);
  if (newest?.id === id) return newest;
  const last = known.get(key);
  if (last?.id === id) return {id: last.id, planned: unpack(last.packed), whole: wholeBy(() => plan(context))};
  const fresh = plan(context);
  const planned = fresh.map(({component, objects}) => ({component, objects: objects.map(compact)}));
  known.set(key, {id, packed: pack(planned)});
  const result = {id, planned, whole: wholeBy(() => fresh)};
  recent.delete(key);
  recent.set(key, result);
  if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  return result;
}

export function forgetPlan(key: string): void {
  known.delete(key);
  recent.delete(key);
}

export function pack(planned: PlannedComponent[]): Uint8Array {
  const text = JSON.stringify(planned.map(({component, objects}) => [component.name, objects]));
  // A copy: what zlib returns keeps all of its 16 KiB.
  return Uint8Array.from(deflateRawSync(text, {level: 1}));
}

export function unpack(packed: Uint8Array): PlannedComponent[] {
  const of = (name: string) => components.find((component) => component.name === name)!;
  const objects: [name: string, objects: KubeObject[]][] = JSON.parse(inflateRawSync(packed).toString());
  return objects.map(([name, list]) => ({component: of(name), objects: list}));
}

/** Texts are asked for when something is applied, which is seldom: the plan is made anew for that, once. */
function wholeBy(make: () => PlannedComponent[]): KnownPlan["whole"] {
  let byId: Map<string, KubeObject> | undefined;
  return (object) => {
    if (compact(object) === object) return object;
    byId ??= new Map(make().flatMap(({objects}) => objects.map((one) => [objectId(one), one])));
    return byId.get(objectId(object))!;
  };
}
