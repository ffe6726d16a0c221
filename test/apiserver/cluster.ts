import {keeperPid} from "../../cluster/instance.ts";
import {kubernetesVersion} from "../../cluster/kube-version.ts";
import {kubectl, start} from "../../cluster/lifecycle.ts";
import {controlPlane} from "./setup.ts";

/**
 * The control plane of this worker of vitest, which runs one file after another: whatever a file removes or changes in it, no other file is
 * beside it.
 */
export const instance = await controlPlane(Number(process.env.VITEST_POOL_ID));

/** Path of its kubeconfig. */
export const kubeconfig = instance.path("kubeconfig");

if (!keeperPid(instance)) {
  await start(instance);
  // `make compatibility` says of which version its tests are.
  const {serverVersion} = JSON.parse(await kubectl(instance, ["version", "-o", "json"]));
  if (serverVersion.gitVersion !== `v${kubernetesVersion}`) {
    throw new Error(`the API server is ${serverVersion.gitVersion}, wanted v${kubernetesVersion}`);
  }
  console.log(`API server: Kubernetes ${serverVersion.gitVersion}`);
}
