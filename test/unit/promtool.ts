import {existsSync, mkdirSync, readdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {cacheDir} from "../../cluster/instance.ts";
import {run} from "../../cluster/shell.ts";

/** Prometheus' own rule checker: the machine's, or the one out of Debian's package, which is not installed for it. */
export async function promtool(): Promise<string> {
  if (existsSync("/usr/bin/promtool")) return "/usr/bin/promtool";
  const folder = join(cacheDir, "promtool");
  const program = join(folder, "usr", "bin", "promtool");
  if (existsSync(program)) return program;
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});
  // As user _apt, the download could not write here.
  const download = ["-o", "APT::Sandbox::User=root", "download", "prometheus"];
  await run("apt-get", download, {cwd: folder}).catch(async () => {
    await run("apt-get", ["update", "-q"]);
    await run("apt-get", download, {cwd: folder});
  });
  const [archive] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
  await run("dpkg-deb", ["--extract", join(folder, archive!), folder]);
  return program;
}
