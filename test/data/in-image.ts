import {type ChildProcess, spawn} from "node:child_process";
import {createWriteStream, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";

/** A program of an image with Python's packages, as a plain process in the files of its image. */
export interface InImage {
  root: string;
  /** A folder of the test's own, which the process has as /tmp and its home. */
  folder: string;
  env: Record<string, string>;
  /** Further folders: path in the image → folder. */
  mounts?: Record<string, string>;
  /** As a container of the operator's runs: without capabilities, as this user, its files read-only but for /tmp and the further folders. */
  confined?: {user: number};
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** The variables of a container of a plan, with the values of Secrets by their keys. */
export const variablesOf = (container: any, secrets: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    container.env.map(({name, value, valueFrom}: any) => [name, value ?? secrets[valueFrom.secretKeyRef.key] ?? "x"]),
  );

/** Starts a shell script, which ends in exec: signals reach the program itself. */
export function startIn(
  {root, folder, env, mounts = {}, confined}: InImage,
  script: string,
  log: string,
): ChildProcess {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, {recursive: true});
  const variables = {PATH: "/usr/local/bin:/usr/bin:/bin", PYTHONPATH: "/opt/python", HOME: "/tmp", ...env};
  const words = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
  const binds = Object.entries({...mounts, "/tmp": temporary}).map(
    ([path, from]) => `mkdir -p ${root}${path}; mount --bind ${from} ${root}${path}`,
  );
  const lines = [
    `mount --bind ${root} ${root}`,
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    ...binds,
    ...(confined ? [`chown ${confined.user} ${temporary}`, `mount -o remount,ro,bind ${root}`] : []),
    // It must not outlive a test run that was killed.
    `exec chroot ${root} env -i ${words.join(" ")} setpriv --pdeathsig KILL ${dropped(confined)} sh -ec ${quoted(script)}`,
  ];
  const child = spawn("unshare", ["--mount", "sh", "-ec", lines.join("\n")], {stdio: ["ignore", "pipe", "pipe"]});
  const file = createWriteStream(log, {flags: "a"});
  child.stdout!.pipe(file, {end: false});
  child.stderr!.pipe(file, {end: false});
  return child;
}

const dropped = (confined: InImage["confined"]): string =>
  confined
    ? `--reuid ${confined.user} --regid ${confined.user} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all`
    : "";

/** Runs a script to its end, and returns what it said; rejects with that if it fails. */
export async function runIn(program: InImage, script: string): Promise<string> {
  mkdirSync(program.folder, {recursive: true});
  const log = join(program.folder, "run.log");
  writeFileSync(log, "");
  const child = startIn(program, script, log);
  const code = await new Promise((resolve) => child.once("close", resolve));
  const said = readFileSync(log, "utf8");
  if (code !== 0) throw new Error(said.slice(-4_000));
  return said;
}
