import {attempt, TelemetryError} from "../../api/errors.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import {COMPONENT_LABEL} from "../../cdk8s/context.ts";
import {verdictOf} from "../components/check.ts";
import {isConflict} from "../runtime/api-error.ts";
import type {Cache} from "../runtime/controller.ts";
import {digest} from "../runtime/digest.ts";
import {builtin, type KubeObject, keyOf, type OwnerReference, objectId} from "../runtime/types.ts";
import {applyObject} from "./apply.ts";
import type {Desired} from "./decide.ts";
import {ensureFinalizer} from "./finalize.ts";
import {ensureGuard, ownersOf} from "./guard.ts";
import {snapshot, waitsFor} from "./live.ts";
import type {Memory} from "./memory.ts";
import {withOwners} from "./ownership.ts";
import type {KnownPlan, PlannedComponent} from "./plan.ts";
import type {Platform} from "./platform.ts";
import {lastWords} from "./pods.ts";
import {prune} from "./prune.ts";
import {refusalOf, unlessRefused} from "./refusals.ts";
import {upgradeWaitsFor} from "./upgrade.ts";
import {validate, validateNames, validateNeeds} from "./validate.ts";

/** What came of a plan. */
export interface Outcome {
  /** Why it was not carried out, or which object first was not. */
  problem?: TelemetryError | undefined;
  /** What the API server said of the components that it did not take whole. */
  refused: Map<string, string>;
}

/**
 * Brings the cluster to the plan. What the plan cannot be ends it before anything is changed; an object that the API server refuses
 * holds up no other, and is tried again.
 */
export async function carryOut(
  platform: Platform,
  cache: Cache,
  pipeline: KubeObject,
  memory: Memory,
  plan: KnownPlan,
  planned: PlannedComponent[],
  spec: ResolvedSpec,
): Promise<Outcome> {
  const {client, log, events} = platform;
  const refused = new Map<string, string>();
  const {generation} = pipeline.metadata;
  let owners: OwnerReference[];
  const {problem} = await attempt(async () => {
    const seen = snapshot(cache);
    validate(seen, planned, spec);
    await validateNeeds(client, seen, pipeline.metadata.namespace!, planned, spec);
    await validateNames(client, seen, pipeline, planned);
    try {
      await ensureFinalizer(client, pipeline, cache);
      const guard = await ensureGuard(client, cache, pipeline);
      if (plan.guard !== guard) plan.digests.clear();
      plan.guard = guard;
      owners = ownersOf(pipeline, guard);
    } catch (error) {
      if (isConflict(error)) throw error;
      throw refusalOf(error, titleOf(pipeline));
    }
    const problems: TelemetryError[] = [];
    for (const one of planned) {
      if (waitsFor(seen, one, planned, spec) || upgradeWaitsFor(seen, one, planned, spec)) continue;
      const faults = await applyComponent(one);
      problems.push(...faults);
      const said = faults.find(({reason}) => reason === "ApplyRefused");
      if (said) refused.set(one.component.name, said.message);
    }
    await prune(cache, pipeline, planned, async (type, object) => {
      // What is to take its place is not there.
      if (refused.has(object.metadata.labels?.[COMPONENT_LABEL] ?? "")) return;
      const problem = await sent(object, async () => {
        await client.delete(type, object.metadata);
        log.info({pipeline: keyOf(pipeline), generation, object: titleOf(object)}, "removed: it left the plan");
      });
      if (problem) problems.push(problem);
    });
    if (problems[0]) throw problems[0];
  });
  return {problem, refused};

  /** Applies a component's objects, up to a check that has not ended well; what that check or the API server refused is returned. */
  async function applyComponent({component, objects}: PlannedComponent): Promise<TelemetryError[]> {
    if (!component.checkFirst) {
      // The API server takes no binding to a Role that is not there yet.
      const isBinding = ({kind}: KubeObject) => kind === "RoleBinding";
      const others = await all(objects.filter((object) => !isBinding(object)).map(applyOne));
      return [...others, ...(await all(objects.filter(isBinding).map(applyOne)))];
    }
    for (const object of objects) {
      const problem = await applyOne(object);
      // The job must not start with what is left of the one before.
      if (problem) return [problem];
      if (object.kind !== "Job") continue;
      const check = cache.get(builtin.job, keyOf(object));
      const verdict = verdictOf(check);
      if (verdict === "refused") return [new TelemetryError(component.checkFirst, await lastWords(client, check!))];
      if (verdict === "lost") {
        const kept = await sent(object, () => repeat(component.name, check!));
        return kept ? [kept] : [];
      }
      if (verdict !== "passed") return [];
    }
    return [];

    function applyOne(object: KubeObject) {
      return sent(object, () => apply(component.name, object));
    }
  }

  function sent(object: KubeObject, send: () => Promise<void>): Promise<TelemetryError | undefined> {
    return unlessRefused(memory.refusals, plan.context, titleOf(object), send);
  }

  /** Removes a check that came to no end: the next look makes it anew. */
  async function repeat(component: string, check: KubeObject): Promise<void> {
    if (check.metadata.deletionTimestamp) return;
    await client.delete(builtin.job, check.metadata);
    // It is to be made as if never before, not put back as what someone else took away.
    memory.applied.clear();
    const about = {pipeline: keyOf(pipeline), generation, component, object: titleOf(check)};
    log.warn(about, "a check was killed before its end, and is run again");
    const message = `${titleOf(check)}: its pods were killed before their end, and it is run again`;
    events.record(pipeline, "Warning", "CheckRepeated", message);
  }

  function desired(planned: KubeObject): Desired {
    const [object, id] = [withOwners(planned, owners), objectId(planned)];
    const known = plan.digests.get(id) ?? digest(JSON.stringify(object));
    plan.digests.set(id, known);
    return {object, digest: known};
  }

  async function apply(component: string, object: KubeObject): Promise<void> {
    const done = await applyObject(client, cache, memory.applied, pipeline, desired(object));
    if (!done) return;
    const about = {pipeline: keyOf(pipeline), generation, component, object: titleOf(object)};
    if (done !== "reverted") return log.debug(about, done);
    log.info(about, "a change by someone else was undone");
    events.record(pipeline, "Normal", "Reverted", `${titleOf(object)}: a change by someone else was undone`);
  }
}

const titleOf = ({kind, metadata}: KubeObject): string => `${kind} ${metadata.name}`;

/** What was refused. Waits for the end of each, so that no write is under way when the first that failed is reported. */
async function all(works: Promise<TelemetryError | undefined>[]): Promise<TelemetryError[]> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return results.flatMap((result) => (result.status === "fulfilled" && result.value ? [result.value] : []));
}
