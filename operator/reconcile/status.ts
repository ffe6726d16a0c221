import type {Reason, TelemetryError} from "../../api/errors.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {ComponentStatus, Condition, Endpoint, Freshness, Phase, PipelineStatus} from "../../api/status.ts";
import type {ComponentCondition, Readiness} from "../components/component.ts";
import type {KubeObject} from "../runtime/types.ts";
import {settle, summary} from "./freshness.ts";

export interface ObservedComponent {
  name: string;
  version: string | undefined;
  state: Readiness;
}

export interface Observation {
  components: ObservedComponent[];
  freshness: Freshness[];
  /** The component that fills each store, and why it does not. */
  fillers: {component: string; store: string; idle: string | undefined}[];
  /** Vehicles that the pipeline itself drives. */
  vehicles: number;
  /** Conditions of the components themselves. */
  conditions: ComponentCondition[];
  /** Endpoints for applications; unknown unless the plan was applied. */
  endpoints?: Endpoint[] | undefined;
  /** Why the spec was not carried out. */
  problem?: TelemetryError | undefined;
}

const conditionOf = ({conditions}: PipelineStatus, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

export const readyCondition = (status: PipelineStatus): Condition | undefined => conditionOf(status, "Ready");

/** Of what is known of a store, what a status may hold: it is true whenever it is read. */
const shownOf = ({store, age, problem, unmatched, held, lost}: Freshness): Freshness => ({
  store,
  ...(age ? {age} : {}),
  ...(problem ? {problem} : {}),
  ...(unmatched ? {unmatched} : {}),
  ...(held ? {held} : {}),
  ...(lost ? {lost} : {}),
});

/** A pipeline that was ready stays so for this long while one component is not: a restarting pod is no outage. */
export const BLIP_MS = 10_000;

/** The conclusions from an observation, for the conditions. */
interface Verdict {
  phase: Phase;
  ready: boolean;
  degraded: boolean;
  why: Explanation;
}

interface Explanation {
  reason: Reason;
  message: string;
}

/** The status of a pipeline, from what was seen; transition times stay while nothing changes. Pure. */
export function statusOf(
  pipeline: KubeObject,
  spec: ResolvedSpec,
  observation: Observation,
  now: string,
): PipelineStatus {
  const {components, freshness, vehicles} = observation;
  const before: PipelineStatus = pipeline.status ?? {};
  const generation = pipeline.metadata.generation ?? 0;
  const shown = spec.state === "Running" ? settle(before.freshness, freshness.map(shownOf)) : [];
  const shownComponents = components.map((component) => componentStatus(component, before.components, now));
  // A new spec is not met before everything is ready.
  const mayBlip = wasReady(before) && before.observedGeneration === generation;
  const unready = shownComponents.find(
    ({ready, since}) => !ready && !(mayBlip && Date.parse(now) - Date.parse(since) < BLIP_MS),
  );
  const verdict = verdictOf(before, spec, explain(spec, observation, shown, unready, wasReady(before)), observation);
  const condition = conditionWriter(before.conditions, generation, now);
  return {
    phase: verdict.phase,
    observedGeneration: generation,
    vehicles,
    freshnessSummary: summary(shown),
    conditions: conditionsOf(condition, spec, observation, verdict, shown),
    components: shownComponents,
    freshness: shown,
    endpoints: observation.endpoints ?? before.endpoints ?? [],
  };
}

const wasReady = (before: PipelineStatus): boolean => readyCondition(before)?.status === "True";

/** A problem is the spec's unless the API server refused an object. */
const isInvalid = ({problem}: Observation): boolean => problem !== undefined && problem.reason !== "ApplyRefused";

function verdictOf(before: PipelineStatus, spec: ResolvedSpec, why: Explanation, observation: Observation): Verdict {
  const running = spec.state === "Running";
  const ready = why.reason === "Ready";
  const degraded = !ready && running && (wasReady(before) || before.phase === "Degraded");
  return {phase: phase(), ready, degraded, why};

  function phase(): Phase {
    if (isInvalid(observation)) return "Invalid";
    if (spec.paused) return "Paused";
    if (!running) return "Stopped";
    if (ready) return "Running";
    return degraded ? "Degraded" : "Deploying";
  }
}

/** Why a pipeline is Ready, or the first thing that keeps it from that. */
function explain(
  spec: ResolvedSpec,
  {problem, fillers, vehicles}: Observation,
  shown: Freshness[],
  unready: ComponentStatus | undefined,
  readyBefore: boolean,
): Explanation {
  if (problem) return problem;
  if (spec.state !== "Running") return {reason: "Stopped", message: "spec.state is Stopped; data is kept"};
  // An ingester that is not ready because of its store: the cause.
  const refusing = shown.find(
    ({store, problem: why}) =>
      why && fillers.some((filler) => filler.store === store && filler.component === unready?.name),
  );
  if (refusing) return {reason: reasonOf(refusing.problem!), message: `${refusing.store}: ${refusing.problem}`};
  if (unready) return {reason: "ComponentNotReady", message: `${unready.name}: ${unready.message}`};
  const held = shown.find(({held: which}) => which);
  if (held) return {reason: "HeldBackByTransaction", message: `${held.store}: ${held.held}`};
  // Before the first answer, and in the status of an earlier version, there is no class: the previous condition holds.
  const hasNone = ({age}: Freshness) => (age === undefined ? !readyBefore : age === "None" || age === "Unknown");
  const silent = vehicles > 0 ? shown.find(hasNone) : undefined;
  if (!silent) return {reason: "Ready", message: "rows arrive in every store"};
  const idle = fillers.find(({store}) => store === silent.store)?.idle;
  return {reason: "NoRowsYet", message: `no rows in ${silent.store}${idle ? `: ${idle}` : ""}`};
}

function conditionsOf(
  condition: ReturnType<typeof conditionWriter>,
  spec: ResolvedSpec,
  observation: Observation,
  {phase, ready, degraded, why}: Verdict,
  shown: Freshness[],
): Condition[] {
  const {problem, conditions} = observation;
  const lost = shown.flatMap(({store, lost: what}) => (what ? `${store}: ${what}` : []));
  return [
    problem && isInvalid(observation)
      ? condition("Valid", false, problem.reason, problem.message)
      : condition("Valid", true, "Accepted", "the spec is valid"),
    problem
      ? condition("Reconciled", false, problem.reason, problem.message)
      : spec.paused
        ? condition("Reconciled", false, "Paused", "spec.paused is true")
        : condition("Reconciled", true, "Applied", "the plan is applied"),
    condition("Ready", ready, why.reason, why.message),
    condition("Degraded", degraded, degraded ? why.reason : "AsExpected", degraded ? why.message : ""),
    ...conditions.map(({type, value, reason, message}) => condition(type, value, reason, message)),
    lost.length > 0
      ? condition("Complete", false, "EventsExpired", lost.join("; "))
      : condition("Complete", true, "NothingExpired", "no event expired before it was read"),
    ...(spec.event.mapping || spec.event.fields ? [fieldsFound(condition, shown)] : []),
    condition("Progressing", phase === "Deploying", why.reason, phase === "Deploying" ? why.message : ""),
  ];
}

/** Of a spec that says where fields are. */
function fieldsFound(condition: ReturnType<typeof conditionWriter>, shown: Freshness[]): Condition {
  // Each store's ingesters read the same events.
  const nowhere = shown.find(({unmatched}) => unmatched)?.unmatched;
  return nowhere
    ? condition("FieldsFound", false, "FieldsNotFound", nowhere)
    : condition("FieldsFound", true, "FieldsFound", "the paths of spec.event are in the events");
}

/** A problem begins with its kind; most kinds are of the store. */
const reasonOf = (problem: string): Reason =>
  problem.startsWith("dead-letters:")
    ? "DeadLettersBlocked"
    : problem.startsWith("unreadable:")
      ? "UnreadableBatch"
      : problem.startsWith("registry:")
        ? "SchemaRegistryAway"
        : "StoreTakesNoRows";

/** The status of a pipeline that is being deleted and still waits for something: nothing of what was so before is said any more. */
export function deletingStatus(pipeline: KubeObject, waitsFor: string, now: string): PipelineStatus {
  const before: PipelineStatus = pipeline.status ?? {};
  const condition = conditionWriter(before.conditions, pipeline.metadata.generation ?? 0, now);
  const message = `waiting for ${waitsFor}`;
  const going = {ready: false, reason: "Deleting", message: "is being deleted"};
  return {
    ...before,
    phase: "Deleting",
    freshnessSummary: summary([]),
    conditions: [
      condition("Ready", false, "Deleting", message),
      condition("Degraded", false, "AsExpected", ""),
      condition("Progressing", true, "Deleting", message),
    ],
    components: (before.components ?? []).map(({name, version}) =>
      componentStatus({name, version, state: going}, before.components, now),
    ),
    freshness: [],
    endpoints: [],
  };
}

/** The Events that lead from one status to the next, for people. */
export function transitions(
  before: PipelineStatus,
  after: PipelineStatus,
): {type: "Normal" | "Warning"; reason: string; message: string}[] {
  const events: {type: "Normal" | "Warning"; reason: string; message: string}[] = [];
  const [was, is] = [readyCondition(before), readyCondition(after)];
  const wasReady = new Map(before.components?.map((component) => [component.name, component.ready]));
  // One Event for all: as a pipeline comes up, several are ready at once.
  const becameReady = (after.components ?? []).filter(({name, ready}) => ready && wasReady.get(name) === false);
  if (becameReady.length > 0) {
    const names = becameReady.map(({name}) => name).join(", ");
    events.push({type: "Normal", reason: "ComponentReady", message: `ready: ${names}`});
  }
  for (const {name, ready: now, message} of after.components ?? []) {
    if (!now && wasReady.get(name) && after.phase !== "Deleting")
      events.push({type: "Warning", reason: "ComponentNotReady", message: `${name}: ${message}`});
  }
  for (const type of ["Complete", "FieldsFound"]) {
    const bad = conditionOf(after, type);
    if (bad?.status === "False" && bad.message !== conditionOf(before, type)?.message)
      events.push({type: "Warning", reason: bad.reason, message: bad.message});
  }
  if (is && is.status !== was?.status && is.status === "True")
    events.push({type: "Normal", reason: "Ready", message: is.message});
  const failed = is?.status === "False" && (was?.status === "True" || was?.reason !== is.reason);
  if (failed && after.phase !== "Deploying" && after.phase !== "Deleting") {
    const expected = after.phase === "Stopped" || after.phase === "Paused";
    events.push({type: expected ? "Normal" : "Warning", reason: is.reason, message: is.message});
  }
  return events;
}

function componentStatus(
  {name, version, state}: ObservedComponent,
  before: ComponentStatus[] | undefined,
  now: string,
): ComponentStatus {
  const shown = before?.find((component) => component.name === name);
  const since = shown?.ready === state.ready ? shown.since : now;
  return {name, ...state, ...(version ? {version} : {}), since};
}

const conditionWriter =
  (before: Condition[] | undefined, observedGeneration: number, now: string) =>
  (type: string, value: boolean, reason: Reason, message: string): Condition => {
    const status = value ? "True" : "False";
    const old = before?.find((condition) => condition.type === type);
    return {
      type,
      status,
      reason,
      message,
      observedGeneration,
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
    };
  };
