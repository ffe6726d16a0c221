import type {KubeObject} from "../../operator/runtime/types.ts";

/** Rules of Strimzi 1.2.0 that its stand-in answers by. */

const votes = ({spec}: KubeObject): boolean => spec.roles.includes("controller");

/** The pools with that of the voters first: the stand-in's only voter is node 0. */
export const inOrder = (pools: KubeObject[]): KubeObject[] =>
  [...pools].sort((a, b) => Number(votes(b)) - Number(votes(a)) || (a.metadata.name < b.metadata.name ? -1 : 1));

/** The ids of each pool's nodes, by its name. Ids are the cluster's: a pool keeps those of its status and grows by the lowest that are free. */
export function nodeIds(pools: KubeObject[]): Record<string, number[]> {
  const used = new Set<number>(pools.flatMap(({status}) => status?.nodeIds ?? []));
  const next = (): number => {
    let id = 0;
    while (used.has(id)) id += 1;
    used.add(id);
    return id;
  };
  return Object.fromEntries(
    inOrder(pools).map(({metadata, spec, status}) => {
      const ids: number[] = (status?.nodeIds ?? []).slice(0, spec.replicas);
      while (ids.length < spec.replicas) ids.push(next());
      return [metadata.name, ids];
    }),
  );
}

/** What cannot be done with these pools, "" if nothing. */
export function poolsRefused(pools: KubeObject[]): string {
  for (const pool of pools) {
    const {metadata, spec, status} = pool;
    const made: number | undefined = status?.nodeIds?.length;
    if (votes(pool) && made && made !== spec.replicas)
      return `KafkaNodePool ${metadata.name}: scaling a node pool with the controller role, from ${made} to ${spec.replicas}`;
    if (spec.storage.type !== "jbod" || spec.storage.volumes.length !== 1)
      return "storage other than jbod with one volume";
  }
  // A StatefulSet numbers its pods without gaps.
  const gap = Object.entries(nodeIds(pools)).find(([, ids]) => ids.some((id, at) => id !== ids[0]! + at));
  return gap ? `KafkaNodePool ${gap[0]}: node ids ${gap[1].join(", ")}, which have gaps` : "";
}

/** Why a live topic's spec.replicas is refused, as without Cruise Control; "" if it is what the topic has. */
export function replicasRefused(
  wanted: number | undefined,
  partitions: {partitionId: number; replicas: number[]}[],
): string {
  if (wanted === undefined) return "";
  const others = partitions.filter(({replicas}) => replicas.length !== wanted).map(({partitionId}) => partitionId);
  if (others.length === 0) return "";
  const list = others.sort((a, b) => a - b).join(", ");
  return `Replication factor change not supported, but required for partitions [${list}]`;
}
