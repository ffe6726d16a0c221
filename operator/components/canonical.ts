import {registrySecrets} from "../../api/components/event.ts";
import {TelemetryError} from "../../api/errors.ts";
import {CANONICAL, canonical as manifests} from "../../cdk8s/components/canonical/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

/** The consumer group that fills the canonical topic. */
export const canonical: Component = {
  ...manifests,
  dependsOn: ["kafka"],
  secrets: ({event}) => registrySecrets(event.schemaRegistry),
  fills: {
    store: CANONICAL,
    follows: () => false,
    idle: ({ingester}) => (ingester.canonical.replicas === 0 ? "spec.ingester.canonical.replicas is 0" : undefined),
  },
  validate(
    _,
    {
      ingester: {
        canonical: {replicas},
      },
      kafka: {topic},
    },
  ) {
    if (replicas <= topic.partitions) return;
    throw new TelemetryError(
      "TooManyIngesters",
      `spec.ingester.canonical.replicas: ${replicas} is more than spec.kafka.topic.partitions (${topic.partitions}), so some pods would be idle; lower it or add partitions`,
    );
  },
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
