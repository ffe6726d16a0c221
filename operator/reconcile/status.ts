import type {ResolvedSpec} from "../api/profiles.ts";
import type {ComponentStatus, Condition, Freshness, Phase, PipelineStatus} from "../api/schema.ts";
import type {Readiness} from "../components/component.ts";
import type {KubeObject} from "../runtime/types.ts";
import {settle, summary} from "./freshness.ts";

export interface Observation {
  components: {name: string; version: string | undefined; state: Readiness}[];
  freshness: Freshness[];
}

/** The status of a valid pipeline, from what was seen; transition times stay while nothing changes. */
export function statusOf(
  pipeline: KubeObject,
  spec: ResolvedSpec,
  {components, freshness}: Observation,
  now: string,
): PipelineStatus {
  const before: PipelineStatus = pipeline.status ?? {};
  const generation = pipeline.metadata.generation ?? 0;
  const shown = spec.state === "Running" ? settle(before.freshness, freshness) : [];
  const unready = components.find(({state}) => !state.ready);
  const silent =
    spec.simulator.enabled && spec.simulator.vehicles > 0 && shown.find(({seconds}) => seconds === undefined);
  const ready = spec.state === "Running" && !unready && !silent;
  const wasReady = before.conditions?.some(({type, status}) => type === "Ready" && status === "True") ?? false;
  const everReady = wasReady || before.phase === "Degraded";
  const why = unready
    ? {reason: "ComponentNotReady", message: `${unready.name}: ${unready.state.message}`}
    : silent
      ? {reason: "NoRowsYet", message: `no row could be read back from ${silent.store}`}
      : spec.state === "Stopped"
        ? {reason: "Stopped", message: "spec.state is Stopped; data is kept"}
        : {reason: "Ready", message: "rows arrive in every store"};
  const degraded = !ready && everReady && spec.state === "Running";
  const phase: Phase = spec.paused
    ? "Paused"
    : spec.state === "Stopped"
      ? "Stopped"
      : ready
        ? "Running"
        : degraded
          ? "Degraded"
          : "Deploying";
  const condition = conditionWriter(before.conditions, generation, now);
  return {
    phase,
    observedGeneration: generation,
    vehicles: spec.simulator.enabled ? spec.simulator.vehicles : 0,
    freshnessSummary: summary(shown),
    conditions: [
      condition("Valid", true, "Accepted", "the spec can be carried out"),
      condition(
        "Reconciled",
        !spec.paused,
        spec.paused ? "Paused" : "Applied",
        spec.paused ? "spec.paused is true" : "the plan is applied",
      ),
      condition("Ready", ready, why.reason, why.message),
      condition("Degraded", degraded, degraded ? why.reason : "AsExpected", degraded ? why.message : ""),
      condition("Progressing", phase === "Deploying", why.reason, phase === "Deploying" ? why.message : ""),
    ],
    components: components.map(({name, version, state}) => {
      const shownBefore = before.components?.find((component) => component.name === name);
      const since = shownBefore?.ready === state.ready ? shownBefore.since : now;
      return {name, ...state, ...(version ? {version} : {}), since} satisfies ComponentStatus;
    }),
    freshness: shown,
  };
}

/** The status of a pipeline that cannot be carried out: what runs stays, and so does what is known of it. */
export function failedStatus(pipeline: KubeObject, reason: string, message: string, now: string): PipelineStatus {
  const before: PipelineStatus = pipeline.status ?? {};
  const generation = pipeline.metadata.generation ?? 0;
  const condition = conditionWriter(before.conditions, generation, now);
  const rest = (before.conditions ?? []).filter(
    ({type}) => type !== "Valid" && type !== "Reconciled" && type !== "Ready",
  );
  return {
    ...before,
    phase: before.phase === "Running" || before.phase === "Degraded" ? "Degraded" : "Pending",
    observedGeneration: generation,
    conditions: [
      condition("Valid", false, reason, message),
      condition("Reconciled", false, reason, message),
      condition("Ready", false, reason, message),
      ...rest,
    ],
  };
}

const conditionWriter =
  (before: Condition[] | undefined, observedGeneration: number, now: string) =>
  (type: string, value: boolean, reason: string, message: string): Condition => {
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
