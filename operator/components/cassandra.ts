import {cassandra as build} from "../../cdk8s/components/cassandra.ts";
import type {KubeObject} from "../runtime/types.ts";
import {allReady, type Component, jobDone} from "./component.ts";

export const cassandra: Component = {
  name: "cassandra",
  dependsOn: [],
  version: (spec) => spec.cassandra.version,
  enabled: (spec) => spec.cassandra.enabled,
  build,
  readiness: (live, spec) =>
    allReady(live, {K8ssandraCluster: (object) => datacentersReady(object, spec.state === "Stopped"), Job: jobDone}),
};

/** K8ssandra's own definition: condition Ready (or Stopped) and cassandraOperatorProgress Ready, in every datacenter. */
function datacentersReady({spec, status}: KubeObject, stopped: boolean): string {
  if (status?.error && status.error !== "None") return status.error;
  for (const {metadata} of spec.cassandra.datacenters) {
    const seen = status?.datacenters?.[metadata.name]?.cassandra;
    const wanted = seen?.conditions?.find(({type}: any) => type === (stopped ? "Stopped" : "Ready"));
    if (wanted?.status !== "True" || seen.cassandraOperatorProgress !== "Ready") {
      return `datacenter ${metadata.name}: ${wanted?.message || "not ready yet"}`;
    }
  }
  return "";
}
