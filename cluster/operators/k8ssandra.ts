import {type ControllerOptions, ownerKeys, startController} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {clusterOf, reconcileK8ssandra} from "./cassandra.ts";
import {type DatacenterOptions, datacenterReconciler, WATCHED, watchersOf} from "./datacenter.ts";
import {kinds} from "./kit.ts";

/** K8ssandra's two operators: that of clusters, and cass-operator beneath it. */
export async function startK8ssandra(
  base: Pick<ControllerOptions, "client" | "log" | "signal">,
  options: DatacenterOptions,
): Promise<void> {
  const reconcileDatacenter = datacenterReconciler(options);
  const labelSelector = "cassandra.datastax.com/cluster";
  await Promise.all([
    startController({
      ...base,
      name: "k8ssandra",
      kind: kinds.k8ssandra,
      watches: [{type: kinds.datacenter, map: clusterOf}],
      reconcile: (key, cache) => reconcileK8ssandra(base.client, key, cache),
    }),
    startController({
      ...base,
      name: "cassandra",
      kind: kinds.datacenter,
      watches: [
        {type: builtin.statefulSet, labelSelector, map: (set) => ownerKeys(set, kinds.datacenter)},
        {type: builtin.pod, labelSelector, map: () => []},
        {type: builtin.secret, labelSelector: `${WATCHED}=true`, map: watchersOf},
      ],
      reconcile: (key, cache) => reconcileDatacenter(base.client, key, cache),
    }),
  ]);
}
