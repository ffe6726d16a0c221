import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {makeWhole} from "./files.ts";
import {goBuildArgs, goEnv, goProgram} from "./go.ts";
import {cacheDir} from "./instance.ts";
import {kubernetesVersion, sourceOf} from "./kube-version.ts";
import {run, step} from "./shell.ts";

const source = join(import.meta.dirname, "kube");
const version = "k8s.io/component-base/version";
const [major, minor] = kubernetesVersion.split(".");
const ldflags = [
  `-X ${version}.gitVersion=v${kubernetesVersion}`,
  `-X ${version}.gitMajor=${major}`,
  `-X ${version}.gitMinor=${minor}`,
  `-X ${version}.gitTreeState=clean`,
  `-X ${version}.gitCommit=embedded`,
  `-X ${version}.buildDate=2026-01-01T00:00:00Z`,
];

const PROGRAMS = [
  "etcd",
  "coredns",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
  "kubelet",
  "kubectl",
];

/** Folder of the built programs, keyed by their sources; only the first `make up` of a version pays for the build. */
export function binDir(): string {
  const hash = createHash("sha256").update(ldflags.join(" "));
  for (const file of ["go.mod", "go.sum", "main.go", "init/main.go"]) hash.update(readFileSync(join(source, file)));
  return join(cacheDir, `kube-${hash.digest("hex").slice(0, 12)}`);
}

/** Builds the Kubernetes binary and init unless the cache has them. */
export function build(): Promise<string> {
  return makeWhole(binDir(), async (out, work) => {
    const go = await goProgram();
    await step("Kubernetes from Go modules (once)", async () => {
      const cwd = await sourceOf(kubernetesVersion, source, go, join(work, "source"));
      const env = goEnv();
      await run(go, goBuildArgs(ldflags, join(out, "init"), "./init"), {cwd, env});
      await run(go, goBuildArgs(ldflags, join(out, "kube"), "."), {cwd, env});
      for (const program of PROGRAMS) await run("ln", ["-s", "kube", join(out, program)]);
    });
  });
}
