import {existsSync, mkdirSync, readFileSync, rmSync} from "node:fs";
import {dirname} from "node:path";
import {goPackages} from "../go.ts";
import {installPackages} from "../preflight.ts";
import {step} from "../shell.ts";
import {runTasks, type Task} from "../tasks.ts";
import {baseOf, baseTaskOf, baseTasks} from "./bases.ts";
import {buildah, buildContext} from "./buildah.ts";
import {archiveOf, type Image, images, imagesNamed, referenceOf, shortNameOf, stampOf} from "./catalog.ts";
import {digestOf} from "./digest.ts";
import {keep, restore, writeStamp} from "./kept.ts";
import {goTools} from "./programs.ts";
import {contextOf, stage} from "./stage.ts";

/** Builds the archives whose sources have changed, of all images or of those named, and returns the paths of all. */
export async function buildImages(names?: string[]): Promise<string[]> {
  await build(staleImages(names));
  return images.map(archiveOf);
}

/** Builds the archive of an image that is not among ours, if its sources have changed, and returns its path. */
export async function buildOther(image: Image): Promise<string> {
  await build([image].filter(isStale));
  return archiveOf(image);
}

async function build(stale: Image[]) {
  await installPackages(packagesFor(stale));
  await runTasks(imageTasks(stale));
}

/** The images, of all or of those named, whose archive has to be built: it is not there of these sources, nor kept from another checkout. */
export const staleImages = (names?: string[]): Image[] => (names ? imagesNamed(names) : images).filter(isStale);

function isStale(image: Image): boolean {
  const [archive, stamp, digest] = [archiveOf(image), stampOf(image), digestOf(image)];
  const built = existsSync(archive) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  return !built && !restore(image, digest);
}

/** The Debian packages that building these takes, each with a file of it. */
export function packagesFor(stale: Image[]): Record<string, string> {
  return {
    ...(stale.length > 0 && {buildah: "/usr/bin/buildah", mmdebstrap: "/usr/bin/mmdebstrap"}),
    ...(stale.some(({maven}) => maven) && {maven: "/usr/bin/mvn"}),
    ...(stale.some(({agent}) => agent) && {"default-jdk-headless": "/usr/bin/javac"}),
    ...(stale.some(({wheels, python}) => wheels || python) && {
      "python3-pip": "/usr/bin/pip3",
      unzip: "/usr/bin/unzip",
    }),
    ...(stale.some(({go}) => go) && goPackages()),
  };
}

/** Builds these and what they are built on, after the tasks named by `first`. */
export const imageTasks = (stale: Image[], first: string[] = []): Task[] => [
  ...baseTasks(stale, first),
  ...stale.flatMap((image) => tasksOf(image, first)),
];

/** The name of the task after which the archive of an image is there. */
export const imageTaskOf = (image: Image): string => `image ${shortNameOf(image)}`;

function tasksOf(image: Image, first: string[]): Task[] {
  const {go} = image;
  const programs = `programs of ${shortNameOf(image)}`;
  const sources = `sources of ${shortNameOf(image)}`;
  const compile: Task[] = go ? [{name: programs, after: first, lane: "compile", cost: 80, run: () => goTools(go)}] : [];
  return [
    ...compile,
    {
      name: sources,
      after: go ? [programs] : first,
      lane: "download",
      cost: image.maven || image.python ? 15 : 2,
      run: () => step(sources, () => stage(image)),
    },
    {
      name: imageTaskOf(image),
      after: [sources, baseTaskOf(image.base)],
      lane: "image",
      cost: 20,
      run: () => step(`image ${image.name}:${image.tag}`, () => buildArchive(image)),
    },
  ];
}

/** Builds the archive of an image whose sources are staged. */
async function buildArchive(image: Image) {
  const [reference, archive] = [referenceOf(image), archiveOf(image)];
  const digest = digestOf(image);
  await buildContext(contextOf(image), baseOf(image.base), reference);
  mkdirSync(dirname(archive), {recursive: true});
  rmSync(archive, {force: true});
  await buildah(["push", "--quiet", reference, `docker-archive:${archive}:${reference}`]);
  writeStamp(image, digest);
  keep(image, digest);
}

/** An image as a folder in the layout of OCI, from its archive. */
export async function ociLayout(image: Image, folder: string): Promise<void> {
  await buildah(["pull", "--quiet", `docker-archive:${archiveOf(image)}`]);
  await buildah(["push", "--quiet", referenceOf(image), `oci:${folder}:${referenceOf(image)}`]);
}
