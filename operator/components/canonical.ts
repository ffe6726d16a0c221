import {CANONICAL, canonical as manifests} from "../../cdk8s/components/canonical/manifests.ts";
import {allReady, type Component, refuseIdlePods, replicasReady, webServerSecrets} from "./component.ts";

/** The consumer group that fills the canonical topic. */
export const canonical: Component = {
  ...manifests,
  dependsOn: ["kafka"],
  secrets: ({event}) => webServerSecrets("spec.event.schemaRegistry", event.schemaRegistry),
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
    refuseIdlePods("spec.ingester.canonical.replicas", replicas, topic, false);
  },
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
