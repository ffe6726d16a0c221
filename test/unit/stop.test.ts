import {spawn} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {text} from "node:stream/consumers";
import {afterEach, beforeEach, expect, test} from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stop-"));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

/** Says when a program comes to the client of Kafka or of PostgreSQL, and holds it there until a file appears. */
const HOLD = `import {existsSync, writeSync} from "node:fs";
import {registerHooks} from "node:module";
registerHooks({
  resolve(name, context, next) {
    if (name === "kafkajs" || name === "pg") {
      writeSync(2, "loading");
      while (!existsSync(process.env.GO)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    return next(name, context);
  },
});`;

/** As in a pod: there is an account's certificate, though an empty one. */
const POD = `import fs from "node:fs";
import {syncBuiltinESMExports} from "node:module";
const read = fs.readFileSync;
fs.readFileSync = (path, ...options) => String(path).startsWith("/var/run/secrets/") ? "" : read(path, ...options);
syncBuiltinESMExports();`;
const preload = (text: string) => ["--import", `data:text/javascript,${encodeURIComponent(text)}`];

/** A program whose Kafka and stores are away. */
function start(program: string, options: string[] = []) {
  const env = {
    PATH: process.env.PATH,
    GO: join(folder, "go"),
    HTTP_PORT: "0",
    STORE: "timescaledb",
    KAFKA_GROUP: "none",
    KAFKA_BROKERS: "127.0.0.1:1",
    PGHOST: "127.0.0.1",
    PGPORT: "1",
    PIPELINE: "fleet",
    NAMESPACE: "default",
    STORES: "timescaledb",
    CONSOLE_TOKEN: "a-token-of-16-characters",
    RECEIVER_TOKEN: "token",
    ALERTMANAGER_URL: "http://127.0.0.1:1",
  };
  const child = spawn(process.execPath, [...preload(POD), ...options, `workloads/${program}/main.ts`], {env});
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {child, ended, output: text(child.stdout)};
}

const programs = [
  ["simulator", '"acknowledged":0'],
  ["ingester", '"rows":0'],
  ["console", '"msg":"stopped"'],
  ["alert-receiver", '"msg":"stopped"'],
] as const;

test.each(programs)("a SIGTERM while the %s loads is heard, and it ends as after any other", async (program, said) => {
  const {child, ended, output} = start(program, preload(HOLD));
  await new Promise((resolve) => child.stderr.once("data", resolve));
  child.kill("SIGTERM");
  writeFileSync(join(folder, "go"), "");
  expect(await ended).toBe(0);
  expect(await output).toContain(said);
});

test.each(programs)(
  "at a SIGTERM the %s whose servers are away ends, and says what it knows",
  async (program, said) => {
    const {child, ended, output} = start(program);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(await output).toContain(said);
  },
);
