import {openInstance} from "../../cluster/instance.ts";
import {start, stop} from "../../cluster/lifecycle.ts";

/** The cluster that the test run starts for itself. */
export const instance = await openInstance("test");

/** Path of its kubeconfig. */
export const kubeconfig = instance.path("kubeconfig");

/** vitest's global set-up: one embedded cluster for the whole run, removed with its data afterwards. */
export default async function setup() {
  await stop(instance);
  await start(instance);
  return async () => stop(instance, {purge: true});
}
