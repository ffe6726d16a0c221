import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {Find, Pair, Readiness} from "../components/component.ts";
import {derivedOf} from "../components/derived.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf, type ResourceType} from "../runtime/types.ts";
import {typeOf} from "./kinds.ts";
import type {PlannedComponent} from "./plan.ts";

/** What is live of a plan: each object is as it was when it was read first, and each component is judged once. */
export interface Live {
  plan: PlannedComponent[];
  cache: Cache;
  /** Each planned object beside what the cache holds of it. */
  pairsOf(planned: PlannedComponent): Pair[];
  readinessOf(planned: PlannedComponent): Readiness;
  /** The dependency that a component still waits for, "" if none; a component that exists is never held back again. */
  waitsFor(planned: PlannedComponent): string;
}

export function liveOf(all: Cache, plan: PlannedComponent[], spec: ResolvedSpec): Live {
  const cache = readOnce(all);
  const pairsOf = once(({objects}: PlannedComponent): Pair[] =>
    objects.map((planned) => ({planned, live: cache.get(typeOf(planned), keyOf(planned))})),
  );
  const readinessOf = once((planned: PlannedComponent): Readiness => {
    const namespace = planned.objects[0]?.metadata.namespace;
    const find: Find = (type, name) => cache.get(type, keyOf({metadata: {name, ...(namespace ? {namespace} : {})}}));
    const live = pairsOf(planned).map((pair) => pair.live);
    return planned.component.readiness([...live, ...derivedSets(planned, find)], spec, find);
  });
  const waitsFor = once((planned: PlannedComponent): string => {
    if (pairsOf(planned).some(({live}) => live)) return "";
    for (const needed of plan.filter(({component}) => planned.component.dependsOn.includes(component.name))) {
      const state = readinessOf(needed);
      if (!state.ready) return `waiting for ${needed.component.name}: ${state.message}`;
    }
    return "";
  });
  return {plan, cache, pairsOf, readinessOf, waitsFor};
}

function readOnce(cache: Cache): Cache {
  const byType = once((type: ResourceType) => once((key: string) => cache.get(type, key)));
  return {...cache, get: (type, key) => byType(type)(key)};
}

/** A function that works out each answer once. */
function once<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, work(key));
    return known.get(key)!;
  };
}

/** The StatefulSets that an upstream operator has created from the plan: they report pods that ended since its last reconcile. */
const derivedSets = ({objects}: PlannedComponent, find: Find): KubeObject[] =>
  objects.flatMap(derivedOf).flatMap(({type, name}) => (type === builtin.statefulSet ? (find(type, name) ?? []) : []));
