import {alertReceiver as manifests} from "../../cdk8s/components/alert-receiver/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

/** Keeps alerts, shows and forwards them. It waits for its database itself. */
export const alertReceiver: Component = {
  ...manifests,
  dependsOn: ["timescaledb"],
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
