import {chmodSync, mkdirSync, readdirSync, readFileSync, rmSync} from "node:fs";
import {join} from "node:path";
import {makeWhole} from "../../cluster/files.ts";
import {buildImages} from "../../cluster/images/build.ts";
import {archiveOf, buildDir, imagesNamed} from "../../cluster/images/catalog.ts";
import {run} from "../../cluster/shell.ts";

const folder = join(buildDir, "rootfs");

/** Folders with the files of images, unpacked once for each build of them: a server then starts as a plain process. */
export async function rootfsOf(names: string[]): Promise<string[]> {
  await buildImages(names);
  mkdirSync(folder, {recursive: true});
  return Promise.all(names.map(unpack));
}

async function unpack(name: string): Promise<string> {
  const [image] = imagesNamed([name]);
  if (!image) throw new Error(`no image ${name}`);
  const digest = readFileSync(`${archiveOf(image)}.sha256`, "utf8").slice(0, 12);
  const current = `${name}-${digest}`;
  return makeWhole(join(folder, current), async (out, work) => {
    for (const old of readdirSync(folder).filter((entry) => entry.startsWith(`${name}-`) && !entry.startsWith(current)))
      rmSync(join(folder, old), {recursive: true, force: true});
    const layers = join(work, "layers");
    mkdirSync(layers);
    await run("tar", ["-xf", archiveOf(image), "-C", layers]);
    const [manifest] = JSON.parse(readFileSync(join(layers, "manifest.json"), "utf8"));
    for (const layer of manifest.Layers) {
      await run("tar", ["-xf", join(layers, layer), "-C", out, "--exclude=dev/*"]);
      // What a layer removed is of no use to a server, so it may stay.
    }
    chmodSync(out, 0o755);
  });
}
