import type {ResolvedSpec} from "../api/profiles.ts";
import {verdictOf} from "../components/check.ts";
import {attempt, TelemetryError} from "../errors.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf} from "../runtime/types.ts";
import {applyObject, forgetApplied} from "./apply.ts";
import {ensureFinalizer} from "./finalize.ts";
import {ensureGuard} from "./guard.ts";
import {snapshot, waitsFor} from "./live.ts";
import type {KnownPlan} from "./memo.ts";
import type {PlannedComponent} from "./plan.ts";
import type {Platform} from "./platform.ts";
import {lastWords} from "./pods.ts";
import {prune} from "./prune.ts";
import {upgradeWaitsFor} from "./upgrade.ts";
import {validate, validateNames, validateNeeds} from "./validate.ts";

/** Brings the cluster to the plan; what the plan cannot be is returned, and then nothing more was changed. */
export async function carryOut(
  platform: Platform,
  cache: Cache,
  pipeline: KubeObject,
  {id, planned, whole}: KnownPlan,
  spec: ResolvedSpec,
): Promise<TelemetryError | undefined> {
  const {client, log, events} = platform;
  const {generation} = pipeline.metadata;
  let guard: string;
  const {problem} = await attempt(async () => {
    const seen = snapshot(cache);
    validate(seen, planned, spec);
    await validateNeeds(client, seen, pipeline.metadata.namespace!, planned, spec);
    await validateNames(client, seen, pipeline, planned);
    await ensureFinalizer(client, pipeline, cache);
    guard = await ensureGuard(client, cache, pipeline);
    const refused: TelemetryError[] = [];
    for (const one of planned) {
      if (waitsFor(seen, one, planned, spec) || upgradeWaitsFor(seen, one, planned, spec)) continue;
      refused.push(...(await applyComponent(one)));
    }
    for (const object of await prune(client, cache, pipeline, planned))
      log.info({pipeline: keyOf(pipeline), generation, object: titleOf(object)}, "removed: it left the plan");
    if (refused[0]) throw refused[0];
  });
  return problem;

  /** Applies a component's objects, up to a check that has not ended well; what that check refused is returned. */
  async function applyComponent({component, objects}: PlannedComponent): Promise<TelemetryError[]> {
    if (!component.checkFirst) {
      // The API server takes no binding to a Role that is not there yet.
      const isBinding = ({kind}: KubeObject) => kind === "RoleBinding";
      await all(objects.filter((object) => !isBinding(object)).map((object) => apply(component.name, object)));
      await all(objects.filter(isBinding).map((object) => apply(component.name, object)));
      return [];
    }
    for (const object of objects) {
      await apply(component.name, object);
      if (object.kind !== "Job") continue;
      const check = cache.get(builtin.job, keyOf(object));
      const verdict = verdictOf(check);
      if (verdict === "refused") return [new TelemetryError(component.checkFirst, await lastWords(client, check!))];
      if (verdict === "lost") await repeat(component.name, check!);
      if (verdict !== "passed") return [];
    }
    return [];
  }

  /** Removes a check that came to no end: the next look makes it anew. */
  async function repeat(component: string, check: KubeObject): Promise<void> {
    if (check.metadata.deletionTimestamp) return;
    await client.delete(builtin.job, check.metadata);
    // It is to be made as if never before, not put back as what someone else took away.
    forgetApplied(keyOf(pipeline));
    const about = {pipeline: keyOf(pipeline), generation, component, object: titleOf(check)};
    log.warn(about, "a check was killed before its end, and is run again");
    const message = `${titleOf(check)}: its pods were killed before their end, and it is run again`;
    events.record(pipeline, "Warning", "CheckRepeated", message);
  }

  async function apply(component: string, object: KubeObject): Promise<void> {
    const done = await applyObject(client, cache, pipeline, object, {id, whole, guard});
    if (!done) return;
    const about = {pipeline: keyOf(pipeline), generation, component, object: titleOf(object)};
    if (done !== "reverted") return log.debug(about, done);
    log.info(about, "a change by someone else was undone");
    events.record(pipeline, "Normal", "Reverted", `${titleOf(object)}: a change by someone else was undone`);
  }
}

const titleOf = ({kind, metadata}: KubeObject): string => `${kind} ${metadata.name}`;

/** Waits for the end of each, so that no write is under way when the first that failed is reported. */
async function all(works: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find(({status}) => status === "rejected");
  if (failed) throw (failed as PromiseRejectedResult).reason;
}
