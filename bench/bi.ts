import {openBrowser} from "../cluster/browser.ts";
import type {Instance} from "../cluster/instance.ts";
import {kubectl} from "../cluster/lifecycle.ts";
import {forwarded} from "../cluster/port-forward.ts";
import {waitFor} from "../cluster/shell.ts";
import {logIn, openDashboard} from "../cluster/superset.ts";

const LIMIT_MS = 240_000;
const READY_MS = 1_200_000;
const SITE = "http://127.0.0.1:18088";
const DASHBOARDS = ["fleet", "utilisation", "cold-chain", "quality", "alerts", "warehouse", "lake"];

/** What Superset costs on a live pipeline with lake and warehouse, `fleet` of `make up`: to Ready, its dashboards made, each opened. */
export async function bi(instance: Instance): Promise<void> {
  const k = (...args: string[]) => kubectl(instance, args);
  const patch = (spec: object) => k("patch", "tp", "fleet", "--type=merge", "-p", JSON.stringify({spec}));
  const ready = async () => {
    await waitFor("the pipeline", READY_MS, async () => {
      const {metadata, status} = JSON.parse(await k("get", "tp", "fleet", "-o", "json"));
      const isReady = status.conditions.find(({type}: any) => type === "Ready")?.status === "True";
      const {observedGeneration, components} = status;
      return observedGeneration === metadata.generation && isReady && components.every((one: any) => one.ready);
    });
  };
  await patch({cassandra: {enabled: false}, lake: {enabled: true}, warehouse: {enabled: true}});
  await ready();
  const began = performance.now();
  await patch({bi: {enabled: true, provider: "Superset"}});
  await ready();
  line("spec.bi to Ready, dashboards made", performance.now() - began);
  const metrics = await k("get", "--raw", "/api/v1/namespaces/default/services/fleet-bi-keeper:8080/proxy/metrics");
  line(
    "… of which the round that makes all",
    Number(/^telemetry_bi_provision_seconds (\S+)/m.exec(metrics)![1]) * 1_000,
  );
  const memory = await k("exec", "deploy/fleet-bi", "--", "cat", "/sys/fs/cgroup/memory.current");
  console.log(`memory of Superset's pod: ${Math.round(Number(memory) / 2 ** 20)} MiB`);
  await pages(instance, await passwordOf(k));
}

async function passwordOf(k: (...args: string[]) => Promise<string>): Promise<string> {
  const encoded = await k("get", "secret", "fleet-bi-viewer", "-o", "jsonpath={.data.password}");
  return Buffer.from(encoded, "base64").toString();
}

async function pages(instance: Instance, password: string): Promise<void> {
  const endForward = await forwarded(instance.path("kubeconfig"), "default", "service/fleet-bi", "18088:8088");
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({viewport: {width: 1440, height: 1010}});
    await logIn(page, SITE, "viewer", password, LIMIT_MS);
    for (const turn of ["first", "again"])
      for (const key of DASHBOARDS) {
        const {placed, drawn} = await openDashboard(page, SITE, `telemetry-${key}`, LIMIT_MS);
        line(`${turn}: ${key}, its charts placed`, placed);
        line(`${turn}: ${key}, drawn`, drawn);
      }
  } finally {
    await browser.close();
    endForward();
  }
}

const line = (what: string, ms: number) => console.log(`${what.padEnd(50)} ${(ms / 1_000).toFixed(1).padStart(7)} s`);
