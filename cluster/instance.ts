import {createHash, randomBytes} from "node:crypto";
import {existsSync, mkdirSync, readFileSync} from "node:fs";
import {createServer} from "node:net";
import {homedir} from "node:os";
import {join, resolve} from "node:path";
import {isDeepStrictEqual} from "node:util";
import {writeFirst, writeWhole} from "./files.ts";

/** The repository's root: every path of an instance derives from it, so two checkouts never meet. */
export const repository = resolve(import.meta.dirname, "..");

/** What is built once for all checkouts of one user. */
export const cacheDir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "telemetry-operator");

/** Addresses inside the instance's own network namespace; every instance has the same ones. */
export const network = {
  nodeName: "node",
  nodeIP: "10.10.0.2",
  nodeGateway: "10.10.0.1",
  podCIDR: "10.244.0.0/16",
  podGateway: "10.244.0.1",
  serviceCIDR: "10.96.0.0/16",
  apiServiceIP: "10.96.0.1",
  dnsServiceIP: "10.96.0.10",
  apiPort: 6443,
};

/** The pipeline of examples/minimal.yaml, whose console is reachable from the host. */
export const EXAMPLE = {pipeline: "fleet", console: "fleet-console.default.svc.cluster.local"};

/** A control plane alone has no node: objects are kept and controlled, pods stay pending. */
type Scope = "cluster" | "control-plane";

/** Upstream operators whose stand-in may be left out, for the real one to be installed in its place. */
export const STAND_INS = ["strimzi", "k8ssandra", "flink-operator", "druid-operator"] as const;
export type StandIn = (typeof STAND_INS)[number];

/** One embedded cluster: its folders, sockets and names. */
export interface Instance {
  name: string;
  scope: Scope;
  without: readonly StandIn[];
  dir: string;
  /** Short, because a socket's path has at most 107 bytes. */
  runDir: string;
  /** Parent cgroup of all its pods. */
  cgroup: string;
  /** Port on 127.0.0.1 of the host that leads to the API server. */
  apiPort: number;
  /** Port on 127.0.0.1 of the host that leads to the console of the example pipeline. */
  consolePort: number;
  /** Bearer tokens by user name. */
  tokens: Record<string, string>;
  path(...parts: string[]): string;
  run(...parts: string[]): string;
}

const USERS = ["admin", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "coredns"] as const;

/** Opens the instance, making its folder, port and tokens at first. What is named holds from then on. */
export async function openInstance(name: string, wanted?: Scope, missing?: readonly StandIn[]): Promise<Instance> {
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(name))
    throw new Error(`instance name "${name}" must be 1 to 21 of a-z, 0-9 and -`);
  const dir = join(repository, ".cluster", name);
  const id = createHash("sha256").update(dir).digest("hex").slice(0, 8);
  const file = join(dir, "instance.json");
  mkdirSync(dir, {recursive: true});
  if (!existsSync(file)) {
    const tokens = Object.fromEntries(USERS.map((user) => [user, randomBytes(24).toString("hex")]));
    const apiPort = await freePort(dir);
    const consolePort = await freePort(dir, apiPort);
    // Of two processes that open it at once, the second takes what the first has chosen.
    const first = {scope: wanted ?? "cluster", without: missing ?? [], apiPort, consolePort, tokens};
    writeFirst(file, JSON.stringify(first, null, 2), 0o600);
  }
  const stored = JSON.parse(readFileSync(file, "utf8"));
  const {apiPort, tokens, consolePort = await freePort(dir, stored.apiPort)} = stored;
  const scope: Scope = wanted ?? stored.scope ?? "cluster";
  const without: readonly StandIn[] = missing ?? stored.without ?? [];
  const now = {scope, without, apiPort, consolePort, tokens};
  if (!isDeepStrictEqual(now, stored)) writeWhole(file, JSON.stringify(now, null, 2), 0o600);
  const runDir = `/run/telemetry-operator/${name}-${id}`;
  return {
    name,
    scope,
    without,
    dir,
    runDir,
    cgroup: `telemetry-${name}-${id}`,
    apiPort,
    consolePort,
    tokens,
    path: (...parts) => join(dir, ...parts),
    run: (...parts) => join(runDir, ...parts),
  };
}

/** Below those that the system gives to outgoing connections: one of these would take a port before the cluster listens to it. */
const [FIRST_PORT, PORTS] = [10_000, 8_000];

/** A port for an instance, from a place of its own on: of two that look at once neither finds the other's. */
async function freePort(dir: string, taken?: number): Promise<number> {
  const start = createHash("sha256").update(dir).digest().readUInt16BE();
  for (let tried = 0; tried < PORTS; tried++) {
    const port = FIRST_PORT + ((start + tried) % PORTS);
    if (port !== taken && (await isFree(port))) return port;
  }
  throw new Error(`no port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is free`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

/** Process id of the running keeper, or undefined. */
export function keeperPid(instance: Instance): number | undefined {
  try {
    const pid = Number(readFileSync(instance.path("keeper.pid"), "utf8"));
    // A recycled pid is not ours: the command line must name the keeper and this instance.
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return argv.some((arg) => arg.endsWith("keeper.ts")) && argv.includes(instance.name) ? pid : undefined;
  } catch {
    return undefined;
  }
}
