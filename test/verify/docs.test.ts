import {spawn} from "node:child_process";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {binDir} from "../../cluster/binary.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {commands} from "../docs/commands.ts";
import {proofOf} from "../docs/proofs.ts";
import {instance, kubeconfig, startCluster} from "../e2e/cluster.ts";

/** The commands of the documentation, as they stand, in a shell of the repository's root. */
const root = join(import.meta.dirname, "../..");
const LIMIT_MS = 400_000;
/** The pipeline is made by the page that tells how; the others follow. */
const FIRST = "docs/install.md";

const env = {
  ...process.env,
  KUBECONFIG: kubeconfig,
  PATH: `${join(root, "node_modules/.bin")}:${binDir()}:${process.env.PATH}`,
};

beforeAll(() => startCluster(), 1_800_000);
afterAll(async () => {
  await kubectl(instance, ["patch", "tp", "fleet", "--type=merge", "-p", '{"spec":{"deletionPolicy":"Delete"}}']);
  await kubectl(instance, ["delete", "tp", "fleet", "--timeout=240s"]);
}, 600_000);

/** Output of a command once it matches; one that goes on by itself is ended then. */
function until(command: string, pattern: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn("bash", ["-o", "pipefail", "-c", command], {cwd: root, env, detached: true});
    let out = "";
    const end = () => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    const limit = setTimeout(end, LIMIT_MS);
    child.stdin.end();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        if (child.exitCode === null && pattern.test(out) && /tail|port-forward|simulator/.test(command)) end();
      });
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      if (pattern.test(out) && (code === 0 || signal)) done(out);
      else fail(new Error(`${command} ended with ${code ?? signal} and printed:\n${out.slice(-2_000)}`));
    });
  });
}

const all = commands();
const ordered = [...all.filter(({page}) => page === FIRST), ...all.filter(({page}) => page !== FIRST)];
const runnable = [...new Set(ordered.map(({text}) => text))].flatMap((text) => {
  const proof = proofOf(text);
  return proof && "runs" in proof ? [[text, proof.runs] as const] : [];
});

test.each(runnable)(
  "%s",
  async (command, pattern) => {
    expect(await until(command, pattern)).toMatch(pattern);
  },
  LIMIT_MS + 20_000,
);
