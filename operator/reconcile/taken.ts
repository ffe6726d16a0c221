import {PIPELINE_LABEL, RETAINED_LABEL} from "../../cdk8s/context.ts";
import type {ResolvedSpec} from "../api/profiles.ts";
import {TelemetryError} from "../errors.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject} from "../runtime/types.ts";
import {pairsOf} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";

/** Made for the pipeline, by its operator or by one that its labels came to. */
const isFor = (name: string, {metadata: {labels}}: KubeObject): boolean =>
  labels?.[PIPELINE_LABEL] === name || labels?.["strimzi.io/cluster"] === name;

/**
 * Refuses a plan for which an operator of others would take over, or take down with the pipeline, what is somebody else's. That is looked at
 * before a component's first object is made, and never again.
 *
 * @throws TelemetryError with the object
 */
export async function refuseTaken(
  client: KubeClient,
  cache: Cache,
  {metadata}: KubeObject,
  planned: PlannedComponent[],
  spec: ResolvedSpec,
): Promise<void> {
  const {name, namespace} = metadata;
  for (const one of planned) {
    const derived = one.component.derived?.(spec, name);
    const begun = pairsOf(cache, one).some(({live}) => live && !live.metadata.labels?.[RETAINED_LABEL]);
    if (!derived || begun) continue;
    const found = await Promise.all(
      derived.objects.map(({type, name: title}) => client.get(type, {name: title, namespace: namespace!})),
    );
    const foreign = found.find((object) => object && !isFor(name, object));
    if (!foreign) continue;
    const which = `${foreign.kind} ${foreign.metadata.name}`;
    const why = `exists and does not belong to this pipeline, for which ${derived.by} would take it over`;
    throw new TelemetryError("NameTaken", `${which} ${why}: rename the pipeline or remove it`);
  }
}
