import {simulator as build} from "../../cdk8s/components/simulator/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

export const simulator: Component = {
  name: "simulator",
  dependsOn: ["kafka"],
  enabled: (spec) => spec.simulator.enabled,
  build,
  vehicles: ({simulator}) => (simulator.enabled ? simulator.vehicles : 0),
  readiness: (live) => allReady(live, {StatefulSet: replicasReady}),
};
