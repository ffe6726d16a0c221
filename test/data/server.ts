import {spawn} from "node:child_process";
import {createWriteStream, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {connect} from "node:net";
import {join} from "node:path";
import {waitFor} from "../../cluster/shell.ts";
import {restarted} from "./restarted.ts";

const USER = "10001";

/** A server of the stack as a plain process: in its image's files, a mount namespace of its own, on one loopback address. */
interface ServerSpec {
  name: string;
  root: string;
  /** Folder of the data, below the image's root; kept while the test run lasts. */
  data: string;
  /** Further files, path below the root → content. */
  files?: Record<string, string>;
  /** MiB of a small disk at /small, for what becomes of a full one. */
  smallDisk?: number;
  env: Record<string, string>;
  /** A shell script that ends in exec: signals reach the server itself. */
  script: string;
  address: string;
  port: number;
}

export interface Server {
  name: string;
  address: string;
  pidFile: string;
  /** While this file exists, a server that ended is not started again. */
  holdFile: string;
  stop(): Promise<void>;
}

/** Starts a server and starts it again whenever it ends; resolves when it listens. */
export async function startServer(spec: ServerSpec, state: string): Promise<Server> {
  const {name, address, port} = spec;
  const [pidFile, holdFile, dataDir, etc] = ["pid", "hold", "data", "etc"].map((kind) =>
    join(state, `${name}.${kind}`),
  ) as [string, string, string, string];
  for (const folder of [dataDir, etc]) mkdirSync(folder, {recursive: true});
  for (const [path, content] of Object.entries(spec.files ?? {})) writeFileSync(join(etc, path), content);
  const log = createWriteStream(join(state, `${name}.log`), {flags: "a"});
  const launch = () => {
    const mounts = [
      // Java looks for the mount that a file is on.
      `mount --bind ${spec.root} ${spec.root}`,
      `mount -t proc proc ${spec.root}/proc`,
      `mount --rbind /dev ${spec.root}/dev`,
      `mount -t tmpfs tmpfs ${spec.root}/tmp`,
      `mkdir -p ${spec.root}${spec.data} ${spec.root}/etc/test ${spec.root}/small`,
      `chown ${USER}:${USER} ${dataDir}`,
      `mount --bind ${dataDir} ${spec.root}${spec.data}`,
      `mount --bind ${etc} ${spec.root}/etc/test`,
      ...(spec.smallDisk
        ? [`mount -t tmpfs -o size=${spec.smallDisk}m,uid=${USER},gid=${USER} tmpfs ${spec.root}/small`]
        : []),
    ];
    const env = Object.entries(spec.env).map(([key, value]) => `${key}='${value}'`);
    // The server must not outlive a test run that was killed.
    const drop = `setpriv --reuid ${USER} --regid ${USER} --clear-groups --pdeathsig KILL`;
    const enter = `exec chroot ${spec.root} env -i ${env.join(" ")} ${drop} sh -c '${spec.script.replaceAll("'", `'\\''`)}'`;
    const child = spawn("unshare", ["--mount", "sh", "-ec", [...mounts, enter].join("\n")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(log, {end: false});
    child.stderr.pipe(log, {end: false});
    return child;
  };
  const program = restarted(launch, {pidFile, holdFile});
  await waitFor(`${name} on ${address}:${port}`, 300_000, () => listens(address, port), `see ${state}/${name}.log`);
  return {
    name,
    address,
    pidFile,
    holdFile,
    async stop() {
      await program.stop();
      rmSync(dataDir, {recursive: true, force: true});
    },
  };
}

export const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
