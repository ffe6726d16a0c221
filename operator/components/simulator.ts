import {simulator as manifests} from "../../cdk8s/components/simulator/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

export const simulator: Component = {
  ...manifests,
  dependsOn: ["kafka"],
  vehicles: ({simulator}) => (simulator.enabled ? simulator.vehicles : 0),
  readiness: (live) => allReady(live, {StatefulSet: replicasReady}),
};
