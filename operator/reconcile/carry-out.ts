import {attempt, type TelemetryError} from "../../api/errors.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import {COMPONENT_LABEL} from "../../cdk8s/context.ts";
import {isConflict} from "../runtime/api-error.ts";
import type {OwnerReference} from "../runtime/types.ts";
import {applyComponent} from "./apply-component.ts";
import {ensureFinalizer} from "./finalize.ts";
import {ensureGuard, ownersOf} from "./guard.ts";
import {liveOf} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";
import {prune} from "./prune.ts";
import {refusalOf} from "./refusals.ts";
import type {Run} from "./run.ts";
import {all, sendFor, titleOf} from "./send.ts";
import {upgradeWaitsFor} from "./upgrade.ts";
import {validate} from "./validate.ts";

/** The result of carrying out a plan. */
export interface Outcome {
  /** Why it was not carried out, or which object first was not. */
  problem?: TelemetryError | undefined;
  /** The refusals of the API server, by component. */
  refused: Map<string, string>;
}

/**
 * Brings the cluster to the plan: validate → apply → prune. A plan that is not valid changes nothing; an object that
 * the API server refuses holds up no other, and is tried again.
 */
export async function carryOut(run: Run, planned: PlannedComponent[], spec: ResolvedSpec): Promise<Outcome> {
  const refused: Outcome["refused"] = new Map();
  const {problem} = await attempt(async () => {
    await validate(run, planned, spec);
    const owners = await own(run);
    const problems = [...(await apply(run, planned, spec, owners, refused)), ...(await remove(run, planned, refused))];
    if (problems[0]) throw problems[0];
  });
  return {problem, refused};
}

/** Sees to it that nothing of the pipeline goes before its teardown, and returns the owners of its objects. */
async function own({platform: {client}, cache, pipeline, memory}: Run): Promise<OwnerReference[]> {
  try {
    await ensureFinalizer(client, pipeline, cache);
    const guard = await ensureGuard(client, cache, pipeline);
    if (memory.guard !== guard) memory.digests = new WeakMap();
    memory.guard = guard;
    return ownersOf(pipeline, guard);
  } catch (error) {
    if (isConflict(error)) throw error;
    throw refusalOf(error, titleOf(pipeline));
  }
}

/** Applies every component whose turn it is, all at once: none of them needs another. Returns what could not be applied. */
async function apply(
  run: Run,
  planned: PlannedComponent[],
  spec: ResolvedSpec,
  owners: OwnerReference[],
  refused: Outcome["refused"],
): Promise<TelemetryError[]> {
  const live = liveOf(run.cache, planned, spec);
  const next = planned.filter((component) => !live.waitsFor(component) && !upgradeWaitsFor(live, component));
  return all(
    next.map(async (component) => {
      const problems = await applyComponent(run, component, owners);
      const refusal = problems.find(({reason}) => reason === "ApplyRefused");
      if (refusal) refused.set(component.component.name, refusal.message);
      return problems;
    }),
  );
}

/** Removes what left the plan; what is to take its place has to be there. */
async function remove(run: Run, planned: PlannedComponent[], refused: Outcome["refused"]): Promise<TelemetryError[]> {
  const {platform, cache, pipeline, key} = run;
  const problems: TelemetryError[] = [];
  await prune(cache, pipeline, planned, async (type, object) => {
    if (refused.has(object.metadata.labels?.[COMPONENT_LABEL] ?? "")) return;
    const problem = await sendFor(run, object, async () => {
      await platform.client.delete(type, object.metadata);
      const about = {pipeline: key, generation: pipeline.metadata.generation, object: titleOf(object)};
      platform.log.info(about, "deleted: no longer in the plan");
    });
    if (problem) problems.push(problem);
  });
  return problems;
}
