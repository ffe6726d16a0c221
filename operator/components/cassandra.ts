import {TelemetryError} from "../../api/errors.ts";
import {bytesOf, secondsOf} from "../../api/quantities.ts";
import {versions} from "../../api/versions.ts";
import {cassandra as manifests} from "../../cdk8s/components/cassandra/manifests.ts";
import type {KubeObject} from "../runtime/types.ts";
import {askAgain} from "./cassandra/ask-again.ts";
import {readCassandraFacts} from "./cassandra/facts.ts";
import {
  allReady,
  type Component,
  externalSecrets,
  jobDone,
  neverLess,
  onlyTestedSteps,
  type Pair,
  replicasReady,
} from "./component.ts";
import {sameStorageClass} from "./storage-class.ts";

export const cassandra: Component = {
  ...manifests,
  dependsOn: [],
  version: ({cassandra}) => (cassandra.external ? undefined : cassandra.version),
  secrets: ({cassandra: {external}}) => externalSecrets("cassandra", external, ["username", "password"]),
  upstreamPods: (pipeline) => `cassandra.datastax.com/cluster=${pipeline}`,
  readiness: (live, spec) =>
    // A Job that waits for nodes says less than they do.
    allReady(
      live.toSorted((a, b) => Number(a?.kind === "Job") - Number(b?.kind === "Job")),
      {
        K8ssandraCluster: (object) => datacentersReady(object, spec.state === "Stopped"),
        StatefulSet: replicasReady,
        Job: (job) => jobDone(job) && SETTING_UP,
      },
    ),
  facts: readCassandraFacts,
  runs: ({kind, spec}) => (kind === "K8ssandraCluster" ? spec.cassandra.serverVersion : undefined),
  assist: askAgain,
  validate(pairs, {cassandra: {external, ttl, storageClass}}) {
    const days = Math.floor((LAST_EXPIRY - Date.now()) / 86_400_000);
    if (!external && secondsOf(ttl) > days * 86_400) {
      const why = `a row written today would expire after 2038-01-19, the last day that Cassandra supports, and be rejected`;
      throw new TelemetryError("TtlTooLong", `spec.cassandra.ttl: ${ttl}: ${why}; set it to ${days}d or less`);
    }
    const version = ({spec}: KubeObject) => spec.cassandra.serverVersion;
    onlyTestedSteps(pairs, "K8ssandraCluster", "spec.cassandra.version", versions.cassandra, version);
    neverLess(pairs, "K8ssandraCluster", "spec.cassandra.storage", "volumes cannot shrink", storageOf, bytesOf);
    const nodes = ({spec}: any): number => spec.cassandra.datacenters[0].size;
    const stays = "removing a node would lose its copies of rows";
    neverLess(pairs, "K8ssandraCluster", "spec.cassandra.size", stays, nodes, Number);
    sameStorageClass(
      storageClass ? pairs : [],
      "K8ssandraCluster",
      "spec.cassandra.storageClass",
      storageClass,
      classOf,
    );
    growsOnlyNamed(pairs);
  },
};

const claimOf = ({spec}: KubeObject) => spec.cassandra.storageConfig.cassandraDataVolumeClaimSpec;
const storageOf = (cluster: KubeObject): string => claimOf(cluster).resources.requests.storage;

const classOf = (cluster: KubeObject): string | undefined => claimOf(cluster).storageClassName;

/** cass-operator grows no volume whose class is not named. */
function growsOnlyNamed(pairs: Pair[]): void {
  for (const {planned, live} of pairs) {
    if (planned.kind !== "K8ssandraCluster" || !live) continue;
    const grows = bytesOf(storageOf(planned)) > bytesOf(storageOf(live));
    if (classOf(live) || !grows) continue;
    throw new TelemetryError(
      "InvalidStorageClass",
      `spec.cassandra.storage: K8ssandraCluster ${live.metadata.name} names no StorageClass, and cass-operator does not grow such volumes; set it back to ${storageOf(live)}, or delete the pipeline with deletionPolicy Retain and apply it again with spec.cassandra.storageClass`,
    );
  }
}

/** The Job's log has the rows that it has copied. */
const SETTING_UP =
  "has not finished: it waits for all nodes, creates keyspace and roles, and copies rows to new nodes; its log shows the progress";

/** Until its storage_compatibility_mode is no longer CASSANDRA_4, as K8ssandra leaves it. */
const LAST_EXPIRY = Date.parse("2038-01-19T03:14:06Z");

/** K8ssandra's own definition: condition Ready (or Stopped) and cassandraOperatorProgress Ready, in every datacenter. */
function datacentersReady({metadata, spec, status}: KubeObject, stopped: boolean): string {
  if (status?.error && status.error !== "None") return status.error;
  for (const {metadata: datacenter} of spec.cassandra.datacenters) {
    const state = status?.datacenters?.[datacenter.name]?.cassandra;
    const wanted = state?.conditions?.find(({type}: any) => type === (stopped ? "Stopped" : "Ready"));
    if (wanted?.status !== "True" || state.cassandraOperatorProgress !== "Ready") {
      return `datacenter ${datacenter.name}: ${wanted?.message || doing(state, stopped)}`;
    }
  }
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation)
    return "cass-operator has not carried out the last change yet; it is triggered every 30 s";
  return "";
}

/** The present work of cass-operator, by its conditions that name a passing state. */
const STATES: Record<string, string> = {
  Resuming: "is starting again",
  ScalingUp: "nodes are being added",
  ScalingDown: "nodes are being removed",
  Updating: "nodes are restarting with a change",
  RollingRestart: "nodes are restarting",
  ReplacingNodes: "nodes are being replaced",
  ResizingVolumes: "volumes are growing",
};

function doing(state: any, stopped: boolean): string {
  const is = (type: string) =>
    state?.conditions?.some((condition: any) => condition.type === type && condition.status === "True");
  const passing = Object.keys(STATES).find(is);
  if (passing) return STATES[passing]!;
  if (!stopped && is("Stopped"))
    return "still stopped: cass-operator has not started its nodes yet; it is triggered every 30 s";
  return "not ready yet";
}
