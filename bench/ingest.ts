import type {Instance} from "../cluster/instance.ts";
import {kubectl} from "../cluster/lifecycle.ts";
import {waitFor} from "../cluster/shell.ts";

const EVENTS = 1_500_000;
const VEHICLES = 5_000;
const LIMIT_MS = 900_000;

/**
 * Rows a second of one ingester pod from a topic that is already full, for each store; broker, store and ingester share the
 * machine. The figure is taken from the first to the last commit, so start-up is not in it.
 */
export async function ingest(instance: Instance): Promise<void> {
  const patch = (spec: object) =>
    kubectl(instance, ["patch", "tp", "fleet", "--type=merge", "-p", JSON.stringify({spec})]);
  const get = async (pod: string, path: string) =>
    kubectl(instance, ["get", "--raw", `/api/v1/namespaces/default/services/fleet-${pod}:http/proxy${path}`]);
  const off = {replicas: 0};
  await patch({ingester: {timescaledb: off, cassandra: off}, simulator: {vehicles: VEHICLES, ratePerVehicle: 20}});
  const began = performance.now();
  const sent = await waitFor(`${EVENTS} events in Kafka`, LIMIT_MS, async () => {
    const {acknowledged, vehicles} = JSON.parse(await get("simulator", "/ledger"));
    return Object.keys(vehicles).length === VEHICLES && acknowledged >= EVENTS && acknowledged;
  });
  console.log(`\ningest\n${"simulator, one pod, 5,000 vehicles".padEnd(58)} ${rate(sent, performance.now() - began)}`);
  await patch({simulator: {vehicles: 0}});
  for (const store of ["timescaledb", "cassandra"]) {
    await patch({ingester: {timescaledb: off, cassandra: off, [store]: {replicas: 1}}});
    const rows = async () =>
      Number(/rows_total\{.*\} (\d+)/.exec(await get(`ingester-${store}`, "/metrics"))?.[1] ?? 0);
    const first = await waitFor("the first rows", LIMIT_MS, async () => (await rows()) || undefined);
    const start = performance.now();
    let [seen, at] = [first, start];
    await waitFor("the last rows", LIMIT_MS, async () => {
      const now = await rows();
      if (now > seen) [seen, at] = [now, performance.now()];
      return performance.now() - at > 5_000;
    });
    console.log(`${`Kafka to ${store}, one pod, ${seen} rows`.padEnd(58)} ${rate(seen - first, at - start)}`);
  }
}

const rate = (count: number, ms: number) => `${((count / ms) * 1_000).toFixed(0).padStart(7)} events/s`;
