import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {Find, Pair, Readiness} from "../components/component.ts";
import {derivedOf} from "../components/derived.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf, typeId} from "../runtime/types.ts";
import {typeOf} from "./kinds.ts";
import type {PlannedComponent} from "./plan.ts";

/** The cache as it is when it is first asked for each object: for judgements that ask for the same ones again and again. */
export function snapshot(cache: Cache): Cache {
  const seen = new Map<string, KubeObject | undefined>();
  return {
    ...cache,
    get(type, key) {
      const id = `${typeId(type)} ${key}`;
      if (!seen.has(id)) seen.set(id, cache.get(type, key));
      return seen.get(id);
    },
  };
}

/** Each planned object beside what the cache holds of it. */
export const pairsOf = (cache: Cache, {objects}: PlannedComponent): Pair[] =>
  objects.map((planned) => ({planned, live: cache.get(typeOf(planned), keyOf(planned))}));

export function readinessOf(cache: Cache, planned: PlannedComponent, spec: ResolvedSpec): Readiness {
  const namespace = planned.objects[0]?.metadata.namespace;
  const find: Find = (type, name) => cache.get(type, keyOf({metadata: {name, ...(namespace ? {namespace} : {})}}));
  const live = pairsOf(cache, planned).map((pair) => pair.live);
  return planned.component.readiness([...live, ...derivedSets(planned, find)], spec, find);
}

/** The StatefulSets that an upstream operator has made of the plan: they tell of pods that ended since it last looked. */
const derivedSets = ({objects}: PlannedComponent, find: Find): KubeObject[] =>
  objects.flatMap(derivedOf).flatMap(({type, name}) => (type === builtin.statefulSet ? (find(type, name) ?? []) : []));

/** What a component of the plan still waits for; a component that exists is never held back again. */
export function waitsFor(cache: Cache, one: PlannedComponent, all: PlannedComponent[], spec: ResolvedSpec): string {
  if (pairsOf(cache, one).some(({live}) => live)) return "";
  for (const needed of all.filter(({component}) => one.component.dependsOn.includes(component.name))) {
    const state = readinessOf(cache, needed, spec);
    if (!state.ready) return `waiting for ${needed.component.name}: ${state.message}`;
  }
  return "";
}
