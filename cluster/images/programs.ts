import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync, renameSync} from "node:fs";
import {basename, join} from "node:path";
import {goProgram} from "../binary.ts";
import {cacheDir} from "../instance.ts";
import {run, step} from "../shell.ts";

/** Builds the programs that a folder's go.mod names as tools, once for all checkouts, and returns the folder that holds them. */
export async function goTools(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(folder, file)));
  const dir = join(cacheDir, `${basename(folder)}-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(dir)) return dir;
  const go = await goProgram();
  const work = `${dir}.${process.pid}`;
  mkdirSync(work, {recursive: true});
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
  await step(`programs of ${basename(folder)} from Go modules (about 4 minutes, once)`, () =>
    run(go, ["build", ...flags, "-o", work, "tool"], {cwd: folder, env: {...process.env, CGO_ENABLED: "0"}}),
  );
  if (!existsSync(dir)) renameSync(work, dir);
  return dir;
}
