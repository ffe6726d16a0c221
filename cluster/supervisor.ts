import {type ChildProcess, spawn} from "node:child_process";
import {existsSync, mkdirSync, openSync, writeFileSync} from "node:fs";
import {connect} from "node:net";
import {backoffMs} from "../api/backoff.ts";
import {binDir} from "./binary.ts";
import {writeWhole} from "./files.ts";
import {forward, lookupService} from "./forward.ts";
import {EXAMPLE, type Instance, network, openInstance} from "./instance.ts";
import {type Program, programs} from "./programs.ts";
import {run} from "./shell.ts";

/**
 * Runs inside the instance's namespaces, below init: makes the network, then starts the programs in order, keeps each
 * alive, and ends them all on SIGTERM. State is in state.json, one log file a program.
 */

const STOP_MS = 15_000;
const MAX_RESTART_MS = 10_000;

interface Running {
  program: Program;
  child: ChildProcess | undefined;
  restarts: number;
}

const instance = await openInstance(process.argv[2] ?? "up");
const running = new Map<string, Running>();
let stopping = false;

process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());

await makeNetwork(instance);
forward({path: instance.run("api.sock")}, {host: "127.0.0.1", port: network.apiPort});
forward({path: instance.run("console.sock")}, {host: EXAMPLE.console, port: 8080, lookup: lookupService});
for (const program of programs(instance, binDir())) {
  if (stopping) break;
  start(program, 0);
  await ready(program);
}

async function makeNetwork({path}: Instance) {
  const ip = (...args: string[]) => run("ip", args);
  await ip("link", "set", "lo", "up");
  for (const [device, address] of [
    ["node0", `${network.nodeIP}/24`],
    ["cni0", `${network.podGateway}/16`],
  ] as const) {
    await ip("link", "add", device, "type", "bridge");
    await ip("address", "add", address, "dev", device);
    await ip("link", "set", device, "up");
  }
  await ip("route", "add", "default", "via", network.nodeGateway, "dev", "node0");
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
  const bridged = "/proc/sys/net/bridge/bridge-nf-call-iptables";
  if (existsSync(bridged)) writeFileSync(bridged, "1");
  // Folders of the host that would outlive the cluster or be shared with another one.
  for (const [target, source] of [
    ["/run/netns", ""],
    ["/var/log/containers", ""],
    ["/var/lib/cni", path("cni")],
  ] as const) {
    mkdirSync(target, {recursive: true});
    if (source) {
      mkdirSync(source, {recursive: true});
      await run("mount", ["--bind", source, target]);
    } else await run("mount", ["-t", "tmpfs", "tmpfs", target]);
  }
}

function start(program: Program, restarts: number) {
  const log = openSync(instance.path("logs", `${program.name}.log`), "a");
  const child = spawn(program.argv[0]!, program.argv.slice(1), {
    stdio: ["ignore", log, log],
    env: {...process.env, ...program.env},
  });
  running.set(program.name, {program, child, restarts});
  report();
  const startedAt = Date.now();
  let ended = false;
  const onEnd = () => {
    if (ended) return;
    ended = true;
    running.set(program.name, {program, child: undefined, restarts});
    report();
    if (stopping) return;
    const quick = Date.now() - startedAt < 10_000;
    const delay = quick ? backoffMs(restarts, {maxMs: MAX_RESTART_MS}) : 0;
    setTimeout(() => stopping || start(program, quick ? restarts + 1 : 1), delay);
  };
  child.on("error", onEnd);
  child.on("exit", onEnd);
}

async function ready({ready: check}: Program) {
  while (check && !stopping) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect("tcp" in check ? {host: check.tcp[0], port: check.tcp[1]} : {path: check.socket});
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((next) => setTimeout(next, 50));
  }
}

function report() {
  const state = [...running.values()].map(({program, child, restarts}) => ({
    name: program.name,
    running: child !== undefined,
    restarts,
  }));
  writeWhole(instance.path("state.json"), JSON.stringify(state));
}

async function stop() {
  if (stopping) return;
  stopping = true;
  const end = Date.now() + STOP_MS;
  // Reverse order, so that nothing acts on the loss of what it depends on.
  for (const {program} of [...running.values()].reverse()) {
    const child = running.get(program.name)?.child;
    child?.kill("SIGTERM");
    while (running.get(program.name)?.child && Date.now() < end) await new Promise((next) => setTimeout(next, 20));
  }
  process.exit(0);
}
