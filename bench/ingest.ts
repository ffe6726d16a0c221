import type {Instance} from "../cluster/instance.ts";
import {kubectl} from "../cluster/lifecycle.ts";
import {untilSettled} from "./settled.ts";

const VEHICLES = 5_000;
const SECONDS = 300;
const EVENTS = VEHICLES * SECONDS;
const LIMIT_MS = 900_000;

/**
 * Events a second that one simulator gets acknowledged, in simulated time, and rows a second of one ingester pod from a topic
 * that is already full, for each store; all share the machine. An ingester's figure is taken from the first to the last
 * commit, so start-up is not in it.
 */
export async function ingestOnCluster(instance: Instance): Promise<void> {
  const patch = (spec: object) =>
    kubectl(instance, ["patch", "tp", "fleet", "--type=merge", "-p", JSON.stringify({spec})]);
  const metrics = (store: string) =>
    kubectl(instance, [
      "get",
      "--raw",
      `/api/v1/namespaces/default/services/fleet-ingester-${store}:http/proxy/metrics`,
    ]);
  const off = {replicas: 0};
  await patch({ingester: {timescaledb: off, cassandra: off}, simulator: {vehicles: 0}});
  const from = new Date(Date.now() - 2 * SECONDS * 1_000).toISOString();
  const fleet = ["--vehicles", String(VEHICLES), "--from", from, "--seconds", String(SECONDS), "--seed", "77"];
  const began = performance.now();
  const command = ["env", "HTTP_PORT=0", "VEHICLES_PER_POD=0", "node", "workloads/simulator/main.ts", ...fleet];
  await kubectl(instance, ["exec", "fleet-simulator-0", "--", ...command]);
  const title = `simulator, one process, ${VEHICLES} vehicles, ${EVENTS} events`;
  console.log(`\ningest\n${title.padEnd(58)} ${rate(EVENTS, performance.now() - began)}`);
  for (const store of ["timescaledb", "cassandra"]) {
    await patch({ingester: {timescaledb: off, cassandra: off, [store]: {replicas: 1}}});
    const rows = async () => Number(/rows_total\{.*\} (\d+)/.exec(await metrics(store).catch(() => ""))?.[1] ?? 0);
    const {first, seen, ms} = await untilSettled("rows", LIMIT_MS, 5_000, rows);
    console.log(`${`Kafka to ${store}, one pod, ${seen} rows`.padEnd(58)} ${rate(seen - first, ms)}`);
  }
  await patch({ingester: {timescaledb: {replicas: 1}, cassandra: {replicas: 1}}, simulator: {vehicles: 4}});
}

const rate = (count: number, ms: number) => `${((count / ms) * 1_000).toFixed(0).padStart(7)} events/s`;
