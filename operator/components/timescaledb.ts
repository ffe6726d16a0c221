import {timescaledb as build} from "../../cdk8s/components/timescaledb.ts";
import {allReady, type Component, jobDone, replicasReady} from "./component.ts";

export const timescaledb: Component = {
  name: "timescaledb",
  dependsOn: [],
  version: () => "17-2.19",
  enabled: (spec) => spec.timescaledb.enabled,
  build,
  readiness: (live) => allReady(live, {StatefulSet: replicasReady, Job: jobDone}),
};
