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

/** Says when a program comes to Kafka's client, and holds it there until a file appears. */
const HOLD = `import {existsSync, writeSync} from "node:fs";
import {registerHooks} from "node:module";
registerHooks({
  resolve(name, context, next) {
    if (name === "kafkajs") {
      writeSync(2, "loading");
      while (!existsSync(process.env.GO)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    return next(name, context);
  },
});`;

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
  };
  const child = spawn(process.execPath, [...options, `workloads/${program}/main.ts`], {env});
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {child, ended, output: text(child.stdout)};
}

const programs = [
  ["simulator", '"acknowledged":0'],
  ["ingester", '"rows":0'],
] as const;

test.each(programs)("a SIGTERM while the %s loads is heard, and it ends as after any other", async (program, said) => {
  const {child, ended, output} = start(program, ["--import", `data:text/javascript,${encodeURIComponent(HOLD)}`]);
  await new Promise((resolve) => child.stderr.once("data", resolve));
  child.kill("SIGTERM");
  writeFileSync(join(folder, "go"), "");
  expect(await ended).toBe(0);
  expect(await output).toContain(said);
});

test.each(programs)("at a SIGTERM the %s that waits for Kafka ends, and says what it knows", async (program, said) => {
  const {child, ended, output} = start(program);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(await output).toContain(said);
});
