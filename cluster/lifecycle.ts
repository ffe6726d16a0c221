import {spawn} from "node:child_process";
import {existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync} from "node:fs";
import {availableParallelism} from "node:os";
import {dirname, join} from "node:path";
import {binDir, build} from "./binary.ts";
import {type Instance, keeperPid, network} from "./instance.ts";
import {loadPause} from "./load.ts";
import {bootstrapObjects, configFiles} from "./node-config.ts";
import {makePki} from "./pki.ts";
import {preflight} from "./preflight.ts";
import {run, step, waitFor} from "./shell.ts";

export const kubectl = (instance: Instance, args: string[], input?: string): Promise<string> =>
  run(
    join(binDir(), "kubectl"),
    ["--kubeconfig", instance.path("kubeconfig"), ...args],
    input === undefined ? {} : {input},
  );

/** Starts the instance, or does what is left to do when it already runs. */
export async function start(instance: Instance): Promise<void> {
  await preflight();
  await build();
  const logs = `see ${instance.path("logs")}`;
  if (!keeperPid(instance)) {
    await makePki(instance);
    writeFiles(instance);
    const log = openSync(instance.path("logs", "keeper.log"), "a");
    const keeper = join(import.meta.dirname, "keeper.ts");
    spawn(process.execPath, [keeper, instance.name], {detached: true, stdio: ["ignore", log, log]}).unref();
  }
  await step("control plane answers", () =>
    waitFor(
      "the API server",
      120_000,
      async () => (await kubectl(instance, ["get", "--raw", "/readyz"])) === "ok",
      logs,
    ),
  );
  // kube-system is made a moment after the API server says that it is ready.
  await waitFor(
    "the first objects",
    60_000,
    () =>
      kubectl(
        instance,
        ["apply", "--server-side", "--force-conflicts", "-f", "-"],
        JSON.stringify({apiVersion: "v1", kind: "List", items: bootstrapObjects}),
      ),
    logs,
  );
  if (instance.scope === "cluster") await nodeReady(instance, logs);
  await waitFor(
    "the default service account",
    60_000,
    () => kubectl(instance, ["get", "serviceaccount", "default", "-o", "name"]),
    logs,
  );
}

async function nodeReady(instance: Instance, logs: string) {
  await loadPause(instance);
  await step("node is ready", () =>
    waitFor(
      "the node",
      120_000,
      async () =>
        (await kubectl(instance, [
          "get",
          "node",
          network.nodeName,
          "-o",
          'jsonpath={.status.conditions[?(@.type=="Ready")].status}',
        ])) === "True",
      logs,
    ),
  );
}

function writeFiles(instance: Instance) {
  for (const folder of ["logs/pods", "volumes", "kubelet", "etcd"]) mkdirSync(instance.path(folder), {recursive: true});
  mkdirSync(instance.runDir, {recursive: true});
  for (const [file, text] of Object.entries(configFiles(instance))) {
    mkdirSync(dirname(instance.path(file)), {recursive: true});
    writeFileSync(instance.path(file), text);
  }
  for (const root of cgroupRoots()) {
    const cgroup = join(root, instance.cgroup);
    mkdirSync(cgroup, {recursive: true});
    // As on a node of its own: all pods together weigh as much as its cores, not as one busy process.
    for (const [file, share] of [
      ["cpu.shares", 1_024],
      ["cpu.weight", 100],
    ] as const)
      if (existsSync(join(cgroup, file))) writeFileSync(join(cgroup, file), String(share * availableParallelism()));
  }
}

/** Ends the instance; what it stored stays unless `purge`. Works on a half-started one as well. */
export async function stop(instance: Instance, {purge = false} = {}): Promise<void> {
  const pid = keeperPid(instance);
  if (pid) {
    process.kill(pid, "SIGTERM");
    await step("cluster stopped", () => waitFor("stopping", 40_000, async () => !keeperPid(instance)));
  }
  for (const root of cgroupRoots()) removeCgroup(join(root, instance.cgroup));
  rmSync(instance.runDir, {recursive: true, force: true});
  if (purge) rmSync(instance.dir, {recursive: true, force: true});
}

/** One root on the unified hierarchy, one a controller on the old one. */
function cgroupRoots(): string[] {
  const base = "/sys/fs/cgroup";
  if (existsSync(join(base, "cgroup.controllers"))) return [base];
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , type]) => type === "cgroup")
    .map(([, path]) => path!);
}

function removeCgroup(path: string) {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, {withFileTypes: true})) {
    if (entry.isDirectory()) removeCgroup(join(path, entry.name));
  }
  try {
    rmdirSync(path);
  } catch {
    // A process that is just ending still sits in it; an empty cgroup costs nothing and the next stop removes it.
  }
}
