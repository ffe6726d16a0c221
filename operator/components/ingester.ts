import {TelemetryError} from "../../api/errors.ts";
import type {StoreName} from "../../api/stores.ts";
import {ingester as build} from "../../cdk8s/components/ingester.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

/** The consumer group that fills one store. */
export const ingester = (store: StoreName): Component => ({
  name: `ingester-${store}`,
  dependsOn: ["kafka", store],
  enabled: (spec) => spec[store].enabled,
  build: build(store),
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
  validate(_, {ingester: {[store]: wanted}, kafka: {topic}}) {
    const {replicas, autoscale} = wanted;
    const [field, most] =
      autoscale && autoscale.maxReplicas > replicas
        ? ["autoscale.maxReplicas", autoscale.maxReplicas]
        : ["replicas", replicas];
    if (most <= topic.partitions) return;
    throw new TelemetryError(
      "TooManyIngesters",
      `spec.ingester.${store}.${field}: ${most} is more than the ${topic.partitions} of spec.kafka.topic.partitions, and the rest would idle; lower it or add partitions`,
    );
  },
});
