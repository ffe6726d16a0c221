import {mkdirSync} from "node:fs";
import {join} from "node:path";
import type {Browser, Page} from "playwright-core";
import {openBrowser} from "../cluster/browser.ts";
import {type Instance, openInstance, repository} from "../cluster/instance.ts";
import {kubectl} from "../cluster/lifecycle.ts";
import {waitFor} from "../cluster/shell.ts";
import {consoleUrl} from "../cluster/up.ts";

const MANY = 10_000;
const FEW = 60;
const LIMIT_MS = 240_000;
const IMAGES = join(repository, "docs", "images");

/** The console's figures with 10,000 vehicles, one event a second each; with `screenshots`, its pictures for the docs before. */
export async function consoleFigures(instance: Instance, {screenshots = false} = {}): Promise<void> {
  const url = await waitFor("the console", LIMIT_MS, () => consoleUrl(instance));
  const browser = await openBrowser();
  try {
    if (screenshots) {
      // Long distances: in a city no border would be seen.
      await vehicles(instance, FEW, "motorway");
      await takeScreenshots(browser, url);
    }
    await vehicles(instance, MANY, "city");
    await measure(instance, browser, url);
  } finally {
    await browser.close();
  }
}

async function vehicles(instance: Instance, count: number, scenario: "city" | "motorway") {
  const patch = {spec: {simulator: {vehicles: count, ratePerVehicle: 1, scenario}}};
  await kubectl(instance, ["patch", "tp", "fleet", "--type=merge", "-p", JSON.stringify(patch)]);
}

async function open(browser: Browser, url: string, colorScheme: "light" | "dark"): Promise<Page> {
  const page = await browser.newPage({viewport: {width: 1440, height: 900}, colorScheme});
  await page.goto(url);
  await page.waitForURL((now) => now.pathname === "/");
  return page;
}

const shown = (page: Page, count: number) =>
  waitFor(`${count} live vehicles on the page`, LIMIT_MS, async () => {
    const text = await page.locator(".figures dd").first().textContent();
    return Number(text!.split("·")[0]!.replaceAll(",", "")) >= count;
  });

async function takeScreenshots(browser: Browser, url: string) {
  mkdirSync(IMAGES, {recursive: true});
  for (const scheme of ["light", "dark"] as const) {
    const page = await open(browser, url, scheme);
    await shown(page, FEW);
    // Trails and sparklines fill with time.
    await page.waitForTimeout(30_000);
    await page.screenshot({path: join(IMAGES, `console-${scheme}.png`)});
    if (scheme === "dark") {
      await page.locator("tbody button").nth(2).click();
      await page.locator("#plot-humidity canvas").waitFor();
      await page.waitForTimeout(2_000);
      await page.screenshot({path: join(IMAGES, "console-vehicle.png")});
    }
    await page.close();
  }
}

async function measure(instance: Instance, browser: Browser, url: string) {
  const line = (what: string, value: number, unit: string) =>
    console.log(`${what.padEnd(58)} ${value.toFixed(value < 10 ? 2 : 0).padStart(9)} ${unit}`);
  const first = await open(browser, url, "light");
  await shown(first, MANY);
  console.log(`\nconsole, ${MANY} vehicles`);
  const began = performance.now();
  await first.reload();
  await shown(first, MANY);
  line("reload to all vehicles live on the page", performance.now() - began, "ms");
  const paint = await first.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  line("first contentful paint", paint as number, "ms");
  const before = await scrape(instance);
  await first.waitForTimeout(60_000);
  const after = await scrape(instance);
  for (const query of ["latest", "since"]) {
    const of = (text: string, kind: string) =>
      Number(new RegExp(`query_seconds_${kind}{query="${query}"} (\\S+)`).exec(text)?.[1] ?? 0);
    const looks = of(after, "count") - of(before, "count");
    if (looks > 0)
      line(`query "${query}", mean of ${looks}`, ((of(after, "sum") - of(before, "sum")) / looks) * 1_000, "ms");
  }
  const session = await first.context().newCDPSession(first);
  await session.send("HeapProfiler.collectGarbage");
  const {usedSize} = await session.send("Runtime.getHeapUsage");
  line("JavaScript heap of the page, after a minute", usedSize / 2 ** 20, "MiB");
  const {pods} = JSON.parse(await kubectl(instance, ["get", "--raw", "/api/v1/nodes/node/proxy/stats/summary"]));
  const pod = pods.find(({podRef}: any) => podRef.name.startsWith("fleet-console"));
  line("working set of the console's pod", pod.memory.workingSetBytes / 2 ** 20, "MiB");
  line("CPU of the console's pod, one page open", pod.cpu.usageNanoCores / 1e6, "millicores");
}

const scrape = (instance: Instance) =>
  kubectl(instance, ["get", "--raw", "/api/v1/namespaces/default/services/fleet-console:http/proxy/metrics"]);

/** `make screenshots`: on the cluster of `make up`. */
if (import.meta.main) await consoleFigures(await openInstance(process.argv[2] ?? "up"), {screenshots: true});
