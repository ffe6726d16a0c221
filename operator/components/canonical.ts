import {registrySecrets} from "../../api/components/event.ts";
import {CANONICAL, canonical as manifests} from "../../cdk8s/components/canonical/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

/** The consumer group that fills the canonical topic. */
export const canonical: Component = {
  ...manifests,
  dependsOn: ["kafka"],
  secrets: ({event}) => registrySecrets(event.schemaRegistry),
  fills: {store: CANONICAL, follows: () => false, idle: () => undefined},
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
