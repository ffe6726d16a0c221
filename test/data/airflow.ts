import {type ChildProcess, spawn} from "node:child_process";
import {createWriteStream, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";

/** Airflow as a plain process, in the files of its image. */
export interface InAirflow {
  root: string;
  /** A folder of the test's own, which the process has as /tmp. */
  folder: string;
  env: Record<string, string>;
  /** Further folders: path in the image → folder. */
  mounts?: Record<string, string>;
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** The variables of a container of a plan, with the values of Secrets by their keys. */
export const variablesOf = (container: any, secrets: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    container.env.map(({name, value, valueFrom}: any) => [name, value ?? secrets[valueFrom.secretKeyRef.key] ?? "x"]),
  );

export function startAirflow({root, folder, env, mounts = {}}: InAirflow, script: string, log: string): ChildProcess {
  mkdirSync(join(folder, "tmp"), {recursive: true});
  const variables = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    PYTHONPATH: "/opt/python",
    AIRFLOW_HOME: "/tmp",
    HOME: "/tmp",
    ...env,
  };
  const words = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
  const binds = Object.entries({...mounts, "/tmp": join(folder, "tmp")}).map(
    ([path, from]) => `mkdir -p ${root}${path}; mount --bind ${from} ${root}${path}`,
  );
  const lines = [
    `mount --bind ${root} ${root}`,
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    ...binds,
    // It must not outlive a test run that was killed.
    `exec chroot ${root} env -i ${words.join(" ")} setpriv --pdeathsig KILL sh -ec ${quoted(script)}`,
  ];
  const child = spawn("unshare", ["--mount", "sh", "-ec", lines.join("\n")], {stdio: ["ignore", "pipe", "pipe"]});
  const file = createWriteStream(log, {flags: "a"});
  child.stdout!.pipe(file, {end: false});
  child.stderr!.pipe(file, {end: false});
  return child;
}

/** Runs a script to its end, and returns what it said; rejects with that if it fails. */
export async function runAirflow(airflow: InAirflow, script: string): Promise<string> {
  mkdirSync(airflow.folder, {recursive: true});
  const log = join(airflow.folder, "run.log");
  writeFileSync(log, "");
  const child = startAirflow(airflow, script, log);
  const code = await new Promise((resolve) => child.once("close", resolve));
  const said = readFileSync(log, "utf8");
  if (code !== 0) throw new Error(said.slice(-4_000));
  return said;
}
