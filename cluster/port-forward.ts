import {type ChildProcess, spawn} from "node:child_process";
import {join} from "node:path";
import {binDir} from "./binary.ts";
import {waitFor} from "./shell.ts";

const ANSWER_MS = 60_000;
const AGAIN_MS = 500;

/**
 * `kubectl port-forward` of HTTP servers, begun again when its pod was replaced or a connection broke.
 *
 * @param ports as kubectl has them: 13333:8333
 * @return what ends it
 */
export async function forwarded(
  kubeconfig: string,
  namespace: string,
  target: string,
  ...ports: string[]
): Promise<() => void> {
  const args = ["--kubeconfig", kubeconfig, "-n", namespace, "port-forward", target, ...ports];
  let ended = false;
  const begin = (): ChildProcess => {
    const begun = spawn(join(binDir(), "kubectl"), args, {stdio: "ignore"});
    begun.once("exit", () =>
      setTimeout(() => {
        if (!ended) child = begin();
      }, AGAIN_MS),
    );
    return begun;
  };
  let child = begin();
  await waitFor("each port", ANSWER_MS, async () => {
    await Promise.all(ports.map((pair) => fetch(`http://127.0.0.1:${pair.split(":")[0]}/`)));
    return true;
  });
  return () => {
    ended = true;
    child.kill();
  };
}
