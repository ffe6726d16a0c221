import {rmSync} from "node:fs";
import {join} from "node:path";
import {run} from "../shell.ts";
import {buildDir} from "./catalog.ts";

/** Images are kept below the checkout, so that two of them never meet. */
export const buildah = (args: string[]) =>
  run("buildah", [
    "--root",
    join(buildDir, "storage"),
    "--runroot",
    join(buildDir, "run"),
    "--storage-driver",
    "overlay",
    ...args,
  ]);

/** Builds an image from a staged folder, on another image, and removes the folder. */
export async function buildContext(context: string, base: string, reference: string) {
  // Docker's format would carry the name of the container that built it: no two builds would be the same.
  await buildah(
    ["build", "--quiet", "--isolation", "chroot", "--network", "host", "--pull-never", "--format", "oci"].concat([
      "--timestamp",
      "0",
      "--build-arg",
      `BASE=${base}`,
      "-t",
      reference,
      context,
    ]),
  );
  rmSync(context, {recursive: true, force: true});
}
