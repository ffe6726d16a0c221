import {openInstance} from "../../cluster/instance.ts";
import {kubernetesVersion} from "../../cluster/kube-version.ts";
import {kubectl, start, stop} from "../../cluster/lifecycle.ts";

/** A control plane of its own: a real apiserver, etcd and controller-manager, no node. */
export const instance = await openInstance("api", "control-plane");

/** Path of its kubeconfig. */
export const kubeconfig = instance.path("kubeconfig");

export default async function setup() {
  await stop(instance);
  await start(instance);
  // `make compatibility` says of which version its tests are.
  const {serverVersion} = JSON.parse(await kubectl(instance, ["version", "-o", "json"]));
  if (serverVersion.gitVersion !== `v${kubernetesVersion}`) {
    throw new Error(`the API server is ${serverVersion.gitVersion}, wanted v${kubernetesVersion}`);
  }
  console.log(`API server: Kubernetes ${serverVersion.gitVersion}`);
  return async () => stop(instance, {purge: true});
}
