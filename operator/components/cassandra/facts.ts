import {type CassandraFacts, newDatacenter} from "../../../cdk8s/components/cassandra/client.ts";
import {k8ssandraCluster} from "../../../cdk8s/components/cassandra/kinds.ts";
import {builtin, type KubeObject} from "../../runtime/types.ts";
import type {Sources} from "../component.ts";
import {byAge, defaultClass} from "../storage-class.ts";

/**
 * The values that a plan keeps of the live K8ssandraCluster or, before there is one, of the volumes that an earlier pipeline of this name left:
 * the data in them names its datacenter. A live one costs no request.
 */
export async function readCassandraFacts({
  name,
  namespace,
  spec: {cassandra},
  find,
  client,
  clusterWide,
}: Sources): Promise<CassandraFacts | undefined> {
  if (!cassandra.enabled || cassandra.external) return undefined;
  const live = ofCluster(await find(k8ssandraCluster, name));
  if (live || !client) return live;
  const labelSelector = `cassandra.datastax.com/cluster=${name}`;
  const {items} = await client.list(builtin.persistentVolumeClaim, {namespace, labelSelector});
  // A new one is named at once: the plan is not made anew when it is there.
  const {datacenter = newDatacenter(name), storageClass = cassandra.storageClass} = ofClaims(name, items);
  return {datacenter, storageClass: storageClass ?? (clusterWide ? await defaultClass(client) : undefined)};
}

const ofCluster = (live: KubeObject | undefined): CassandraFacts | undefined =>
  live && {
    datacenter: live.spec.cassandra.datacenters[0].metadata.name,
    storageClass: live.spec.cassandra.storageConfig.cassandraDataVolumeClaimSpec.storageClassName,
  };

/** The datacenter and the class of the volumes that are there; of several datacenters that of the newest volume. */
export function ofClaims(name: string, claims: KubeObject[]): CassandraFacts {
  const newest = claims
    .filter(({metadata}) => !metadata.deletionTimestamp)
    .sort(byAge)
    .map((claim) => ({claim, datacenter: datacenterIn(name, claim.metadata.name)}))
    .findLast(({datacenter}) => datacenter);
  return newest ? {datacenter: newest.datacenter, storageClass: newest.claim.spec.storageClassName} : {};
}

/** cass-operator's name of a claim holds those of the cluster, the datacenter and the rack. */
const datacenterIn = (name: string, claim: string): string | undefined =>
  new RegExp(`^server-data-${name}-(.+)-default-sts-\\d+$`).exec(claim)?.[1];
