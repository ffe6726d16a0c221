import {spawnSync} from "node:child_process";
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync, renameSync} from "node:fs";
import {join} from "node:path";
import {cacheDir} from "./instance.ts";
import {kubernetesVersion, sourceOf} from "./kube-version.ts";
import {installPackages} from "./preflight.ts";
import {run, step} from "./shell.ts";

const source = join(import.meta.dirname, "kube");
const version = "k8s.io/component-base/version";
const [major, minor] = kubernetesVersion.split(".");
const ldflags = [
  "-s -w",
  `-X ${version}.gitVersion=v${kubernetesVersion}`,
  `-X ${version}.gitMajor=${major}`,
  `-X ${version}.gitMinor=${minor}`,
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
  const go = await goProgram();
  const work = `${dir}.${process.pid}`;
  mkdirSync(work, {recursive: true});
  await step("Kubernetes from Go modules (about 5 to 10 minutes, once)", async () => {
    const env = {...process.env, CGO_ENABLED: "0"};
    const cwd = await sourceOf(kubernetesVersion, source, go, join(work, "source"));
    const flags = ["build", "-trimpath", "-buildvcs=false", "-ldflags", ldflags, "-o"];
    await run(go, [...flags, join(work, "init"), "./init"], {cwd, env});
    await run(go, [...flags, join(work, "kube"), "."], {cwd, env});
    for (const program of PROGRAMS) await run("ln", ["-s", "kube", join(work, program)]);
  });
  if (!existsSync(dir)) renameSync(work, dir);
  return dir;
}

/** What the modules need at least; a Go from 1.21 on fetches a newer one by itself when it may. */
const GO_MINOR = 24;
const TOOLCHAIN = "v0.0.1-go1.26.8.linux-amd64";

/** A Go that is new enough: the machine's own, or the toolchain module, fetched by whatever Go Debian has. */
export async function goProgram(): Promise<string> {
  if (goMinor("go") >= GO_MINOR) return "go";
  await installPackages({"golang-go": "/usr/bin/go", "ca-certificates": "/etc/ssl/certs/ca-certificates.crt"});
  const old = goMinor("go") > 0 ? "go" : "/usr/bin/go";
  return step("Go toolchain", async () => {
    const {Dir: dir} = JSON.parse(await run(old, ["mod", "download", "-json", `golang.org/toolchain@${TOOLCHAIN}`]));
    // A module's files come without permission to run.
    await run("chmod", ["-R", "+x", join(dir, "bin"), join(dir, "pkg", "tool")]);
    return join(dir, "bin", "go");
  });
}

/** The minor version of a Go 1.x; 0 when there is none. */
function goMinor(program: string): number {
  const {stdout} = spawnSync(program, ["version"], {encoding: "utf8"});
  return Number(/go1\.(\d+)/.exec(stdout ?? "")?.[1] ?? 0);
}
