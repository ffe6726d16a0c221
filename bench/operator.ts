import {type ChildProcess, spawn} from "node:child_process";
import {once} from "node:events";
import {existsSync, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {createServer} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {resolveSpec} from "../api/pipeline.ts";
import {defaultImages} from "../cdk8s/context.ts";
import {goProgram} from "../cluster/go.ts";
import {repository} from "../cluster/instance.ts";
import {run, waitFor} from "../cluster/shell.ts";
import {ownedKinds} from "../operator/reconcile/kinds.ts";
import {passwordSecrets} from "../operator/reconcile/passwords.ts";
import {plan} from "../operator/reconcile/plan.ts";

const PIPELINES = Number(process.env.PIPELINES ?? 1_000);
const STEADY_MS = 30_000;
const SPEC = {simulator: {vehicles: 0}};
const folder = join(repository, ".build", "bench-operator");

/** Starts one operator; the metrics of both have controller-runtime's names. */
type Launch = (apiServer: string, metricsPort: number, host: string) => ChildProcess;

/**
 * The operator as a process of its own, with a thousand pipelines on a fake API server with an injected latency, and in the
 * same run a minimal operator on controller-runtime that owns the same objects. `node bench/operator.ts [ours|peer]`
 */
async function operator(which = ["ours", "peer"]): Promise<void> {
  mkdirSync(folder, {recursive: true});
  const launches: Record<string, Launch> = {ours};
  // As in the image: modules are compiled before, and read back by the same flags only.
  const compiled = {...process.env, NODE_COMPILE_CACHE: join(folder, "compiled")};
  await run(process.execPath, [...inImage().command, "--version"], {cwd: repository, env: compiled});
  if (which.includes("peer")) launches.peer = await peer();
  for (const name of which) await measure(name, launches[name]!);
}

async function measure(name: string, launch: Launch): Promise<void> {
  const api = await startApi();
  const show = (what: string, figure: number, unit: string) =>
    console.log(`${name.padEnd(5)} ${what.padEnd(56)} ${figure.toFixed(figure < 100 ? 1 : 0).padStart(7)} ${unit}`);
  try {
    for (let index = 0; index < PIPELINES; index++) await api.create(`fleet-${index}`);
    const began = performance.now();
    const first = await start(launch, api.server, "first");
    await waitFor("all to be ready", 600_000, async () => (await api.ask("ready")).ready === PIPELINES);
    show(`${PIPELINES} pipelines, start of the process to all Ready`, (performance.now() - began) / 1_000, "s");
    show("… CPU for that", first.cpuMs() / 1_000, "s");
    show("… reconciles for that", await first.reconciles(), "");
    show("… reads for that", (await api.ask("counts")).reads, "");
    show("… writes for that", (await api.ask("counts")).writes, "");
    show("… memory at its end (RSS)", first.memoryMiB(), "MiB");
    await silence(api);
    const before = {cpu: first.cpuMs(), writes: (await api.ask("counts")).writes};
    await sleep(STEADY_MS);
    const idle = (first.cpuMs() - before.cpu) / STEADY_MS;
    show("CPU while nothing changes", idle * 100, "% of a core");
    show("writes meanwhile, Lease and Events left out", (await api.ask("counts")).writes - before.writes, "");
    show("memory then (RSS)", first.memoryMiB(), "MiB");
    await noops(api, first, idle, show);
    const repairs: number[] = [];
    for (let index = 0; index < 200; index++) {
      repairs.push((await api.ask(`repair?name=fleet-${(index * 37) % PIPELINES}`)).ms);
      await sleep(20);
    }
    repairs.sort((a, b) => a - b);
    show("change to first write, median", repairs[100]!, "ms");
    show("change to first write, p99", repairs[197]!, "ms");
    await failover(api, launch, first, show);
  } finally {
    await api.stop();
  }
}

type Show = (what: string, figure: number, unit: string) => void;
type Api = Awaited<ReturnType<typeof startApi>>;
type Running = Awaited<ReturnType<typeof start>>;

/** Each pipeline's Kafka gets a status that changes nothing: what does it cost to see that? */
async function noops(api: Api, running: Running, idle: number, show: Show) {
  const before = {at: performance.now(), cpu: running.cpuMs(), count: await running.reconciles()};
  for (let index = 0; index < PIPELINES; index++) {
    await api.ask(`touch?name=fleet-${index}`);
    await sleep(5);
  }
  await sleep(2_000);
  const cpu = running.cpuMs() - before.cpu - idle * (performance.now() - before.at);
  show("CPU of a reconcile that changes nothing", cpu / ((await running.reconciles()) - before.count), "ms");
}

/** How long nobody acts after the leader is gone, with a second operator that waits. */
async function failover(api: Api, launch: Launch, leader: Running, show: Show) {
  let current = leader;
  for (const [signal, what] of [
    ["SIGTERM", "orderly stop to the next one's first write"],
    ["SIGKILL", "kill to the next one's first write"],
  ] as const) {
    const standby = await start(launch, api.server, `after-${signal}`);
    await standby.ready();
    await sleep(3_000);
    const began = performance.now();
    current.kill(signal);
    await api.ask("repair?name=fleet-7");
    show(what, (performance.now() - began) / 1_000, "s");
    current = standby;
    // What the new leader does first is not to be mistaken for the next answer.
    await silence(api);
  }
  current.kill("SIGKILL");
}

const silence = (api: Api) =>
  waitFor("silence", 300_000, async () => {
    const {writes} = await api.ask("counts");
    await sleep(5_000);
    return (await api.ask("counts")).writes === writes;
  });

async function startApi() {
  const port = await freePort();
  const server = `http://127.0.0.1:${port}`;
  const env = {...process.env, PORT: String(port)};
  const child = spawn(process.execPath, ["bench/operator/fake-apiserver.ts"], {cwd: repository, env, stdio: "inherit"});
  const ask = async (path: string): Promise<any> => (await fetch(`${server}/fake/${path}`)).json();
  await waitFor("the fake API server", 60_000, () => ask("counts").catch(() => undefined));
  return {
    server,
    ask,
    async create(name: string) {
      const metadata = {name, namespace: "scale"};
      const body = {apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata, spec: SPEC};
      const url = `${server}/apis/telemetry.dev/v1alpha1/namespaces/scale/telemetrypipelines`;
      const {status} = await fetch(url, {method: "POST", body: JSON.stringify(body)});
      if (status !== 201) throw new Error(`pipeline ${name}: ${status}`);
    },
    async stop() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function start(launch: Launch, apiServer: string, host: string) {
  const port = await freePort();
  const child = launch(apiServer, port, host);
  const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await waitFor("the operator", 120_000, () => metrics().catch(() => undefined));
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, "utf8");
  return {
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    /** User and system time; a tick is 10 ms. */
    cpuMs: () => {
      const fields = proc("stat").split(") ")[1]!.split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    memoryMiB: () => Number(/VmRSS:\s+(\d+)/.exec(proc("status"))![1]) / 1_024,
    reconciles: async () =>
      [...(await metrics()).matchAll(/^controller_runtime_reconcile_total\{[^}]*\} (\d+)/gm)].reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      ),
    /** Until its caches are filled: ours says so; the peer has no such answer, and is given time. */
    ready: () =>
      waitFor("the standby", 60_000, async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
        return answer?.status === 200 || (answer?.status === 404 && sleep(5_000, true));
      }),
  };
}

/** How the image runs the operator. */
function inImage(): {command: string[]; arenas: string} {
  const image = readFileSync(join(repository, "operator", "Dockerfile"), "utf8");
  const [, ...command] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(image)![1]!);
  return {command, arenas: /MALLOC_ARENA_MAX=(\S+)/.exec(image)![1]!};
}

function ours(apiServer: string, metricsPort: number, host: string): ChildProcess {
  const {command, arenas} = inImage();
  const kubeconfig = join(folder, "kubeconfig");
  const context = {name: "fake", context: {cluster: "fake", user: "fake", namespace: "default"}};
  const clusters = [{name: "fake", cluster: {server: apiServer}}];
  writeFileSync(kubeconfig, JSON.stringify({"current-context": "fake", contexts: [context], clusters, users: []}));
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    HTTP_PORT: String(metricsPort),
    POD_NAMESPACE: "default",
    HOSTNAME: host,
    LOG_LEVEL: "error",
    NODE_COMPILE_CACHE: join(folder, "compiled"),
    MALLOC_ARENA_MAX: arenas,
  };
  const program = ["--import", "./bench/operator/resolve.ts", ...command];
  return spawn(process.execPath, program, {cwd: repository, env, stdio: ["ignore", "inherit", "inherit"]});
}

/** Builds the peer, and hands it our plan as a template. */
async function peer(): Promise<Launch> {
  const source = join(repository, "bench", "peers-operator");
  const program = join(folder, "peer");
  if (!existsSync(program)) {
    const env = {...process.env, CGO_ENABLED: "0"};
    await run(await goProgram(), ["build", "-trimpath", "-buildvcs=false", "-o", program, "."], {cwd: source, env});
  }
  const name = "TEMPLATE-NAME";
  const passwords = Object.fromEntries(passwordSecrets(name).map((secret) => [secret, "secret"]));
  const context = {name, namespace: "TEMPLATE-SPACE", spec: resolveSpec(SPEC), images: defaultImages, passwords};
  const components = plan(context).map(({component, objects}) => ({
    name: component.name,
    dependsOn: component.dependsOn,
    objects,
  }));
  const template = join(tmpdir(), "telemetry-bench-plan.json");
  writeFileSync(template, JSON.stringify(components));
  const kinds = JSON.stringify(ownedKinds.map(({apiVersion, kind, plural}) => ({apiVersion, kind, plural})));
  return (apiServer, metricsPort) => {
    const env = {
      ...process.env,
      API_SERVER: apiServer,
      METRICS: `127.0.0.1:${metricsPort}`,
      PLAN: template,
      KINDS: kinds,
    };
    return spawn(program, [], {env, stdio: ["ignore", "ignore", process.env.PEER_LOG ? "inherit" : "ignore"]});
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as {port: number};
  server.close();
  return port;
}

if (import.meta.main) await operator(process.argv.length > 2 ? process.argv.slice(2) : undefined);
