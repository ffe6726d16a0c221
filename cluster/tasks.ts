import {availableParallelism} from "node:os";
import {cancellable, trackTasks} from "./shell.ts";

/** One part of a larger piece of work. */
export interface Task {
  name: string;
  /** Names of the tasks that must be done before. */
  after?: string[];
  /** Tasks of one lane share its width; without a lane nothing holds a task back. */
  lane?: Lane;
  /** Seconds of work on one core from empty caches, for the estimate of what is left. */
  cost?: number;
  run(): Promise<unknown>;
}

/** How many tasks of a lane run at once: a compiler fills every core by itself, and two Mavens would write one folder. */
const WIDTHS = {compile: 1, download: 1, image: 2, load: 2};
type Lane = keyof typeof WIDTHS;

/** The tasks that can start now, in the order of the list, which is that of their importance. */
export function startable(tasks: Task[], started: ReadonlySet<string>, done: ReadonlySet<string>): Task[] {
  const busy = (lane: Lane) =>
    tasks.filter((task) => task.lane === lane && started.has(task.name) && !done.has(task.name)).length;
  const free = new Map(Object.entries(WIDTHS).map(([lane, width]) => [lane, width - busy(lane as Lane)]));
  return tasks.filter(({name, after = [], lane}) => {
    if (started.has(name) || !after.every((other) => done.has(other))) return false;
    if (!lane) return true;
    const left = free.get(lane)!;
    free.set(lane, left - 1);
    return left > 0;
  });
}

/** Seconds until all are done on so many cores, if none of them waits. */
export function secondsLeft(tasks: Task[], elapsed: (name: string) => number, cores: number): number {
  const left = tasks.map(({name, cost = 0}) => Math.max(0, cost - elapsed(name)));
  return left.reduce((sum, seconds) => sum + seconds, 0) / cores;
}

/** Throws when a list cannot be worked off: a name twice, a task after an unknown one, or a circle. */
export function checkTasks(tasks: Task[]): void {
  const names = new Set(tasks.map(({name}) => name));
  if (names.size < tasks.length) throw new Error("two tasks have the same name");
  for (const {name, after = []} of tasks) {
    const unknown = after.find((other) => !names.has(other));
    if (unknown) throw new Error(`task "${name}" comes after "${unknown}", which is no task`);
  }
  const done = new Set<string>();
  for (;;) {
    const next = tasks.filter(({name, after = []}) => !done.has(name) && after.every((other) => done.has(other)));
    if (next.length === 0) break;
    for (const {name} of next) done.add(name);
  }
  if (done.size < tasks.length) {
    const circle = tasks.filter(({name}) => !done.has(name)).map(({name}) => name);
    throw new Error(`these tasks wait for one another: ${circle.join(", ")}`);
  }
}

/** Runs the tasks beside one another. The first that fails ends the programs of the others, and its error is thrown. */
export async function runTasks(tasks: Task[]): Promise<void> {
  checkTasks(tasks);
  const started = new Map<string, number>();
  const done = new Set<string>();
  const failed = new AbortController();
  const running = new Map<string, Promise<void>>();
  const elapsed = (name: string) => (started.has(name) ? (Date.now() - started.get(name)!) / 1_000 : 0);
  const untrack = trackTasks(() => {
    const left = tasks.filter(({name}) => !done.has(name));
    return {
      left: left.length,
      of: tasks.length,
      seconds: secondsLeft(left, elapsed, Math.min(2, availableParallelism())),
    };
  });
  try {
    while (done.size < tasks.length) {
      for (const {name, run} of startable(tasks, new Set(started.keys()), done)) {
        started.set(name, Date.now());
        running.set(
          name,
          cancellable(failed.signal, run).then(() => {
            done.add(name);
            running.delete(name);
          }),
        );
      }
      await Promise.race(running.values());
    }
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(running.values());
    throw error;
  } finally {
    untrack();
  }
}
