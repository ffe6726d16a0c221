import {consoleEndpoint} from "../../cdk8s/components/console/client.ts";
import {console as build} from "../../cdk8s/components/console/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

/** Needs no store to start: what is missing is what it shows. Kafka makes the Secret of its user. */
export const console: Component = {
  name: "console",
  dependsOn: ["kafka"],
  enabled: (spec) => spec.observability.console.enabled,
  passwords: {suffixes: ["console"]},
  build,
  endpoints: (context) => [consoleEndpoint(context)],
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
