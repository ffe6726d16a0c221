import {type ChildProcess, spawn} from "node:child_process";
import {createServer} from "node:net";
import {join} from "node:path";
import {buildDir} from "../../cluster/images/catalog.ts";
import {repository} from "../../cluster/instance.ts";
import {run} from "../../cluster/shell.ts";

/** One real process of the workloads. */
export interface Ingester {
  pid: number;
  /** Where it serves health and metrics. */
  port: number;
  /** Resolves when the process has ended, with its code, or null after a signal. */
  ended: Promise<number | null>;
  /** The last 200 lines of its log. */
  log: string[];
  signal(name: NodeJS.Signals): void;
  /** SIGTERM; ms until the process has ended and its code. */
  drain(): Promise<{ms: number; code: number | null}>;
  metrics(): Promise<string>;
  ready(): Promise<boolean>;
  /** What the operator reads. */
  freshness(): Promise<{
    newest: string | null;
    lag?: number;
    unmatched?: string;
    problem?: string;
    held?: string;
    lost?: string;
    flagged: object;
  }>;
}

/** What programs of the workloads have in their environment; compiled code is kept, as a few hundred of them start in a test run. */
const environment = {
  PATH: process.env.PATH,
  NODE_NO_WARNINGS: "1",
  NODE_COMPILE_CACHE: join(buildDir, "compile-cache"),
};

/** Runs a program of the workloads to its end; its stdout. */
export const runProgram = (program: string, args: string[], env: Record<string, string> = {}): Promise<string> =>
  run(process.execPath, [join(repository, program), ...args], {env: {...environment, ...env}});

export const startIngester = (env: Record<string, string>): Promise<Ingester> =>
  startProgram("workloads/ingester/main.ts", env);

export async function startProgram(program: string, env: Record<string, string>): Promise<Ingester> {
  const port = await freePort();
  // It must not outlive a test run that was killed.
  const args = ["--pdeathsig", "KILL", process.execPath, join(repository, program)];
  const child: ChildProcess = spawn("setpriv", args, {
    env: {...environment, HTTP_PORT: String(port), ...env},
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => {
      log.push(...text.trimEnd().split("\n"));
      log.splice(0, log.length - 200);
    });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  // Its first line comes after it has begun to listen to signals: one that comes earlier ends any program that is not process 1.
  await Promise.race([ended, new Promise((resolve) => child.stdout!.once("data", resolve))]);
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, {signal: AbortSignal.timeout(5_000)});
  return {
    pid: child.pid!,
    port,
    ended,
    log,
    signal: (name) => void child.kill(name),
    async drain() {
      const began = performance.now();
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const code = await ended;
      return {ms: performance.now() - began, code};
    },
    metrics: async () => (await ask("/metrics")).text(),
    freshness: async () => (await ask("/freshness")).json() as ReturnType<Ingester["freshness"]>,
    ready: () =>
      ask("/readyz").then(
        ({ok}) => ok,
        () => false,
      ),
  };
}

/**
 * Below those that the system gives to outgoing connections: one of these would take a port before the program that it was found for.
 * Each worker of a test run tries others, as a port is free until that program listens.
 */
const [FIRST_PORT, PORTS, WORKERS] = [20_000, 12_000, 16];
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS;
let tried = process.pid * 37;

async function freePort(): Promise<number> {
  for (let left = PORTS / WORKERS; left > 0; left--) {
    const port = FIRST_PORT + ((tried++ * WORKERS + worker) % PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${FIRST_PORT} to ${FIRST_PORT + PORTS} is free`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
