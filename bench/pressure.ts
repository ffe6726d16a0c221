import {spawn} from "node:child_process";
import {once} from "node:events";
import {availableParallelism} from "node:os";
import {telemetryPipeline} from "../api/crd.ts";
import type {Instance} from "../cluster/instance.ts";
import {installPackages} from "../cluster/preflight.ts";
import {waitFor} from "../cluster/shell.ts";
import {createClient, type KubeClient, loadClusterConfig} from "../operator/runtime/client.ts";
import {builtin} from "../operator/runtime/types.ts";

const SECONDS = 600;
const PROCESSES = 8;
const SAMPLE_MS = 5_000;
const LIMIT_MS = 900_000;
const FLEET = {name: "fleet", namespace: "default"};
const LEASE = {name: "telemetry-operator", namespace: "telemetry-system"};
/** What this project ships; Kafka, Cassandra and the monitoring are upstream's. */
const OURS = /telemetry-operator\/(operator|workloads|timescaledb|flink):/;

/** What became of one pod meanwhile. */
interface Row {
  name: string;
  ours: boolean;
  /** Restarts of its containers before, or undefined: it was made meanwhile, in the place of another. */
  before: number | undefined;
  restarts: number;
  unreadyMs: number;
  why: string;
}

/**
 * The running example pipeline beside eight busy processes: which pods restart, how long pods and pipeline are not ready, and whether
 * the operator keeps its Lease.
 */
export async function pressure(instance: Instance): Promise<void> {
  await installPackages({"stress-ng": "/usr/bin/stress-ng"});
  const client = createClient(await loadClusterConfig(instance.path("kubeconfig")));
  await waitFor("the pipeline", LIMIT_MS, () => isReady(client));
  const rows = new Map<string, Row>();
  await sample(client, rows, 0);
  for (const row of rows.values()) row.before = row.restarts;
  const transitions = await leaderTransitions(client);
  const stress = spawn("stress-ng", ["--cpu", String(PROCESSES), "--timeout", `${SECONDS}s`], {stdio: "ignore"});
  const ended = once(stress, "exit");
  let readyMs = 0;
  const began = performance.now();
  for (let at = began; stress.exitCode === null; ) {
    await Promise.race([ended, new Promise((next) => setTimeout(next, SAMPLE_MS))]);
    const passed = performance.now() - at;
    at += passed;
    await sample(client, rows, passed).catch(() => {});
    // What cannot be asked counts as not ready.
    if (await isReady(client).catch(() => false)) readyMs += passed;
  }
  const pressed = performance.now() - began;
  await waitFor("the pipeline after the pressure", LIMIT_MS, () => isReady(client));
  const readyAfter = performance.now() - began - pressed;
  await sample(client, rows, 0);
  console.log(`\npressure: stress-ng --cpu ${PROCESSES} for ${SECONDS} s on ${availableParallelism()} cores\n`);
  const all = [...rows.values()].sort((a, b) => Number(b.ours) - Number(a.ours) || a.name.localeCompare(b.name));
  for (const {name, ours, unreadyMs, why, ...row} of all)
    line(
      name,
      ours ? "ours" : "upstream's",
      restartsOf(row),
      `${seconds(unreadyMs)} s not ready`,
      restartsOf(row) ? why : "",
    );
  const sum = (ours: boolean) => all.filter((row) => row.ours === ours).reduce((n, row) => n + restartsOf(row), 0);
  line("restarts", "ours", sum(true));
  line("restarts", "upstream's", sum(false));
  line("leader transitions", "", (await leaderTransitions(client)) - transitions);
  line("pipeline Ready", "", `${Math.round((100 * readyMs) / pressed)} %`, `${seconds(readyAfter)} s after the end`);
  await client.close();
  if (sum(true) > 0) throw new Error(`${sum(true)} restarts of our pods, 0 are allowed`);
}

/** Takes down the restarts of every pod that is to run, and adds `passed` to the time of those that are not ready. */
async function sample(client: KubeClient, rows: Map<string, Row>, passed: number) {
  for (const {metadata, spec, status} of (await client.list(builtin.pod)).items) {
    if (metadata.ownerReferences?.some(({kind}) => kind === "Job")) continue;
    const containers = status?.containerStatuses ?? [];
    const row = rows.get(metadata.uid!) ?? {
      name: `${metadata.namespace}/${metadata.name}`,
      ours: spec.containers.some(({image}: {image: string}) => OURS.test(image)),
      before: undefined,
      restarts: 0,
      unreadyMs: 0,
      why: "",
    };
    rows.set(metadata.uid!, row);
    row.restarts = containers.reduce((n: number, {restartCount}: any) => n + restartCount, 0);
    row.why = containers
      .map(({lastState}: any) => reasonOf(lastState?.terminated))
      .join(" ")
      .trim();
    if (!hasReady(status)) row.unreadyMs += passed;
  }
}

const reasonOf = (ended?: {reason: string; exitCode: number}) => (ended ? `${ended.reason} (${ended.exitCode})` : "");
const restartsOf = ({before, restarts}: Pick<Row, "before" | "restarts">) =>
  before === undefined ? restarts + 1 : restarts - before;
const hasReady = (status: any): boolean =>
  !!status?.conditions?.some(({type, status: is}: any) => type === "Ready" && is === "True");
const isReady = async (client: KubeClient) => hasReady((await client.get(telemetryPipeline, FLEET))?.status);
const leaderTransitions = async (client: KubeClient): Promise<number> =>
  (await client.get(builtin.lease, LEASE))?.spec.leaseTransitions ?? 0;
const seconds = (ms: number) => (ms / 1_000).toFixed(0);
const line = (what: string, whose: string, figure: number | string, ...more: string[]) =>
  console.log(`${what.padEnd(64)} ${whose.padEnd(11)} ${String(figure).padStart(5)}   ${more.join("   ")}`.trimEnd());
