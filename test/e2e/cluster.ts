import {existsSync, writeFileSync} from "node:fs";
import {openInstance} from "../../cluster/instance.ts";
import {stop} from "../../cluster/lifecycle.ts";
import {platform} from "../../cluster/up.ts";

/** The cluster that the test run starts for itself. */
export const instance = await openInstance("test");

/** Path of its kubeconfig. */
export const kubeconfig = instance.path("kubeconfig");

/** The cluster with the platform on it; only the first file of a run has to wait for that. */
export async function startCluster(): Promise<void> {
  const started = instance.path("platform-is-there");
  if (existsSync(started)) return;
  await platform(instance);
  writeFileSync(started, "");
}

/**
 * vitest's global set-up: one embedded cluster for the whole run, removed with its data afterwards. The first file starts it (`startCluster`):
 * vitest sets all projects up before it runs the first, and an idle cluster would slow the others down.
 */
export default async function setup() {
  // A run that was killed may have left one behind.
  await stop(instance, {purge: true});
  return async () => stop(instance, {purge: true});
}
