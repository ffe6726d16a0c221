import {type Reason, TelemetryError} from "../../api/errors.ts";
import {verdictOf} from "../components/check.ts";
import {digest} from "../runtime/digest.ts";
import {builtin, type KubeObject, keyOf, type OwnerReference} from "../runtime/types.ts";
import {applyObject} from "./apply.ts";
import type {Desired} from "./decide.ts";
import {withOwners} from "./ownership.ts";
import type {PlannedComponent} from "./plan.ts";
import {lastWords} from "./pods.ts";
import type {Run} from "./run.ts";
import {all, sendFor, titleOf} from "./send.ts";

/** Applies a component's objects, up to a check that has not ended well; returns what that check or the API server refused. */
export function applyComponent(
  run: Run,
  {component: {name, checkFirst}, objects}: PlannedComponent,
  owners: OwnerReference[],
): Promise<TelemetryError[]> {
  const applyOne = (object: KubeObject) => sendFor(run, object, () => apply(run, name, desired(run, object, owners)));
  return checkFirst ? inTurn(run, name, objects, applyOne, checkFirst) : atOnce(objects, applyOne);
}

type ApplyOne = (object: KubeObject) => Promise<TelemetryError | undefined>;

/** The API server takes no binding to a Role that is not there yet. */
async function atOnce(objects: KubeObject[], applyOne: ApplyOne): Promise<TelemetryError[]> {
  const isBinding = ({kind}: KubeObject) => kind === "RoleBinding";
  const others = await all(objects.filter((object) => !isBinding(object)).map(applyOne));
  return [...others, ...(await all(objects.filter(isBinding).map(applyOne)))];
}

async function inTurn(
  run: Run,
  component: string,
  objects: KubeObject[],
  applyOne: ApplyOne,
  reason: Reason,
): Promise<TelemetryError[]> {
  for (const object of objects) {
    const problem = await applyOne(object);
    // The Job must not start with what is left of the one before.
    if (problem) return [problem];
    if (object.kind !== "Job") continue;
    const check = run.cache.get(builtin.job, keyOf(object));
    const verdict = verdictOf(check);
    if (verdict === "refused") return [new TelemetryError(reason, await lastWords(run.platform.client, check!))];
    if (verdict === "lost") {
      const refused = await sendFor(run, object, () => repeat(run, component, check!));
      return refused ? [refused] : [];
    }
    if (verdict !== "passed") return [];
  }
  return [];
}

/** Removes a check that came to no end: the next reconcile creates it anew. */
async function repeat({platform, pipeline, memory, key}: Run, component: string, check: KubeObject): Promise<void> {
  if (check.metadata.deletionTimestamp) return;
  await platform.client.delete(builtin.job, check.metadata);
  // It is to be created as if never before, not put back as what someone else took away.
  memory.applied.clear();
  const about = {pipeline: key, generation: pipeline.metadata.generation, component, object: titleOf(check)};
  platform.log.warn(about, "a check was killed before it finished and runs again");
  const message = `${titleOf(check)}: its pods were killed before they finished; it runs again`;
  platform.events.record(pipeline, "Warning", "CheckRepeated", message);
}

/** A planned object as it is sent; its digest is taken once. */
function desired({memory: {digests}}: Run, planned: KubeObject, owners: OwnerReference[]): Desired {
  const object = withOwners(planned, owners);
  const taken = digests.get(planned) ?? digest(JSON.stringify(object));
  digests.set(planned, taken);
  return {object, digest: taken};
}

async function apply(
  {platform, cache, pipeline, memory, key, now}: Run,
  component: string,
  planned: Desired,
): Promise<void> {
  const {client, log, events} = platform;
  const change = await applyObject(client, cache, memory.applied, pipeline, planned);
  if (!change) return;
  memory.changedAt.set(component, now);
  const object = titleOf(planned.object);
  const about = {pipeline: key, generation: pipeline.metadata.generation, component, object};
  if (change !== "reverted") return log.debug(about, change);
  log.info(about, "a manual change was reverted");
  events.record(pipeline, "Normal", "Reverted", `${object}: a manual change was reverted`);
}
