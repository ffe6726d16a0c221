import {progress} from "./shell.ts";

/** A part of what a command does. */
export interface Task {
  name: string;
  /** Names of those that have to be done before; one that is not in the list counts as done. */
  after?: readonly string[];
  /** Of one lane one task runs at a time. */
  lane: string;
  run(): Promise<void>;
}

/**
 * Runs tasks beside one another, in the order of the list as far as their lanes and what they wait for allow.
 *
 * @throws what the first task throws that fails; none is begun after it, and those that run have come to their end
 */
export async function runTasks(tasks: readonly Task[]): Promise<void> {
  const names = new Set(tasks.map(({name}) => name));
  const waiting = new Set(tasks);
  const running = new Map<Task, Promise<void>>();
  const done = new Set<string>();
  let failure: {error: unknown} | undefined;
  const isFree = ({lane, after = []}: Task) =>
    ![...running.keys()].some((other) => other.lane === lane) &&
    after.every((name) => done.has(name) || !names.has(name));
  for (;;) {
    for (const task of waiting) {
      if (failure || !isFree(task)) continue;
      waiting.delete(task);
      const end = task
        .run()
        .then(() => done.add(task.name))
        .catch((error: unknown) => {
          failure ??= {error};
        })
        .finally(() => running.delete(task));
      running.set(task, end.then());
    }
    progress.left = [...waiting].map(({name}) => name);
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  progress.left = [];
  if (failure) throw failure.error;
  if (waiting.size > 0) throw new Error(`these wait for one another: ${[...waiting].map(({name}) => name).join(", ")}`);
}
