import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openBrowser} from "../../cluster/browser.ts";
import {waitFor} from "../../cluster/shell.ts";
import {consoleUrl} from "../../cluster/up.ts";
import {instance} from "../e2e/cluster.ts";
import {bringUp, fleet} from "../e2e/fleet/shared.ts";

/** The console of a pipeline that loses one of its stores. */
let browser: Browser;

beforeAll(async () => {
  await bringUp({deletionPolicy: "Delete"});
  browser = await openBrowser();
}, 1_800_000);
afterAll(async () => {
  await browser?.close();
  await fleet.k("delete", "tp", "fleet", "--timeout=240s");
}, 600_000);

test("without TimescaleDB the history comes from Cassandra", async () => {
  const url = await waitFor("the console", 240_000, () => consoleUrl(instance));
  const {origin, hash} = new URL(url);
  const page = await browser.newPage({viewport: {width: 1440, height: 900}});
  page.setDefaultTimeout(240_000);
  await page.goto(url);
  await page.waitForURL(`${origin}/`);
  await fleet.patch("fleet", {timescaledb: {enabled: false}});
  await fleet.untilReady("fleet");
  await waitFor("the new console", 240_000, async () => {
    const token = hash.slice("#token=".length);
    const answer = await fetch(`${origin}/api/pipeline`, {headers: {authorization: `Bearer ${token}`}});
    const {stores} = (await answer.json()) as {stores: unknown[]};
    return stores.length === 1;
  });
  // The page, or one of its modules, may still be asked of the console before, which ends just now.
  await waitFor("the page", 240_000, async () => {
    await page.reload();
    await page.locator("header h1").waitFor({timeout: 20_000});
    return true;
  });
  await page.getByRole("button", {name: "vehicle-00002"}).click({timeout: 240_000});
  await page.getByText(/^From cassandra/).waitFor({timeout: 240_000});
  expect(await page.locator("#plot-speed").getAttribute("aria-label")).toMatch(/lowest [\d.]+, average/);
}, 900_000);
