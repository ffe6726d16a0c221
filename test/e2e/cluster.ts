import {existsSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {writeFirst, writeWhole} from "../../cluster/files.ts";
import {openInstance} from "../../cluster/instance.ts";
import {stop} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {platform} from "../../cluster/up.ts";

/** The cluster that the test run starts for itself. */
export const instance = await openInstance("test");

/** Path of its kubeconfig. */
export const kubeconfig = instance.path("kubeconfig");

/** The cluster with the platform on it: the first file of a run starts it, those beside it wait, and later ones find it. */
export async function startCluster(): Promise<void> {
  const [begun, ended] = [instance.path("platform-begun"), instance.path("platform-ended")];
  if (writeFirst(begun, "")) {
    const error = await platform(instance).then(
      () => "",
      ({message}: Error) => message,
    );
    writeWhole(ended, error);
  }
  await waitFor("the platform", 1_700_000, async () => existsSync(ended));
  const error = await readFile(ended, "utf8");
  if (error) throw new Error(error);
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
