import {readdirSync, readFileSync} from "node:fs";
import {cpuSeconds} from "../peers/process.ts";

const LOOK_MS = 2_000;

export const cpuOf = (pids: number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);

/** Of programs that this one has started and that have ended. */
export function cpuOfEnded(): number {
  const stat = read("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Follows the memory of programs and those that they started; `stop` gives the most that all had together, in MiB. */
export function watchMemory(pids: () => number[]): {stop(): number} {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, memoryOf(pids()));
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}

/** MiB in RAM, what processes share counted once (PSS): PostgreSQL's have their buffers in common. */
function memoryOf(pids: number[]): number {
  const children = childrenOf();
  const all = new Set<number>();
  const add = (pid: number) => {
    if (all.has(pid)) return;
    all.add(pid);
    for (const child of children.get(pid) ?? []) add(child);
  };
  for (const pid of pids) add(pid);
  return [...all].reduce((sum, pid) => sum + pssOf(pid), 0) / 1_024;
}

function childrenOf(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${entry}/status`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  return children;
}

const pssOf = (pid: number) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);

/** Nothing of a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
