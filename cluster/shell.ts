import {spawn} from "node:child_process";

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
}

/** Runs a program and returns its stdout; throws with the end of its output when it fails. */
export function run(command: string, args: string[], {cwd, env, input}: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {cwd, env, stdio: ["pipe", "pipe", "pipe"]});
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr = (stderr + text).slice(-20_000);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.on("error", (error) => reject(new Error(`${command}: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) resolve(stdout);
      else
        reject(
          new Error(
            `${command} ${args.join(" ").slice(0, 200)} failed (${code}):\n${(stderr || stdout).slice(-2_000)}`,
          ),
        );
    });
  });
}

export const succeeds = (command: string, args: string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

/** What `runTasks` has not begun yet, for the line that says how far a command is. */
export const progress: {left: string[]} = {left: []};
const active = new Map<string, number>();
const SIGN_OF_LIFE_MS = 30_000;
let signs: NodeJS.Timeout | undefined;

/** Runs one named step and prints how long it took; every half minute one line says what runs and what is left. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  active.set(title, started);
  signs ??= setInterval(() => console.log(statusLine(Date.now())), SIGN_OF_LIFE_MS);
  const end = (mark: string) => console.log(`${mark} ${title} (${((Date.now() - started) / 1_000).toFixed(1)} s)`);
  try {
    const result = await work();
    end("✓");
    return result;
  } catch (error) {
    end("✗");
    throw error;
  } finally {
    active.delete(title);
    if (active.size === 0) {
      clearInterval(signs);
      signs = undefined;
    }
  }
}

function statusLine(now: number): string {
  const running = [...active].map(([title, since]) => `${title}: ${Math.round((now - since) / 1_000)} s`).join(", ");
  const {left} = progress;
  return `  … ${running}${left.length > 0 ? `; ${left.length} left: ${left.join(", ")}` : ""}`;
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
    // A check costs a process at times: what has taken long is asked less often.
    const waited = timeoutMs - (end - Date.now());
    await new Promise((next) => setTimeout(next, Math.min(1_000, Math.max(200, waited / 20))));
  }
}
