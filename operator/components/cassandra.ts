import {cassandra as build} from "../../cdk8s/components/cassandra.ts";
import {bytesOf, secondsOf} from "../api/fields.ts";
import {versions} from "../api/versions.ts";
import {TelemetryError} from "../errors.ts";
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
  validate(pairs, {cassandra: {external, ttl}}) {
    const days = Math.floor((LAST_EXPIRY - Date.now()) / 86_400_000);
    if (!external && secondsOf(ttl) > days * 86_400) {
      const why = `a row of today would end after 2038-01-19, the last day that Cassandra knows here, and be refused`;
      throw new TelemetryError("TtlTooLong", `spec.cassandra.ttl: ${ttl}: ${why}; set it to ${days}d or less`);
    }
    const version = ({spec}: KubeObject) => spec.cassandra.serverVersion;
    onlyTestedSteps(pairs, "K8ssandraCluster", "spec.cassandra.version", versions.cassandra, version);
    const size = ({spec}: any): string =>
      spec.cassandra.storageConfig.cassandraDataVolumeClaimSpec.resources.requests.storage;
    neverLess(pairs, "K8ssandraCluster", "spec.cassandra.storage", "volumes cannot shrink", size, bytesOf);
  },
};

/** Until its storage_compatibility_mode is no longer CASSANDRA_4, as K8ssandra leaves it. */
const LAST_EXPIRY = Date.parse("2038-01-19T03:14:06Z");

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
