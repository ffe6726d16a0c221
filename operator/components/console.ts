import {console as manifests} from "../../cdk8s/components/console/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

/** Needs no store to start: what is missing is what it shows. Kafka makes the Secret of its user. */
export const console: Component = {
  ...manifests,
  dependsOn: ["kafka"],
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
