import {type Readiness, type View, waiting} from "../components/component.ts";
import type {Outcome} from "./carry-out.ts";
import type {Inputs} from "./dereference.ts";
import {type Live, liveOf} from "./live.ts";
import {notesOf} from "./memory.ts";
import type {PlannedComponent} from "./plan.ts";
import {type PodProblem, podProblems} from "./pods.ts";
import {finderIn, type Run} from "./run.ts";
import type {ObservedComponent} from "./status.ts";
import {upgradeWaitsFor} from "./upgrade.ts";

/**
 * The pods of a component that was changed this short a time ago are only being created. The next look at a pipeline that waits comes later than this, and
 * a thousand that come up cost no lists of pods and Events.
 */
const NEW_MS = 4_000;

/** Judges every component of the plan by what is live; upstream operators that need something to go on are given it. */
export async function observe(
  run: Run,
  {context: {spec, facts}}: Inputs,
  plan: PlannedComponent[],
  {problem, refused}: Outcome,
): Promise<ObservedComponent[]> {
  const {platform, pipeline, memory, name, namespace, now, key} = run;
  const {client, getJson, log} = platform;
  const [live, problemOf] = [liveOf(run.cache, plan, spec), podProblems(client, pipeline)];
  const isNew = ({component}: PlannedComponent) => now - (memory.changedAt.get(component.name) ?? 0) < NEW_MS;
  const podProblem: PodProblem = async (planned, objects) => (isNew(planned) ? "" : problemOf(planned, objects));
  const about = {
    name,
    namespace,
    facts,
    client,
    find: finderIn(live.cache, namespace),
    getJson,
    applied: !problem,
    now,
  };
  return Promise.all(
    plan.map(async (planned): Promise<ObservedComponent> => {
      const {name, version, assist} = planned.component;
      const view: View = {
        ...about,
        notes: notesOf(memory, name),
        reported: pipeline.status?.components?.find((each: any) => each.name === name),
      };
      const refusal = refused.get(name);
      const state = refusal ? waiting("ApplyRefused", refusal) : await judge(live, planned, view, podProblem);
      const done = spec.paused ? undefined : await assist?.(state, view);
      if (done) log.info({pipeline: key, component: name}, done);
      return {name, version: version?.(spec), state};
    }),
  );
}

/** The readiness of a component, with the deepest reason that can be found. */
async function judge(live: Live, planned: PlannedComponent, view: View, podProblem: PodProblem): Promise<Readiness> {
  const {component} = planned;
  const held = live.waitsFor(planned);
  const readiness = held ? waiting("WaitingForDependency", held) : live.readinessOf(planned);
  const state = (await component.observe?.(readiness, view)) ?? readiness;
  const objects = live.pairsOf(planned).map((pair) => pair.live);
  const why = (!state.ready && !held && (await podProblem(planned, objects))) || upgradeWaitsFor(live, planned);
  return why ? {...state, message: `${state.message}; ${why}`} : state;
}
