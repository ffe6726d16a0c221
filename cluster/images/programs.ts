import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {makeWhole} from "../files.ts";
import {goBuildArgs, goEnv, goProgram} from "../go.ts";
import {cacheDir, repository} from "../instance.ts";
import {run, step} from "../shell.ts";

/**
 * Builds the programs that a Go module names as tools, once for all checkouts, and returns the folder that holds them. Those of images are in
 * the module of Kubernetes because the two have most packages in common, and one version of each is compiled once.
 */
export function goTools(module: string): Promise<string> {
  const folder = join(repository, module);
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(folder, file)));
  const dir = join(cacheDir, `tools-${hash.digest("hex").slice(0, 12)}`);
  return makeWhole(dir, async (out) => {
    const go = await goProgram();
    // Politely: a pipeline that starts meanwhile does not wait for them.
    await step(`programs of ${module} from Go modules (once)`, () =>
      run("nice", ["-n", "10", go, ...goBuildArgs([], out, "tool")], {cwd: folder, env: goEnv()}),
    );
  });
}
