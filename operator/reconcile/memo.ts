import type {BuildContext} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import {createPacker, type Packer} from "../runtime/packer.ts";
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

/** A plan's components by name, each packed; without long texts a thousand plans take some 4 MB. */
type Packed = [name: string, objects: string][];

/** The last plan of each pipeline, by its key. */
const known = new Map<string, {id: string; packed: Packed}>();
/** One a component: what it plans for one pipeline is much like what it plans for another. */
const packers = new Map<string, Packer>(components.map(({name}) => [name, createPacker()]));

/** Plans that are kept as they are, the newest last: a pipeline that is coming up is looked at several times within seconds. */
const recent = new Map<string, KnownPlan>();
const RECENT = 32;

/** The plan of a context: synthesised when the context is a new one, else read back, which takes a tenth of the time. */
export function planOf(key: string, context: BuildContext): KnownPlan {
  const id = digest(context);
  const newest = recent.get(key);
  if (newest?.id === id) return newest;
  const last = known.get(key);
  if (last?.id === id)
    return {id: last.id, planned: unpack(last.packed, wordsOf(context)), whole: wholeBy(() => plan(context))};
  const fresh = plan(context);
  const planned = fresh.map(({component, objects}) => ({component, objects: objects.map(compact)}));
  known.set(key, {id, packed: pack(planned, wordsOf(context))});
  const result = {id, planned, whole: wholeBy(() => fresh)};
  recent.delete(key);
  recent.set(key, result);
  if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  return result;
}

/** Nothing more is to come soon: the plan is kept in its small form alone. */
export const setAside = (key: string): void => void recent.delete(key);

export function forgetPlan(key: string): void {
  known.delete(key);
  recent.delete(key);
}

/** By what plans of different pipelines differ. */
const wordsOf = ({name, uid}: BuildContext): string[] => (uid ? [uid, name] : [name]);

const pack = (planned: PlannedComponent[], words: string[]): Packed =>
  planned.map(({component: {name}, objects}) => [name, packers.get(name)!.pack(JSON.stringify(objects), words)]);

const unpack = (packed: Packed, words: string[]): PlannedComponent[] =>
  packed.map(([name, objects]) => ({
    component: components.find((component) => component.name === name)!,
    objects: JSON.parse(packers.get(name)!.unpack(objects, words)) as KubeObject[],
  }));

/** Texts are asked for when something is applied, which is seldom: the plan is made anew for that, once. */
function wholeBy(make: () => PlannedComponent[]): KnownPlan["whole"] {
  let byId: Map<string, KubeObject> | undefined;
  return (object) => {
    if (compact(object) === object) return object;
    byId ??= new Map(make().flatMap(({objects}) => objects.map((one) => [objectId(one), one])));
    return byId.get(objectId(object))!;
  };
}
