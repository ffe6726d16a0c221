import type {KubeObject} from "../runtime/types.ts";
import type {Live} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";

/** The image of an object's pods. */
const imageOf = ({kind, spec}: KubeObject): string | undefined =>
  kind === "Deployment" || kind === "StatefulSet" ? spec.template.spec.containers[0].image : undefined;

/** Whether a component that exists runs another version than the plan's. */
function isBehind(live: Live, planned: PlannedComponent): boolean {
  const runs = (object: KubeObject) => planned.component.runs?.(object) ?? imageOf(object);
  return live.pairsOf(planned).some((pair) => pair.live && runs(pair.live) !== runs(pair.planned));
}

/**
 * The component that an upgrade waits for: those before it in the plan go first, so that a bad version stops at
 * the first of them. "" if there is no upgrade, or it may begin.
 */
export function upgradeWaitsFor(live: Live, planned: PlannedComponent): string {
  if (!isBehind(live, planned)) return "";
  for (const earlier of live.plan.slice(0, live.plan.indexOf(planned))) {
    const {name} = earlier.component;
    if (isBehind(live, earlier)) return `its upgrade waits for the upgrade of ${name}`;
    const state = live.readinessOf(earlier);
    if (!state.ready) return `its upgrade waits for ${name}: ${state.message}`;
  }
  return "";
}
