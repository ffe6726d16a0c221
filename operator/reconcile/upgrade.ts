import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject} from "../runtime/types.ts";
import {pairsOf, readinessOf} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";

/** The image of an object's pods. */
const imageOf = ({kind, spec}: KubeObject): string | undefined =>
  kind === "Deployment" || kind === "StatefulSet" ? spec.template.spec.containers[0].image : undefined;

/** Whether a component that exists runs another version than the plan's. */
function isBehind(cache: Cache, planned: PlannedComponent): boolean {
  const runs = (object: KubeObject) => planned.component.runs?.(object) ?? imageOf(object);
  return pairsOf(cache, planned).some((pair) => pair.live && runs(pair.live) !== runs(pair.planned));
}

/**
 * The component that an upgrade waits for: those before it in the plan go first, so that a bad version stops at
 * the first of them. "" if there is no upgrade, or it may begin.
 */
export function upgradeWaitsFor(
  cache: Cache,
  planned: PlannedComponent,
  plan: PlannedComponent[],
  spec: ResolvedSpec,
): string {
  if (!isBehind(cache, planned)) return "";
  for (const earlier of plan.slice(0, plan.indexOf(planned))) {
    const {name} = earlier.component;
    if (isBehind(cache, earlier)) return `its upgrade waits for the upgrade of ${name}`;
    const state = readinessOf(cache, earlier, spec);
    if (!state.ready) return `its upgrade waits for ${name}: ${state.message}`;
  }
  return "";
}
