import {spawn} from "node:child_process";
import {readFileSync, rmSync} from "node:fs";
import {join} from "node:path";
import {binDir} from "./binary.ts";
import {writeWhole} from "./files.ts";
import {forward} from "./forward.ts";
import {openInstance} from "./instance.ts";

/**
 * The instance's one process outside its namespaces: holds them, and forwards a loopback port each to the API server and the console. When it
 * dies, even by SIGKILL, the kernel ends everything inside.
 */
const KILL_MS = 20_000;

const instance = await openInstance(process.argv[2] ?? "up");
writeWhole(instance.path("keeper.pid"), String(process.pid));

const cluster = spawn(
  "unshare",
  [
    "--net",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    join(binDir(), "init"),
    process.execPath,
    join(import.meta.dirname, "supervisor.ts"),
    instance.name,
  ],
  {stdio: "inherit"},
);
cluster.on("exit", () => {
  rmSync(instance.path("keeper.pid"), {force: true});
  process.exit(0);
});

forward({host: "127.0.0.1", port: instance.apiPort}, {path: instance.run("api.sock")});
forward({host: "127.0.0.1", port: instance.consolePort}, {path: instance.run("console.sock")});

let stopping = false;
process.on("SIGTERM", () => {
  if (stopping) return;
  stopping = true;
  // unshare itself ignores SIGTERM while it waits; init, its only child, passes it on.
  const children = readFileSync(`/proc/${cluster.pid}/task/${cluster.pid}/children`, "utf8").trim();
  if (children) process.kill(Number(children), "SIGTERM");
  setTimeout(() => cluster.kill("SIGKILL"), KILL_MS).unref();
});
