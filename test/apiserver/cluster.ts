import {openInstance} from "../../cluster/instance.ts";
import {start, stop} from "../../cluster/lifecycle.ts";

/** A control plane of its own: a real apiserver, etcd and controller-manager, no node. */
export const instance = await openInstance("api", "control-plane");

/** Path of its kubeconfig. */
export const kubeconfig = instance.path("kubeconfig");

export default async function setup() {
  await stop(instance);
  await start(instance);
  return async () => stop(instance, {purge: true});
}
