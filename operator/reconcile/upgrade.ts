import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject} from "../runtime/types.ts";
import {pairsOf, readinessOf} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";

/** The image of an object's pods. */
const imageOf = ({kind, spec}: KubeObject): string | undefined =>
  kind === "Deployment" || kind === "StatefulSet" ? spec.template.spec.containers[0].image : undefined;

/** Whether a component that exists runs something else than the plan says. */
function isBehind(cache: Cache, one: PlannedComponent): boolean {
  const runs = (object: KubeObject) => one.component.runs?.(object) ?? imageOf(object);
  return pairsOf(cache, one).some(({planned, live}) => live && runs(live) !== runs(planned));
}

/**
 * What the upgrade of a component waits for: those before it in the plan, so that one at
 * a time is made anew and a bad version stops at the first. "" if there is no upgrade, or it may begin.
 */
export function upgradeWaitsFor(
  cache: Cache,
  one: PlannedComponent,
  all: PlannedComponent[],
  spec: ResolvedSpec,
): string {
  if (!isBehind(cache, one)) return "";
  for (const earlier of all.slice(0, all.indexOf(one))) {
    const {name} = earlier.component;
    if (isBehind(cache, earlier)) return `its upgrade waits for the upgrade of ${name}`;
    const state = readinessOf(cache, earlier, spec);
    if (!state.ready) return `its upgrade waits for ${name}: ${state.message}`;
  }
  return "";
}
