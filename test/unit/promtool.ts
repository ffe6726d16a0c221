import {existsSync, readdirSync} from "node:fs";
import {join} from "node:path";
import {makeWhole} from "../../cluster/files.ts";
import {cacheDir} from "../../cluster/instance.ts";
import {run} from "../../cluster/shell.ts";

/** Prometheus' own rule checker: the machine's, or the one out of Debian's package, which is not installed for it. */
export async function promtool(): Promise<string> {
  if (existsSync("/usr/bin/promtool")) return "/usr/bin/promtool";
  const folder = await makeWhole(join(cacheDir, "promtool"), async (out, work) => {
    // As user _apt, the download could not write here.
    const download = ["-o", "APT::Sandbox::User=root", "download", "prometheus"];
    await run("apt-get", download, {cwd: work}).catch(async () => {
      await run("apt-get", ["-o", "DPkg::Lock::Timeout=120", "update", "-q"]);
      await run("apt-get", download, {cwd: work});
    });
    const [archive] = readdirSync(work).filter((name) => name.endsWith(".deb"));
    await run("dpkg-deb", ["--extract", join(work, archive!), out]);
  });
  return join(folder, "usr", "bin", "promtool");
}
