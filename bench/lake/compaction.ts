import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {repository} from "../../cluster/instance.ts";
import {byDay} from "../../workloads/lake/upkeep/tables.ts";
import {runDir} from "../peers/install.ts";
import {cpuSeconds, peakMiB, start} from "../peers/process.ts";
import type {Place} from "./server.ts";

const LOOK_MS = 100;

/** The data files of a table, or of a day of it. */
export interface Size {
  files: number;
  rows: number;
  bytes: number;
}

/** By the day, in days since 1970. */
export async function sizesOf({table}: Pick<Place, "table">): Promise<Map<number, Size>> {
  const head = await table.load();
  const sizes = [...byDay(head, await table.files(head))].map(([day, files]): [number, Size] => {
    const sum = (of: (file: {rows: number; bytes: number}) => number) =>
      files.reduce((total, file) => total + of(file), 0);
    return [day, {files: files.length, rows: sum(({rows}) => rows), bytes: sum(({bytes}) => bytes)}];
  });
  return new Map(sizes.sort(([a], [b]) => a - b));
}

/** What the run of maintenance cost, as its CronJob does it. */
export async function compact({env}: Place): Promise<{seconds: number; cpu: number; peakMiB: number}> {
  const began = performance.now();
  const running = start({
    command: process.execPath,
    args: ["workloads/lake/maintenance.ts"],
    cwd: repository,
    env: {...env, NODE_ENV: "production", NODE_NO_WARNINGS: "1"},
    log: join(runDir, "maintenance.log"),
  });
  let isOver = false;
  const ended = running.ended.then(() => {
    isOver = true;
  });
  let [cpu, peak] = [0, 0];
  while (!isOver) {
    // It may end at any moment.
    try {
      [cpu, peak] = [Math.max(cpu, cpuSeconds(running.pid)), Math.max(peak, peakMiB(running.pid))];
    } catch {}
    await Promise.race([ended, sleep(LOOK_MS)]);
  }
  return {seconds: (performance.now() - began) / 1_000, cpu, peakMiB: peak};
}
