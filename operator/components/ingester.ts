import {eventProblem} from "../../api/components/event.ts";
import {TelemetryError} from "../../api/errors.ts";
import type {StoreName} from "../../api/stores.ts";
import {ingester as manifests} from "../../cdk8s/components/ingester/manifests.ts";
import {builtin} from "../runtime/types.ts";
import {allReady, type Component, refuseIdlePods, replicasReady, webServerSecrets} from "./component.ts";
import {type Recommendation, scale} from "./ingester/autoscale.ts";

/** Pods by the lag, or as the spec says. */
interface IngesterFacts {
  replicas: number;
}

declare module "../../cdk8s/context.ts" {
  interface Facts {
    [ingester: `ingester-${string}`]: IngesterFacts | undefined;
  }
}

/** The consumer group that fills one store. */
export const ingester = (store: StoreName): Component => ({
  ...manifests(store),
  dependsOn: ["kafka", store],
  secrets: ({event}) => webServerSecrets("spec.event.schemaRegistry", event.schemaRegistry),
  async facts({
    name,
    spec: {
      [store]: {enabled},
      ingester,
    },
    find,
    loadOf,
    notes,
    now,
  }): Promise<IngesterFacts> {
    const {[store]: wanted} = ingester;
    if (!enabled || !wanted.autoscale) notes.clear();
    const live = await find(builtin.deployment, `${name}-ingester-${store}`);
    const history: Recommendation[] = notes.get("history") ?? [];
    if (enabled && wanted.autoscale) notes.set("history", history);
    return {replicas: scale(wanted, live?.spec.replicas, loadOf(store), history, now)};
  },
  resolve(spec, {[`ingester-${store}` as const]: facts}) {
    if (!facts) return spec;
    const {[store]: wanted} = spec.ingester;
    return {...spec, ingester: {...spec.ingester, [store]: {...wanted, replicas: facts.replicas}}};
  },
  fills: {
    store,
    follows: ({ingester}) => ingester[store].autoscale !== undefined,
    idle: ({ingester}) => (ingester[store].replicas === 0 ? `spec.ingester.${store}.replicas is 0` : undefined),
  },
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
  validate(_, {event, ingester: {[store]: wanted}, kafka: {topic}}) {
    const problem = eventProblem(event);
    if (problem) throw new TelemetryError("InvalidEvent", problem);
    const {replicas, autoscale} = wanted;
    const [field, most] =
      autoscale && autoscale.maxReplicas > replicas
        ? ["autoscale.maxReplicas", autoscale.maxReplicas]
        : ["replicas", replicas];
    refuseIdlePods(`spec.ingester.${store}.${field}`, most, topic);
  },
});
