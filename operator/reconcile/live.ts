import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {Find, Pair, Readiness} from "../components/component.ts";
import {derivedOf} from "../components/derived.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf, typeId} from "../runtime/types.ts";
import {typeOf} from "./kinds.ts";
import type {PlannedComponent} from "./plan.ts";

/** The cache as it is when each object is read first: for judgements that read the same objects again and again. */
export function snapshot(cache: Cache): Cache {
  const objects = new Map<string, KubeObject | undefined>();
  return {
    ...cache,
    get(type, key) {
      const id = `${typeId(type)} ${key}`;
      if (!objects.has(id)) objects.set(id, cache.get(type, key));
      return objects.get(id);
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

/** The StatefulSets that an upstream operator has created from the plan: they report pods that ended since its last reconcile. */
const derivedSets = ({objects}: PlannedComponent, find: Find): KubeObject[] =>
  objects.flatMap(derivedOf).flatMap(({type, name}) => (type === builtin.statefulSet ? (find(type, name) ?? []) : []));

/** The dependency that a component still waits for, "" if none; a component that exists is never held back again. */
export function waitsFor(
  cache: Cache,
  planned: PlannedComponent,
  plan: PlannedComponent[],
  spec: ResolvedSpec,
): string {
  if (pairsOf(cache, planned).some(({live}) => live)) return "";
  for (const needed of plan.filter(({component}) => planned.component.dependsOn.includes(component.name))) {
    const state = readinessOf(cache, needed, spec);
    if (!state.ready) return `waiting for ${needed.component.name}: ${state.message}`;
  }
  return "";
}
