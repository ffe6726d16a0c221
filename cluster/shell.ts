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

/** Runs one named step and prints how long it took, with a sign of life every half minute. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  const alive = setInterval(() => console.log(`  … ${title}: ${seconds()} s`), 30_000);
  try {
    const result = await work();
    console.log(`✓ ${title} (${seconds()} s)`);
    return result;
  } catch (error) {
    console.log(`✗ ${title} (${seconds()} s)`);
    throw error;
  } finally {
    clearInterval(alive);
  }
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
    await new Promise((next) => setTimeout(next, 200));
  }
}
