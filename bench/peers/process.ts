import {type ChildProcess, spawn} from "node:child_process";
import {closeSync, mkdirSync, openSync, readdirSync, readFileSync} from "node:fs";
import {dirname} from "node:path";

export interface Program {
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  log: string;
}

export interface Running {
  pid: number;
  /** Resolves when it has ended by itself. */
  ended: Promise<void>;
  /** SIGTERM unless told otherwise, and SIGKILL after 20 s; resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Throws when the program has ended by itself. */
  check(): void;
}

/** Starts a program that is ended with this one; its output goes to the log. */
export function start({command, args, env, cwd, log}: Program): Running {
  mkdirSync(dirname(log), {recursive: true});
  const out = openSync(log, "w");
  const child: ChildProcess = spawn(command, args, {
    cwd,
    env: {PATH: process.env.PATH, LANG: "C.UTF-8", ...env},
    stdio: ["ignore", out, out],
  });
  closeSync(out);
  let ended: string | undefined;
  const exit = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      ended = error.message;
      resolve();
    });
    child.on("exit", (code, signal) => {
      ended = `exit ${code ?? signal}`;
      resolve();
    });
  });
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  return {
    pid: child.pid ?? 0,
    ended: exit,
    async stop(signal = "SIGTERM") {
      const force = setTimeout(kill, 20_000);
      child.kill(signal);
      await exit;
      clearTimeout(force);
      process.off("exit", kill);
    },
    check() {
      if (ended !== undefined)
        throw new Error(`${command} has ended (${ended}):\n${readFileSync(log, "utf8").slice(-2_000)}`);
    },
  };
}

const TICKS_PER_SECOND = 100;

/** CPU seconds so far of a process, its descendants and those of them that have ended. */
export function cpuSeconds(pid: number): number {
  const children = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${entry}/stat`, "utf8");
    } catch {
      continue;
    }
    // After the name, which may hold anything but ends with the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const parent = Number(fields[1]);
    ticks.set(
      Number(entry),
      fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
    );
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const sum = (id: number): number =>
    (children.get(id) ?? []).reduce((total, child) => total + sum(child), ticks.get(id) ?? 0);
  return sum(pid) / TICKS_PER_SECOND;
}

/** The most memory that a process has had in RAM, in MiB. */
export function peakMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}
