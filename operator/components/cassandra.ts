import {cassandra as build} from "../../cdk8s/components/cassandra.ts";
import {bytesOf} from "../api/fields.ts";
import {versions} from "../api/versions.ts";
import type {KubeObject} from "../runtime/types.ts";
import {allReady, type Component, externalSecrets, jobDone, neverLess, onlyTestedSteps} from "./component.ts";

export const cassandra: Component = {
  name: "cassandra",
  dependsOn: [],
  version: ({cassandra}) => (cassandra.external ? undefined : cassandra.version),
  enabled: (spec) => spec.cassandra.enabled,
  build,
  secrets: ({cassandra: {external}}) => externalSecrets("cassandra", external, ["username", "password"]),
  readiness: (live, spec) =>
    allReady(live, {K8ssandraCluster: (object) => datacentersReady(object, spec.state === "Stopped"), Job: jobDone}),
  validate(pairs) {
    const version = ({spec}: KubeObject) => spec.cassandra.serverVersion;
    onlyTestedSteps(pairs, "K8ssandraCluster", "spec.cassandra.version", versions.cassandra, version);
    const size = ({spec}: any): string =>
      spec.cassandra.storageConfig.cassandraDataVolumeClaimSpec.resources.requests.storage;
    neverLess(pairs, "K8ssandraCluster", "spec.cassandra.storage", "volumes cannot shrink", size, bytesOf);
  },
};

/** K8ssandra's own definition: condition Ready (or Stopped) and cassandraOperatorProgress Ready, in every datacenter. */
function datacentersReady({metadata, spec, status}: KubeObject, stopped: boolean): string {
  if (status?.error && status.error !== "None") return status.error;
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation)
    return "the change is not yet seen";
  for (const {metadata: datacenter} of spec.cassandra.datacenters) {
    const seen = status?.datacenters?.[datacenter.name]?.cassandra;
    const wanted = seen?.conditions?.find(({type}: any) => type === (stopped ? "Stopped" : "Ready"));
    if (wanted?.status !== "True" || seen.cassandraOperatorProgress !== "Ready") {
      return `datacenter ${datacenter.name}: ${wanted?.message || "not ready yet"}`;
    }
  }
  return "";
}
