import {isDeepStrictEqual} from "node:util";
import {App, Chart} from "cdk8s";
import type {PodOwner} from "../../cdk8s/components/pod-owners.ts";
import {type BuildContext, COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {Component} from "../components/component.ts";
import {podOwnersOf} from "../components/derived.ts";
import type {KubeObject} from "../runtime/types.ts";

export interface PlannedComponent {
  component: Component;
  objects: KubeObject[];
}

/** The objects of every enabled component, in apply order. Pure: the same context gives the same plan. */
export function plan(context: BuildContext): PlannedComponent[] {
  const podOwners: PodOwner[] = [];
  return components
    .filter((component) => component.enabled(context.spec))
    .map((component) => {
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
      component.build(chart, {...context, podOwners: [...podOwners]});
      const objects = chart.toJson() as KubeObject[];
      podOwners.push(...objects.flatMap(podOwnersOf));
      return {component, objects};
    });
}

/** The last plan of a pipeline, and what it was made from. */
export interface KnownPlan {
  context: BuildContext;
  planned: PlannedComponent[];
  /** Digests of its objects as they are sent, by `objectId`; other owners change them all. */
  digests: Map<string, string>;
  guard?: string;
}

/** The plan of a context: that of the reconcile before, unless the context is a new one. */
export function planOf(memory: {plan?: KnownPlan}, context: BuildContext): KnownPlan {
  if (!memory.plan || !isDeepStrictEqual(memory.plan.context, context))
    memory.plan = {context, planned: plan(context), digests: new Map()};
  return memory.plan;
}
