import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {stringify} from "yaml";
import {makeWhole} from "../../cluster/files.ts";
import {cacheDir} from "../../cluster/instance.ts";
import {APT} from "../../cluster/preflight.ts";
import {run} from "../../cluster/shell.ts";

/** Prometheus' own rule checker: the machine's, or the one out of Debian's package, which is not installed for it. */
export async function promtool(): Promise<string> {
  if (existsSync("/usr/bin/promtool")) return "/usr/bin/promtool";
  const folder = await makeWhole(join(cacheDir, "promtool"), async (out, work) => {
    // As user _apt, the download could not write here.
    const download = [...APT, "-o", "APT::Sandbox::User=root", "download", "prometheus"];
    await run("apt-get", download, {cwd: work}).catch(async () => {
      await run("apt-get", [...APT, "update", "-q"]);
      await run("apt-get", download, {cwd: work});
    });
    const [archive] = readdirSync(work).filter((name) => name.endsWith(".deb"));
    await run("dpkg-deb", ["--extract", join(work, archive!), out]);
  });
  return join(folder, "usr", "bin", "promtool");
}

/** Has promtool check the rules and run tests of them, by the time between two evaluations; fails with its words. */
export async function promtoolAgrees(groups: object[], tests: Record<string, object[]>) {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  const write = (file: string, content: object) => writeFileSync(join(folder, file), stringify(content));
  try {
    write("rules.yaml", {groups});
    for (const [evaluation_interval, some] of Object.entries(tests))
      write(`${evaluation_interval}.yaml`, {rule_files: ["rules.yaml"], evaluation_interval, tests: some});
    const program = await promtool();
    await run(program, ["check", "rules", "rules.yaml"], {cwd: folder});
    await run(program, ["test", "rules", ...Object.keys(tests).map((name) => `${name}.yaml`)], {cwd: folder});
  } finally {
    rmSync(folder, {recursive: true});
  }
}
