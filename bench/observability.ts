import {type Instance, openInstance} from "../cluster/instance.ts";
import {kubectl} from "../cluster/lifecycle.ts";
import {alertmanagerConfig, query, rules, targets} from "../cluster/monitoring/prometheus.ts";
import {waitFor} from "../cluster/shell.ts";
import {platform} from "../cluster/up.ts";

const LIMIT_MS = 400_000;
/** What the pipeline's own parts export; the node, the operator and Prometheus itself are the same for any. */
const SERIES = 'count({pipeline="fleet",__name__!~"ALERTS.*"})';

const line = (what: string, value: number, unit = "") =>
  console.log(`${what.padEnd(70)} ${String(value).padStart(9)} ${unit}`);

interface Limits {
  freshness: string;
  groupWait: string;
  groupInterval: string;
}
const BY_DEFAULT: Limits = {freshness: "2m", groupWait: "10s", groupInterval: "1m"};
const SHORT: Limits = {freshness: "10s", groupWait: "1s", groupInterval: "5s"};

/** Targets, series by vehicles, and seconds from a fault to the notification, of the pipeline `fleet`. */
async function observabilityFigures(instance: Instance): Promise<void> {
  await platform(instance);
  console.log("\nobservability");
  await setFleet(instance, 4);
  await kubectl(instance, ["wait", "--for=condition=Ready", "tp/fleet", "--timeout=400s"]);
  const all = await waitFor("every target", LIMIT_MS, async () => {
    const found = await targets(instance);
    const down = found.filter(({health}) => health !== "up");
    if (down.length > 0)
      throw new Error(JSON.stringify(down.map(({scrapePool, lastError}) => [scrapePool, lastError])));
    return found;
  });
  line("targets that are scraped, all of them up", all.length);
  for (const vehicles of [4, 1_000]) {
    await setFleet(instance, vehicles);
    await untilSeen(instance, vehicles);
    line(`series of the pipeline, ${vehicles} vehicles`, (await query(instance, SERIES))[0]!.value);
  }
  const [head] = await query(instance, "prometheus_tsdb_head_series");
  line("series in Prometheus, with the node's, the operator's and its own", head!.value);
  await fault(instance, "limits by default", BY_DEFAULT);
  await fault(instance, "freshness 10 s, groupWait 1 s", SHORT);
  await setFleet(instance, 4);
}

async function setFleet(instance: Instance, vehicles: number, limits = BY_DEFAULT) {
  const {freshness, groupWait, groupInterval} = limits;
  const manifest = {
    apiVersion: "telemetry.dev/v1alpha1",
    kind: "TelemetryPipeline",
    metadata: {name: "fleet", namespace: "default"},
    spec: {
      simulator: {vehicles},
      observability: {alerting: {thresholds: {freshness}, groupWait, groupInterval}},
    },
  };
  await kubectl(instance, ["apply", "--server-side", "--force-conflicts", "-f", "-"], JSON.stringify(manifest));
}

const untilSeen = (instance: Instance, vehicles: number) =>
  waitFor(`${vehicles} vehicles`, LIMIT_MS, async () => {
    const [seen] = await query(instance, 'max(telemetry_fleet_vehicles{pipeline="fleet",state="seen"})');
    return (seen?.value ?? 0) >= vehicles;
  });

/** Seconds from the last event to the receiver's hearing of it. */
async function fault(instance: Instance, title: string, limits: Limits) {
  await setFleet(instance, 100, limits);
  await waitFor("fresh rows under these limits", LIMIT_MS, async () => {
    const [age] = await query(instance, 'max(store:telemetry_freshness_seconds:min{pipeline="fleet"})');
    const seconds = limits.freshness === "2m" ? 120 : 10;
    const stale = (await rules(instance))
      .flatMap((group) => group.rules)
      .find(({name}) => name === "TelemetryStoreStale");
    const routed = (await alertmanagerConfig(instance)).includes(`group_wait: ${limits.groupWait}\n`);
    return age && age.value < 5 && stale.query.endsWith(`> ${seconds}`) && stale.state === "inactive" && routed;
  });
  await sql(instance, "TRUNCATE alert, alert_delivery");
  await setFleet(instance, 0, limits);
  const heard = await waitFor("the notification", LIMIT_MS, async () => {
    const text = await sql(
      instance,
      `SELECT round(extract(epoch FROM min(first_heard) - (SELECT max(ts) FROM telemetry)), 1)
       FROM alert WHERE name = 'TelemetryStoreStale' AND status = 'firing'`,
    );
    return text.trim();
  });
  line(`newest row to the notification at the receiver, ${title}`, Number(heard), "s");
}

const sql = (instance: Instance, text: string) =>
  kubectl(
    instance,
    ["exec", "fleet-timescaledb-0", "--", "psql", "-h", "/tmp", "-U", "telemetry", "-tAc"].concat(text),
  );

/** `node bench/observability.ts [NAME]`: on the cluster of `make up`, or another. */
if (import.meta.main) await observabilityFigures(await openInstance(process.argv[2] ?? "up"));
