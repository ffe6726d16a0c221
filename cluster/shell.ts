import {AsyncLocalStorage} from "node:async_hooks";
import {spawn} from "node:child_process";
import {cut, statusLine, type TasksLeft} from "./progress.ts";

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
}

const cancellation = new AsyncLocalStorage<AbortSignal>();

/** Does some work whose programs, steps and waits end when `signal` says so. */
export const cancellable = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
  cancellation.run(signal, work);

/** Runs a program and returns its stdout; throws with its last line, then the end of its output, when it fails. */
export function run(command: string, args: string[], {cwd, env, input}: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = cancellation.getStore();
    const child = spawn(command, args, {cwd, env, stdio: ["pipe", "pipe", "pipe"], ...(signal && {signal})});
    let stdout = "";
    let end = "";
    const keep = (text: string) => {
      end = (end + text).slice(-2_000);
    };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      keep(text);
    });
    child.stderr.setEncoding("utf8").on("data", keep);
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.on("error", (error) => reject(new Error(`${command}: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ").slice(0, 200)} failed (${code}): ${lastLine(end)}\n${end}`));
    });
  });
}

const lastLine = (text: string) => text.trimEnd().split("\n").at(-1)!.slice(-300);

export const succeeds = (command: string, args: string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

const running = new Map<string, number>();
let tasksLeft: (() => TasksLeft) | undefined;
let heartbeat: NodeJS.Timeout | undefined;

/** Lets the status line say what is left of some tasks; the function that is returned ends that. */
export function trackTasks(left: () => TasksLeft): () => void {
  tasksLeft = left;
  return () => {
    tasksLeft = undefined;
  };
}

/**
 * Runs one named step and prints how long it took. Meanwhile one line says what runs: on a terminal it is written over each second, elsewhere it
 * comes each half minute.
 */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const end = (mark: string) => print(`${mark} ${title} (${((Date.now() - started) / 1_000).toFixed(1)} s)`);
  running.set(title, started);
  heartbeat ??= setInterval(showStatus, process.stdout.isTTY ? 1_000 : 30_000);
  try {
    const result = await work();
    end("✓");
    return result;
  } catch (error) {
    if (!cancellation.getStore()?.aborted) end("✗");
    throw error;
  } finally {
    running.delete(title);
    if (running.size === 0) {
      clearInterval(heartbeat);
      heartbeat = undefined;
    }
  }
}

const WRITE_OVER = "\r\u001b[K";

function print(line: string) {
  console.log(process.stdout.isTTY ? `${WRITE_OVER}${line}` : line);
}

function showStatus() {
  const steps = [...running].map(([title, started]) => ({title, seconds: (Date.now() - started) / 1_000}));
  const line = `  … ${statusLine(steps, tasksLeft?.())}`;
  if (process.stdout.isTTY) process.stdout.write(WRITE_OVER + cut(line, process.stdout.columns));
  else console.log(line);
}

/** Polls until `check` gives a value; the error says what was waited for and what the last state was. */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  check: () => Promise<T | undefined | false>,
  hint = "",
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last = "";
  for (;;) {
    cancellation.getStore()?.throwIfAborted();
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      last = (error as Error).message;
    }
    if (Date.now() > end) {
      throw new Error(
        `${what} took more than ${timeoutMs / 1000} s${last ? `: ${last}` : ""}${hint ? `; ${hint}` : ""}`,
      );
    }
    // A check is a process at times: what has taken long is asked less often.
    const waited = timeoutMs - (end - Date.now());
    await new Promise((next) => setTimeout(next, Math.min(1_000, Math.max(200, waited / 20))));
  }
}
