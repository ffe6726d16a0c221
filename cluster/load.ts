import {createHash} from "node:crypto";
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {basename, join} from "node:path";
import {binDir} from "./binary.ts";
import type {Instance} from "./instance.ts";
import {SANDBOX_IMAGE} from "./node-config.ts";
import {run, step, waitFor} from "./shell.ts";

const ctr = (instance: Instance, args: string[]) =>
  run("ctr", ["--address", instance.run("containerd.sock"), "--namespace", "k8s.io", ...args]);

/** Imports docker archives into the node. */
export async function load(instance: Instance, archives: string[]): Promise<void> {
  for (const archive of archives) await loadOne(instance, archive);
}

/** Imports a docker archive into the node; one that is there already costs nothing. */
export async function loadOne(instance: Instance, archive: string): Promise<void> {
  mkdirSync(instance.path("loaded"), {recursive: true});
  const {size, mtimeMs} = statSync(archive);
  const marker = instance.path("loaded", basename(archive));
  const stamp = `${size} ${mtimeMs}`;
  if (existsSync(marker) && readFileSync(marker, "utf8") === stamp) return;
  await step(`image ${basename(archive, ".tar")} loaded`, () => ctr(instance, ["images", "import", archive]));
  writeFileSync(marker, stamp);
}

/** Makes and loads the sandbox image: the static init program and nothing else. */
export async function loadPause(instance: Instance): Promise<void> {
  await waitFor("containerd", 30_000, () => ctr(instance, ["version"]));
  if ((await ctr(instance, ["images", "list", "-q"])).split("\n").includes(SANDBOX_IMAGE)) return;
  const dir = mkdtempSync(join(tmpdir(), "pause-"));
  try {
    copyFileSync(join(binDir(), "init"), join(dir, "pause"));
    await run("tar", ["--owner=0", "--group=0", "-C", dir, "-cf", join(dir, "layer.tar"), "pause"]);
    const layer = createHash("sha256")
      .update(readFileSync(join(dir, "layer.tar")))
      .digest("hex");
    const config = {
      architecture: "amd64",
      os: "linux",
      config: {Entrypoint: ["/pause"], User: "65535:65535"},
      rootfs: {type: "layers", diff_ids: [`sha256:${layer}`]},
    };
    writeFileSync(join(dir, "config.json"), JSON.stringify(config));
    const manifest = [
      {Config: "config.json", RepoTags: [SANDBOX_IMAGE.replace("docker.io/", "")], Layers: ["layer.tar"]},
    ];
    writeFileSync(join(dir, "manifest.json"), JSON.stringify(manifest));
    await run("tar", ["-C", dir, "-cf", join(dir, "pause.tar"), "manifest.json", "config.json", "layer.tar"]);
    await ctr(instance, ["images", "import", join(dir, "pause.tar")]);
  } finally {
    rmSync(dir, {recursive: true, force: true});
  }
}
