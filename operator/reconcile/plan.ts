import {isDeepStrictEqual} from "node:util";
import {App, Chart} from "cdk8s";
import {enabledOf, type PlanContext} from "../../cdk8s/component.ts";
import type {PodOwner} from "../../cdk8s/components/monitoring/pod-owners.ts";
import {type BuildContext, COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {type ScheduledJob, scheduledJobOf} from "../../cdk8s/scheduled.ts";
import {components} from "../components/all.ts";
import type {Component} from "../components/component.ts";
import {podOwnersOf} from "../components/derived.ts";
import type {KubeObject} from "../runtime/types.ts";
import {type ComponentInputs, isMadeFrom, noteReads} from "./inputs.ts";

export interface PlannedComponent {
  component: Component;
  objects: KubeObject[];
  /** The inputs that they were built from. */
  inputs?: ComponentInputs;
}

/** The objects of every enabled component, in apply order. Pure: the same context gives the same plan. */
export function plan(context: BuildContext, previous: PlannedComponent[] = []): PlannedComponent[] {
  const podOwners: PodOwner[] = [];
  const scheduledJobs: ScheduledJob[] = [];
  return enabledOf(components, context.spec).map((component) => {
    const mine = {...context, components, podOwners: [...podOwners], scheduledJobs: [...scheduledJobs]};
    const before = previous.find((planned) => planned.component === component);
    const planned = before?.inputs && isMadeFrom(before.inputs, mine) ? before : build(component, mine);
    podOwners.push(...planned.objects.flatMap(podOwnersOf));
    scheduledJobs.push(...planned.objects.flatMap(scheduledJobOf));
    return planned;
  });
}

function build(component: Component, context: PlanContext): PlannedComponent {
  // An App of its own: with each chart that is read, cdk8s prepares all of its App anew.
  const chart = new Chart(new App(), component.name, {
    namespace: context.namespace,
    disableResourceNameHashes: true,
    labels: {
      "app.kubernetes.io/managed-by": "telemetry-operator",
      [PIPELINE_LABEL]: context.name,
      [COMPONENT_LABEL]: component.name,
    },
  });
  const {noted, inputs} = noteReads(context);
  component.build(chart, noted);
  // Nothing in a chart depends on anything else of it: the order is that of building. `chart.toJson` would sort it, for a fifth more CPU.
  return {component, objects: chart.apiObjects.map((object): KubeObject => object.toJson()), inputs};
}

/** The last plan of a pipeline, and what it was made from. */
export interface KnownPlan {
  context: BuildContext;
  planned: PlannedComponent[];
}

/** The plan of a context: what of the one before was made from the same is kept, for to synthesise all of it takes 10 ms. */
export function planOf(memory: {plan?: KnownPlan}, context: BuildContext): KnownPlan {
  if (!memory.plan || !isDeepStrictEqual(memory.plan.context, context))
    memory.plan = {context, planned: plan(context, memory.plan?.planned)};
  return memory.plan;
}
