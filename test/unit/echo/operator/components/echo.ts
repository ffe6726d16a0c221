import {echo as manifests} from "../../cdk8s/components/echo/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

export const echo: Component = {
  ...manifests,
  dependsOn: ["kafka"],
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
