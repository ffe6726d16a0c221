import {type Readiness, type View, waiting} from "../components/component.ts";
import type {Cache} from "../runtime/controller.ts";
import type {Outcome} from "./carry-out.ts";
import type {Inputs} from "./dereference.ts";
import {pairsOf, readinessOf, snapshot, waitsFor} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";
import {type PodProblem, podProblems} from "./pods.ts";
import {finderIn, type Run} from "./run.ts";
import type {ObservedComponent} from "./status.ts";
import {upgradeWaitsFor} from "./upgrade.ts";

/** Judges every component of the plan by what is live; upstream operators that need something to go on are given it. */
export async function observe(
  run: Run,
  {context: {spec, facts}}: Inputs,
  planned: PlannedComponent[],
  {problem, refused}: Outcome,
): Promise<ObservedComponent[]> {
  const {platform, pipeline, name, namespace, now, key} = run;
  const {client, getJson, log} = platform;
  const [seen, podProblem] = [snapshot(run.cache), podProblems(client, pipeline)];
  const about = {name, namespace, facts, client, find: finderIn(seen, namespace), getJson, applied: !problem, now};
  return Promise.all(
    planned.map(async (one): Promise<ObservedComponent> => {
      const {name, version, assist} = one.component;
      const view: View = {...about, reported: pipeline.status?.components?.find((each: any) => each.name === name)};
      const refusal = refused.get(name);
      const state = refusal
        ? waiting("ApplyRefused", refusal)
        : await judge(seen, one, planned, {spec, view, podProblem});
      const done = spec.paused ? undefined : await assist?.(state, view);
      if (done) log.info({pipeline: key, component: name}, done);
      return {name, version: version?.(spec), state};
    }),
  );
}

interface Eyes {
  spec: Inputs["context"]["spec"];
  view: View;
  podProblem: PodProblem;
}

/** The readiness of a component, with the deepest reason that is known. */
async function judge(
  seen: Cache,
  one: PlannedComponent,
  planned: PlannedComponent[],
  {spec, view, podProblem}: Eyes,
): Promise<Readiness> {
  const {component} = one;
  const held = waitsFor(seen, one, planned, spec);
  const known = held ? waiting("WaitingForDependency", held) : readinessOf(seen, one, spec);
  const state = (await component.observe?.(known, view)) ?? known;
  const live = pairsOf(seen, one).map((pair) => pair.live);
  const why = (!state.ready && !held && (await podProblem(one, live))) || upgradeWaitsFor(seen, one, planned, spec);
  return why ? {...state, message: `${state.message}; ${why}`} : state;
}
