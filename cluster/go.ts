import {spawnSync} from "node:child_process";
import {join} from "node:path";
import {installPackages} from "./preflight.ts";
import {run, step} from "./shell.ts";

/** What the modules need at least; a Go from 1.21 on fetches a newer one by itself when it may. */
const GO_MINOR = 24;
const TOOLCHAIN = "v0.0.1-go1.26.8.linux-amd64";

/** The Debian packages without which there is no Go at all, each with a file of it. */
export const goPackages = (): Record<string, string> =>
  goMinor("go") >= GO_MINOR
    ? {}
    : {"golang-go": "/usr/bin/go", "ca-certificates": "/etc/ssl/certs/ca-certificates.crt"};

/** A Go that is new enough: the machine's own, or the toolchain module, fetched by whatever Go Debian has. */
export async function goProgram(): Promise<string> {
  if (goMinor("go") >= GO_MINOR) return "go";
  await installPackages(goPackages());
  const old = goMinor("go") > 0 ? "go" : "/usr/bin/go";
  return step("Go toolchain", async () => {
    const {Dir: dir} = JSON.parse(await run(old, ["mod", "download", "-json", `golang.org/toolchain@${TOOLCHAIN}`]));
    // A module's files come without permission to run.
    await run("chmod", ["-R", "+x", join(dir, "bin"), join(dir, "pkg", "tool")]);
    return join(dir, "bin", "go");
  });
}

/**
 * The arguments of every build here: alike, so that a package that two programs share is compiled once. No program is debugged, so the
 * compiler writes nothing for a debugger; linked in, that would be dropped anyway (-s -w).
 */
export const goBuildArgs = (ldflags: string[], into: string, ...packages: string[]): string[] =>
  ["build", "-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"].concat([
    "-ldflags",
    ["-s -w", ...ldflags].join(" "),
    "-o",
    into,
    ...packages,
  ]);

/** Programs that stand alone: pods run them on an image without a C library. */
export const goEnv = (): NodeJS.ProcessEnv => ({...process.env, CGO_ENABLED: "0"});

/** The minor version of a Go 1.x; 0 when there is none. */
function goMinor(program: string): number {
  const {stdout} = spawnSync(program, ["version"], {encoding: "utf8"});
  return Number(/go1\.(\d+)/.exec(stdout ?? "")?.[1] ?? 0);
}
