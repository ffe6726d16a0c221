import {execFile, execFileSync} from "node:child_process";
import {promisify} from "node:util";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, kubeconfig} from "./cluster.ts";
import {diagnose} from "./diagnosis.ts";

export interface Cluster {
  kubeconfig: string;
  kubectl(args: string[], input?: string): Promise<string>;
}
const execute = promisify(execFile);
export const embedded: Cluster = {kubeconfig, kubectl: (args, input) => kubectl(instance, args, input)};

/** What a user does with kubectl and the command line, in one namespace. */
export function user(namespace: string, cluster: Cluster = embedded) {
  const k = (...args: string[]) => cluster.kubectl(["-n", namespace, ...args]);
  return {
    k,
    kubectl: cluster.kubectl,
    /** Makes the namespace; its pods have to be as restricted as Kubernetes can ask for. */
    async makeNamespace() {
      await cluster.kubectl(["create", "namespace", namespace]);
      await cluster.kubectl(["label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"]);
    },
    /** Prints what the command line does; throws with its words when it fails. */
    cli: (...args: string[]): string =>
      execFileSync("node", ["operator/cli/main.ts", ...args, "-n", namespace], {
        encoding: "utf8",
        env: {...process.env, KUBECONFIG: cluster.kubeconfig},
      }),
    /** The same beside what else runs. */
    cliAside: async (...args: string[]): Promise<string> => {
      const env = {...process.env, KUBECONFIG: cluster.kubeconfig};
      const words = ["operator/cli/main.ts", ...args, "-n", namespace];
      const {stdout} = await execute("node", words, {env, maxBuffer: 2 ** 24}).catch(({stdout: out, stderr}) => {
        throw new Error(`${out}\n${stderr}`);
      });
      return stdout;
    },
    /** What a pipeline's TimescaleDB answers to its owner. */
    sql: async (name: string, text: string): Promise<string> =>
      (await k("exec", `${name}-timescaledb-0`, "--", "psql", "-h", "/tmp", "-U", "telemetry", "-tAc", text)).trim(),
    pipeline: async (name: string) => JSON.parse(await k("get", "tp", name, "-o", "json")),
    apply: (name: string, spec: object) =>
      cluster.kubectl(
        ["-n", namespace, "apply", "-f", "-"],
        JSON.stringify({apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata: {name}, spec}),
      ),
    patch: (name: string, spec: object) => k("patch", "tp", name, "--type=merge", "-p", JSON.stringify({spec})),
    /** Ready, with every component ready and the newest spec observed. */
    async untilReady(name: string, timeoutMs = 500_000) {
      try {
        await waitFor(`pipeline ${name} to be ready`, timeoutMs, async () => {
          const {metadata, status} = JSON.parse(await k("get", "tp", name, "-o", "json"));
          const ready = status?.conditions?.find(({type}: any) => type === "Ready");
          const unready = (status?.components ?? []).filter((component: any) => !component.ready);
          const observed = status?.observedGeneration === metadata.generation;
          if (ready?.status === "True" && observed && unready.length === 0) return true;
          const why = unready.map((one: any) => `${one.name} ${one.reason} (${one.message})`).join("; ");
          throw new Error(`${why || ready?.message || "no status yet"}${observed ? "" : ", of an older spec"}`);
        });
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${await diagnose(cluster.kubectl)}`);
      }
    },
    /** Kills pods without grace and waits until others are ready in their place. */
    async replace(...pods: string[]) {
      const uids = async () =>
        (await k("get", "pods", ...pods, "-o", "jsonpath={..metadata.uid}")).split(" ").filter(Boolean);
      const before = await uids();
      await k("delete", "pod", ...pods, "--grace-period=0", "--force");
      await waitFor(`others in the place of ${pods.join(" ")}`, 300_000, async () => {
        const now = await uids().catch(() => []);
        return now.length === before.length && now.every((uid) => !before.includes(uid));
      });
      await k("wait", "--for=condition=Ready", "pod", ...pods, "--timeout=300s");
    },
    /** Read-only, so it is begun again when the pod it ran in was replaced (137: its PID 1 ended). */
    async audit(name: string, store: string, ...ledgers: string[]) {
      const deployment = `deploy/${name}-ingester-${store}`;
      const out = await waitFor(`an audit in ${deployment}`, 300_000, async () => {
        await k("rollout", "status", deployment, "--timeout=240s");
        return k("exec", deployment, "--", "node", "workloads/audit/main.ts", ...ledgers).catch((error) => {
          if (!/exit code 137|container not found/.test(error.message)) throw error;
          return undefined;
        });
      });
      return JSON.parse(out.trim().split("\n").at(-1)!);
    },
  };
}
