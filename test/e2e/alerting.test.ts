import {readFileSync} from "node:fs";
import {afterAll, beforeAll, expect, test} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {query, rules, targets} from "../../cluster/monitoring/prometheus.ts";
import {waitFor} from "../../cluster/shell.ts";
import {platform} from "../../cluster/up.ts";
import {instance} from "./cluster.ts";
import {user} from "./steps.ts";

/** A pipeline that the cluster's own Prometheus watches. */
const {k, untilReady} = user("default");

beforeAll(async () => {
  await platform(instance);
  await kubectl(instance, ["apply", "-f", "-"], readFileSync("examples/minimal.yaml", "utf8"));
  await untilReady("fleet");
}, 1_800_000);
afterAll(() => k("delete", "tp", "--all", "--timeout=120s"), 130_000);

/** Pods that the pipeline's monitors select, as `<scrape pool>/<pod>`. */
async function planned(): Promise<string[]> {
  const monitors = JSON.parse(await k("get", "podmonitors", "-o", "json")).items;
  const pods = await Promise.all(
    monitors.map(async ({metadata, spec}: any) => {
      const {matchLabels, matchExpressions = []} = spec.selector;
      const selector = [
        ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
        ...matchExpressions.map(({key, values}: any) => `${key} in (${values})`),
      ];
      const running = ["--field-selector=status.phase=Running", "-o", "jsonpath={.items[*].metadata.name}"];
      const names = (await k("get", "pods", "-l", selector.join(","), ...running)).split(" ").filter(Boolean);
      return names.map((name) => `podMonitor/default/${metadata.name}/0/${name}`);
    }),
  );
  return pods.flat().sort();
}

test("Prometheus scrapes every pod that the pipeline's monitors name, the operator and the node; all are up", async () => {
  const state = await waitFor("every target", 120_000, async () => {
    const found = await targets(instance);
    if (found.some(({health}) => health === "unknown")) throw new Error("not all are scraped yet");
    const down = found.filter(({health}) => health === "down");
    if (down.length > 0)
      throw new Error(JSON.stringify(down.map(({scrapePool, lastError}) => [scrapePool, lastError])));
    const ours = found
      .filter(({scrapePool}) => scrapePool.startsWith("podMonitor/default/"))
      .map(({scrapePool, labels}) => `${scrapePool}/${labels.pod}`)
      .sort();
    const wanted = await planned();
    if (ours.join() !== wanted.join()) throw new Error(`${ours} instead of ${wanted}`);
    return {ours, pools: new Set(found.map(({scrapePool}) => scrapePool.split("/").slice(0, 3).join("/")))};
  });
  expect(state.ours.length).toBeGreaterThan(4);
  for (const pool of [
    "serviceMonitor/telemetry-system/telemetry-operator",
    "serviceMonitor/monitoring/kps-kube-prometheus-stack-kubelet",
    "serviceMonitor/monitoring/kps-kube-prometheus-stack-prometheus",
    "serviceMonitor/monitoring/kps-kube-prometheus-stack-alertmanager",
  ])
    expect(state.pools).toContain(pool);
}, 200_000);

test("every rule is loaded and none fails; each carries the pipeline's labels", async () => {
  const groups = await waitFor("the rules", 120_000, async () => {
    const found = (await rules(instance)).filter(({name}) => name.startsWith("telemetry-default-fleet"));
    const judged = found.flatMap((group: any) => group.rules);
    return judged.length > 0 && judged.every(({health}: any) => health !== "unknown") && judged;
  });
  expect(groups.filter(({health}: any) => health !== "ok")).toEqual([]);
  for (const {type, labels} of groups) if (type === "alerting") expect(labels).toMatchObject({pipeline: "fleet"});
}, 200_000);

test("the node tells how full the pipeline's volumes are", async () => {
  const volumes = await waitFor("volume figures", 120_000, async () => {
    const found = await query(instance, 'kubelet_volume_stats_available_bytes{namespace="default"}');
    return found.length >= 3 && found.map(({metric}) => metric.persistentvolumeclaim).sort();
  });
  expect(volumes).toContain("data-fleet-timescaledb-0");
}, 200_000);
