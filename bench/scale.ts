import {spawn} from "node:child_process";
import {once} from "node:events";
import {readdirSync, readFileSync} from "node:fs";
import {createServer} from "node:net";
import {join} from "node:path";
import {parse} from "yaml";
import {crd, telemetryPipeline} from "../api/crd.ts";
import {openInstance, repository} from "../cluster/instance.ts";
import {start, stop} from "../cluster/lifecycle.ts";
import {waitFor} from "../cluster/shell.ts";
import {createClient, type KubeClient, loadClusterConfig} from "../operator/runtime/client.ts";
import {builtin, type KubeObject} from "../operator/runtime/types.ts";
import {startFakes} from "../test/apiserver/fakes.ts";

const PIPELINES = Number(process.env.PIPELINES ?? 100);
const STEADY_MS = 60_000;
const NAMESPACE = "scale";

/**
 * The operator as a process of its own, many pipelines on a real API server; kubelet and upstream operators are faked, and the
 * controller manager's own limit of requests is most of the time until all are ready.
 */
export async function scale(): Promise<void> {
  const instance = await openInstance("scale", "control-plane");
  await stop(instance, {purge: true});
  const fresh = await openInstance("scale", "control-plane");
  await start(fresh);
  const kubeconfig = fresh.path("kubeconfig");
  const client = createClient(await loadClusterConfig(kubeconfig));
  const operator = await startOperator(client, kubeconfig);
  const stopFakes = startFakes(client);
  try {
    const began = performance.now();
    for (let index = 0; index < PIPELINES; index++) await client.apply(telemetryPipeline, pipeline(index), MANAGER);
    await waitFor(`${PIPELINES} pipelines to be ready`, 1_800_000, async () => {
      const {items} = await client.list(telemetryPipeline, {namespace: NAMESPACE});
      return items.filter(isReady).length === PIPELINES;
    });
    print(`\nscale: ${PIPELINES} pipelines, from apply to all Ready`, (performance.now() - began) / 1_000, "s");
    await waitFor("silence", 300_000, async () => {
      const before = await operator.writes();
      await new Promise((next) => setTimeout(next, 12_000));
      return (await operator.writes()) - before <= renewals(12_000);
    });
    const before = {cpu: operator.cpuMs(), writes: await operator.writes(), reconciles: await operator.reconciles()};
    await new Promise((next) => setTimeout(next, STEADY_MS));
    const reconciles = (await operator.reconciles()) - before.reconciles;
    print("reconciles a second, nothing changing", reconciles / (STEADY_MS / 1_000), "");
    print("CPU of one of them", (operator.cpuMs() - before.cpu) / reconciles, "ms");
    const writes = (await operator.writes()) - before.writes - renewals(STEADY_MS);
    print("writes meanwhile, but for the Lease", Math.max(0, writes), "");
    print("operator's memory (RSS)", operator.memoryMiB(), "MiB");
  } finally {
    await operator.stop();
    await stopFakes();
    await client.close();
    await stop(instance, {purge: true});
  }
}

/** Of the Lease, one every 2 s. */
const renewals = (ms: number) => ms / 2_000 + 1;

const MANAGER = {fieldManager: "bench"};
const isReady = ({status}: KubeObject) =>
  status?.conditions?.some(({type, status: is}: any) => type === "Ready" && is === "True");
const pipeline = (index: number): KubeObject => ({
  apiVersion: telemetryPipeline.apiVersion,
  kind: telemetryPipeline.kind,
  metadata: {name: `fleet-${index}`, namespace: NAMESPACE},
  // Without vehicles no row is waited for: there are no stores here.
  spec: {simulator: {vehicles: 0}},
});
const print = (what: string, figure: number, unit: string) =>
  console.log(`${what.padEnd(58)} ${figure.toFixed(figure < 100 ? 1 : 0).padStart(7)} ${unit}`);

async function startOperator(client: KubeClient, kubeconfig: string) {
  const folder = join(repository, "crds", "upstream");
  const definitions = [crd(), ...readdirSync(folder).map((file) => parse(readFileSync(join(folder, file), "utf8")))];
  for (const definition of definitions)
    await client.apply(builtin.customResourceDefinition, definition as KubeObject, MANAGER);
  await client.apply(builtin.namespace, {apiVersion: "v1", kind: "Namespace", metadata: {name: NAMESPACE}}, MANAGER);
  const port = await freePort();
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    HTTP_PORT: String(port),
    POD_NAMESPACE: "default",
    LOG_LEVEL: "error",
  };
  const child = spawn(process.execPath, ["operator/main.ts"], {
    cwd: repository,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const sum = (text: string, line: RegExp) =>
    [...text.matchAll(line)].reduce((all, [, value]) => all + Number(value), 0);
  await waitFor("the operator", 60_000, () => metrics().catch(() => undefined));
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, "utf8");
  return {
    writes: async () =>
      sum(await metrics(), /^rest_client_requests_total\{[^}]*method="(?:PATCH|POST|PUT|DELETE)"[^}]*\} (\d+)/gm),
    reconciles: async () => sum(await metrics(), /^controller_runtime_reconcile_total\{[^}]*\} (\d+)/gm),
    /** User and system time; a tick is 10 ms. */
    cpuMs: () => {
      const fields = proc("stat").split(") ")[1]!.split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    memoryMiB: () => Number(/VmRSS:\s+(\d+)/.exec(proc("status"))![1]) / 1_024,
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as {port: number};
  server.close();
  return port;
}

if (import.meta.main) await scale();
