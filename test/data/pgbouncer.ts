import {type ChildProcess, spawn} from "node:child_process";
import {chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {makeWhole} from "../../cluster/files.ts";
import {cacheDir} from "../../cluster/instance.ts";
import {APT} from "../../cluster/preflight.ts";
import {run, waitFor} from "../../cluster/shell.ts";
import {listens} from "./server.ts";

/** Debian's PgBouncer and the libraries that this machine lacks, unpacked once; installed, it would start by itself. */
const pgbouncerFiles = (): Promise<string> =>
  makeWhole(join(cacheDir, "pgbouncer"), async (out, work) => {
    const archives = join(work, "archives");
    mkdirSync(join(archives, "partial"), {recursive: true});
    await run("apt-get", [...APT, "update", "-q"]);
    const options = ["-o", `Dir::Cache::archives=${archives}`, "-o", "APT::Sandbox::User=root", "-y", "-q"];
    await run("apt-get", [...APT, ...options, "install", "--download-only", "--no-install-recommends", "pgbouncer"]);
    for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb")))
      await run("dpkg-deb", ["-x", join(archives, file), out]);
  });

interface PgBouncer {
  /** Ends it as a crash would, and starts it again. */
  bounce(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A real PgBouncer in transaction mode before the server at `to`, with its defaults otherwise: it takes no start-up parameter that it does
 * not know. Of its two connections each transaction gets another.
 */
export async function startPgbouncer(
  at: {host: string; port: number},
  to: {host: string; port: number},
  login: {user: string; password: string},
): Promise<PgBouncer> {
  // Not as root, whose cache others cannot read.
  const folder = mkdtempSync(join(tmpdir(), "pgbouncer-"));
  cpSync(await pgbouncerFiles(), folder, {recursive: true, verbatimSymlinks: true});
  const config = {
    listen_addr: at.host,
    listen_port: at.port,
    unix_socket_dir: "",
    auth_type: "scram-sha-256",
    auth_file: join(folder, "users.txt"),
    pool_mode: "transaction",
    default_pool_size: 2,
  };
  const lines = Object.entries(config).map(([key, value]) => `${key} = ${value}`);
  const databases = `[databases]\n* = host=${to.host} port=${to.port}`;
  writeFileSync(join(folder, "pgbouncer.ini"), `${databases}\n[pgbouncer]\n${lines.join("\n")}\n`);
  writeFileSync(config.auth_file, `"${login.user}" "${login.password}"\n`);
  chmodSync(folder, 0o755);
  const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((path) => join(folder, path)).join(":");
  let child: ChildProcess;
  let ended: Promise<void>;
  const start = async () => {
    const drop = ["--reuid", "10001", "--regid", "10001", "--clear-groups", "--pdeathsig", "KILL"];
    child = spawn("setpriv", [...drop, join(folder, "usr/sbin/pgbouncer"), join(folder, "pgbouncer.ini")], {
      stdio: "ignore",
      env: {...process.env, LD_LIBRARY_PATH: libraries},
    });
    ended = new Promise((resolve) => child.once("exit", () => resolve()));
    await waitFor("PgBouncer", 60_000, () => listens(at.host, at.port));
  };
  const end = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    async bounce() {
      await end();
      await start();
    },
    async stop() {
      await end();
      rmSync(folder, {recursive: true});
    },
  };
}
