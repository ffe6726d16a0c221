import {telemetryPipeline} from "../../api/crd.ts";
import {attempt, type TelemetryError} from "../../api/errors.ts";
import type {Endpoint} from "../../api/status.ts";
import {components} from "../components/all.ts";
import {isConflict} from "../runtime/api-error.ts";
import type {Cache, ReconcileResult} from "../runtime/controller.ts";
import {carryOut, type Outcome} from "./carry-out.ts";
import {dereference, type Inputs} from "./dereference.ts";
import {cleanUp, finalize} from "./finalize.ts";
import {usersSecrets} from "./logins.ts";
import {observe} from "./observe.ts";
import {type PlannedComponent, planOf} from "./plan.ts";
import type {Platform} from "./platform.ts";
import {refusalOf} from "./refusals.ts";
import {type Run, startRun} from "./run.ts";
import {deletingStatus, type Observation, statusOf} from "./status.ts";
import {possible} from "./validate.ts";
import {writeStatus} from "./write-status.ts";

/** A pipeline that waits is reconciled again after this long: not everything that it may wait for is watched. */
const POLL_MS = 5_000;
/** A ready pipeline is left alone until something changes; this is for changes that no watch reported. */
const RESYNC_MS = 600_000;
/** A pipeline with Secrets of users, which are not watched: its pods have a new password within a minute. */
const SECRETS_MS = 30_000;
const TEARDOWN_POLL_MS = 1_000;
/** A pipeline of another operator, in case that operator goes. */
const OTHERS_POLL_MS = 10_000;

/** dereference → plan → validate → apply → prune → observe → status, for one pipeline. */
export async function reconcile(platform: Platform, key: string, cache: Cache): Promise<ReconcileResult> {
  const cached = cache.get(telemetryPipeline, key);
  if (!cached) {
    forget(platform, key);
    await cleanUp(platform.client, cache, key);
    return undefined;
  }
  // The cached status is older than the last written one: the rest of it would be reported twice.
  if (cache.behind(telemetryPipeline, key)) return {requeueAfterMs: POLL_MS};
  const pipeline = await platform.claims.claim(cached, cache);
  if (!pipeline) {
    platform.freshness.forget(key);
    platform.exported.forget(key);
    return {requeueAfterMs: OTHERS_POLL_MS};
  }
  const run = startRun(platform, cache, pipeline, cached.metadata.resourceVersion);
  if (pipeline.metadata.deletionTimestamp) return tearDown(run);

  const inputs = await dereference(run);
  const {planned, absent} = possible(cache, planOf(run.memory, inputs.context).planned);
  const outcome = await carryOutUnless(run, planned, inputs);
  const observed = {
    ...inputs,
    ...outcome,
    components: await observe(run, inputs, planned, outcome),
    endpoints: endpointsOf(planned, inputs, outcome),
    absent,
  };
  await writeStatus(run, statusOf(pipeline, inputs.context.spec, observationOf(observed), timeOf(run)));
  return {requeueAfterMs: requeueMs(observed)};
}

/** A plan of a paused pipeline, and one with a known problem, is only observed. */
async function carryOutUnless(run: Run, planned: PlannedComponent[], inputs: Inputs): Promise<Outcome> {
  const {
    context: {spec},
    problem,
  } = inputs;
  if (spec.paused) return {refused: new Map()};
  return problem ? {problem, refused: new Map()} : carryOut(run, planned, spec);
}

/** The endpoints of applications; unknown unless the plan was applied. */
const endpointsOf = (planned: PlannedComponent[], {context}: Inputs, {problem}: Outcome): Endpoint[] | undefined =>
  problem || context.spec.paused ? undefined : planned.flatMap(({component}) => component.endpoints?.(context) ?? []);

type Observed = Inputs &
  Pick<Observation, "components" | "endpoints" | "problem"> & {absent: TelemetryError | undefined};

function observationOf(observed: Observed): Observation {
  const {freshness, endpoints, absent, problem} = observed;
  const {spec, facts} = observed.context;
  const fillers = components.flatMap(({name, enabled, fills}) =>
    fills && enabled(spec) ? [{component: name, store: fills.store, idle: fills.idle(spec)}] : [],
  );
  return {
    components: observed.components,
    freshness,
    fillers,
    vehicles: components.reduce((sum, {vehicles}) => sum + (vehicles?.(spec) ?? 0), 0),
    conditions: components.flatMap(({condition}) => condition?.(spec, facts, absent) ?? []),
    endpoints,
    problem,
  };
}

/** The time until the next reconcile if nothing changes. */
function requeueMs({context: {spec, facts}, components: judged, problem}: Observed): number {
  if (problem || !judged.every(({state}) => state.ready)) return POLL_MS;
  const polls = components.flatMap(({enabled, pollMs}) => (enabled(spec) ? (pollMs?.(spec, facts) ?? []) : []));
  const secrets = usersSecrets(spec).length > 0 ? [SECRETS_MS] : [];
  return Math.min(RESYNC_MS, ...secrets, ...polls) * (1 + Math.random() / 10);
}

const timeOf = ({now}: Run): string => new Date(now).toISOString();

/** Drops what is remembered of a pipeline that is gone. */
function forget({freshness, exported, claims, memories}: Platform, key: string) {
  for (const each of [freshness, exported, claims, memories]) each.forget(key);
}

async function tearDown(run: Run): Promise<ReconcileResult> {
  const {platform, pipeline, key} = run;
  const say = (waitsFor: string) => writeStatus(run, deletingStatus(pipeline, waitsFor, timeOf(run)));
  platform.freshness.forget(key);
  // The previous status ends at once, whatever the first step meets.
  if (pipeline.status?.phase !== "Deleting") await say("consumers and jobs to end");
  const {value: waitsFor, problem}: {value?: string | undefined; problem?: TelemetryError} = await attempt(() =>
    finalize(run).catch((error) => {
      if (isConflict(error)) throw error;
      throw refusalOf(error, "the API server");
    }),
  );
  if (!waitsFor && !problem) {
    forget(platform, key);
    return undefined;
  }
  await say(problem ? problem.message : waitsFor!);
  return {requeueAfterMs: problem ? POLL_MS : TEARDOWN_POLL_MS};
}
