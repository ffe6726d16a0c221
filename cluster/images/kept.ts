import {copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync} from "node:fs";
import {dirname, join} from "node:path";
import {writeWhole} from "../files.ts";
import {cacheDir} from "../instance.ts";
import {archiveOf, type Image, shortNameOf, stampOf} from "./catalog.ts";

/**
 * Archives of images by the hash of their sources, for all checkouts of one user: what a branch or a second clone has in common with the first
 * is not built again.
 */
const folder = join(cacheDir, "images");
/** Of each image, the last that were built: for switching between branches. */
const KEPT = 3;

const fileOf = (image: Image, digest: string) => join(folder, `${shortNameOf(image)}-${digest.slice(0, 16)}.tar`);

/** Puts the archive of these sources in its place; false when there is none. */
export function restore(image: Image, digest: string): boolean {
  const kept = fileOf(image, digest);
  if (!existsSync(kept)) return false;
  mkdirSync(dirname(archiveOf(image)), {recursive: true});
  place(kept, archiveOf(image));
  writeStamp(image, digest);
  return true;
}

/** Keeps the archive that has just been built, and the newest others of its image. */
export function keep(image: Image, digest: string): void {
  mkdirSync(folder, {recursive: true});
  place(archiveOf(image), fileOf(image, digest));
  const all = readdirSync(folder)
    .filter((name) => new RegExp(`^${shortNameOf(image)}-[0-9a-f]{16}\\.tar$`).test(name))
    .map((name) => ({
      path: join(folder, name),
      built: statSync(join(folder, name), {throwIfNoEntry: false})?.mtimeMs ?? 0,
    }))
    .sort((a, b) => b.built - a.built);
  for (const {path} of all.slice(KEPT)) rmSync(path, {force: true});
}

export function writeStamp(image: Image, digest: string): void {
  writeWhole(stampOf(image), digest);
}

/** One file under two names where the file system allows; no name ever shows a part of it. */
function place(from: string, to: string): void {
  const part = `${to}.${process.pid}`;
  rmSync(part, {force: true});
  try {
    linkSync(from, part);
  } catch {
    copyFileSync(from, part);
  }
  renameSync(part, to);
}
