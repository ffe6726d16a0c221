import {timescaledb as build} from "../../cdk8s/components/timescaledb.ts";
import {bytesOf} from "../api/fields.ts";
import {allReady, type Component, jobDone, neverLess, replicasReady} from "./component.ts";

export const timescaledb: Component = {
  name: "timescaledb",
  dependsOn: [],
  version: () => "17-2.19",
  enabled: (spec) => spec.timescaledb.enabled,
  build,
  readiness: (live) => allReady(live, {StatefulSet: replicasReady, Job: jobDone}),
  validate(pairs) {
    const size = (set: any): string => set.spec.volumeClaimTemplates[0].spec.resources.requests.storage;
    neverLess(pairs, "StatefulSet", "spec.timescaledb.storage", "volumes cannot shrink", size, bytesOf);
  },
};
