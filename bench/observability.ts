import {openInstance} from "../cluster/instance.ts";
import {kubectl, stop} from "../cluster/lifecycle.ts";
import {query, targets} from "../cluster/monitoring/prometheus.ts";
import {waitFor} from "../cluster/shell.ts";
import {platform} from "../cluster/up.ts";

/** `node bench/observability.ts`: targets, series by vehicles, and seconds from a fault to the notification, on a cluster of its own. */
const instance = await openInstance("observe");
const k = (...args: string[]) => kubectl(instance, ["-n", "default", ...args]);
const say = (title: string, value: string) => console.log(`${title.padEnd(70)} ${value.padStart(10)}`);

/** What the pipeline's own parts export; the node, the operator and Prometheus itself are the same for any. */
const SERIES = 'count({pipeline="fleet",__name__!~"ALERTS.*"})';

async function setVehicles(vehicles: number, alerting: object = {}) {
  const manifest = {
    apiVersion: "telemetry.dev/v1alpha1",
    kind: "TelemetryPipeline",
    metadata: {name: "fleet"},
    spec: {simulator: {vehicles}, observability: {alerting}},
  };
  await kubectl(instance, ["-n", "default", "apply", "--server-side", "-f", "-"], JSON.stringify(manifest));
}

async function series(vehicles: number) {
  await setVehicles(vehicles);
  await waitFor(`${vehicles} vehicles`, 180_000, async () => {
    const [seen] = await query(instance, 'max(telemetry_fleet_vehicles{pipeline="fleet",state="seen"})');
    return seen?.value === vehicles;
  });
  const [count] = await query(instance, SERIES);
  say(`series of the pipeline, ${vehicles} vehicles`, String(count!.value));
}

/** Seconds from the last event to the receiver's hearing of it. */
async function fault(title: string, alerting: object) {
  await setVehicles(100, alerting);
  const sql = (text: string) =>
    k("exec", "fleet-timescaledb-0", "--", "psql", "-h", "/tmp", "-U", "telemetry", "-tAc", text);
  await waitFor("fresh rows", 120_000, async () => {
    const [age] = await query(instance, 'max(store:telemetry_freshness_seconds:min{pipeline="fleet"})');
    return age && age.value < 5;
  });
  // The rules are those of the new limits.
  await new Promise((next) => setTimeout(next, 60_000));
  await sql("DELETE FROM alert");
  await setVehicles(0, alerting);
  const heard = await waitFor("the notification", 400_000, async () => {
    const text = await sql(`SELECT round(extract(epoch FROM min(first_heard) - (SELECT max(ts) FROM telemetry)), 1)
      FROM alert WHERE name = 'TelemetryStoreStale' AND status = 'firing'`);
    return text.trim();
  });
  say(`newest row to the notification at the receiver, ${title}`, `${heard} s`);
}

try {
  await stop(instance, {purge: true});
  await platform(await openInstance("observe"));
  await setVehicles(4);
  await k("wait", "--for=condition=Ready", "tp/fleet", "--timeout=300s");
  await waitFor("every target", 120_000, async () => (await targets(instance)).every(({health}) => health === "up"));
  const all = await targets(instance);
  say("targets up / scraped", `${all.filter(({health}) => health === "up").length} / ${all.length}`);
  await series(4);
  await series(1_000);
  const [head] = await query(instance, "prometheus_tsdb_head_series");
  say("series of everything, with the node's, the operator's and Prometheus' own", String(head!.value));
  await fault("limits by default", {});
  await fault("freshness 10 s, groupWait 1 s", {thresholds: {freshness: "10s"}, groupWait: "1s", groupInterval: "5s"});
} finally {
  await stop(instance, {purge: true});
}
