import type {ResolvedSpec} from "../api/profiles.ts";
import {missingKind} from "../errors.ts";
import type {Cache} from "../runtime/controller.ts";
import {typeOf} from "./kinds.ts";
import {pairsOf} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";

/**
 * Refuses a plan that the cluster cannot carry out, before anything of it is applied.
 *
 * @throws TelemetryError with the reason, the field and the fix
 */
export function validate(cache: Cache, planned: PlannedComponent[], spec: ResolvedSpec): void {
  for (const one of planned) {
    const missing = one.objects.map(typeOf).find((type) => !cache.available(type));
    if (missing) throw missingKind(missing, one.component.name);
  }
  for (const one of planned) one.component.validate?.(pairsOf(cache, one), spec);
}
