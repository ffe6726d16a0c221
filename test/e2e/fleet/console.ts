import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openBrowser} from "../../../cluster/browser.ts";
import {waitFor} from "../../../cluster/shell.ts";
import {consoleUrl} from "../../../cluster/up.ts";
import {instance} from "../cluster.ts";
import {unreadable} from "../narrow.ts";
import {bringUp, fleet} from "./shared.ts";

/** What a person sees who opens the URL that `make up` prints. */
const {k} = fleet;
let browser: Browser;
let url: string;
let page: Page;
const faults: string[] = [];
/** A browser beside a whole platform on two cores. */
const PATIENCE_MS = 240_000;

beforeAll(async () => {
  await bringUp();
  browser = await openBrowser();
  url = await waitFor("the console", 240_000, () => consoleUrl(instance));
}, 1_800_000);
afterAll(() => browser?.close());

const origin = () => new URL(url).origin;
/** Latitude and longitude of each row: who drives along a parallel keeps one of them. */
async function places(): Promise<string[]> {
  const cells = await page.locator("tbody tr[aria-rowindex] td:is(:nth-child(5), :nth-child(6))").allInnerTexts();
  return cells.flatMap((cell, at) => (at % 2 === 0 ? [`${cell} ${cells[at + 1]}`] : []));
}

test("without a token there is a login and nothing else", async () => {
  const stranger = await browser.newPage();
  stranger.setDefaultTimeout(PATIENCE_MS);
  await stranger.goto(origin());
  expect(new URL(stranger.url()).pathname).toBe("/login");
  expect((await stranger.request.get(`${origin()}/api/fleet`)).status()).toBe(401);
  await stranger.getByLabel("Token").fill("not-the-token-at-all");
  await stranger.getByRole("button", {name: "Sign in"}).click();
  await stranger.getByText("This is not the console's token.").waitFor();
  expect((await stranger.request.get(`${origin()}/api/fleet`)).status()).toBe(401);
  await stranger.close();
});

test("the printed URL signs in, and the token leaves the address bar", async () => {
  page = await browser.newPage({viewport: {width: 1440, height: 900}});
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(url);
  await page.waitForURL(`${origin()}/`);
  await page.getByText("Running", {exact: true}).waitFor();
});

test("all vehicles are in the table and move", async () => {
  await page.locator('table[aria-rowcount="5"]').waitFor();
  const before = await places();
  expect(before).toHaveLength(4);
  await waitFor("every vehicle to move", 240_000, async () => {
    const now = await places();
    return now.every((value, at) => value !== before[at]);
  });
});

test("the map draws the vehicles where they are now", async () => {
  const canvas = page.locator("canvas").first();
  const before = await canvas.screenshot();
  await waitFor("the picture to change", 240_000, async () => !(await canvas.screenshot()).equals(before));
});

test("stores are fresh, lag is known, and every component is ready", async () => {
  for (const store of ["timescaledb", "cassandra"]) {
    const values = page.locator(`[data-store="${store}"] dd`);
    await waitFor(`freshness and lag of ${store}`, 240_000, async () => {
      const [age, lag] = await values.allInnerTexts();
      return /^\d+(\.\d)? s$/.test(age!) && /^[\d,]+ events$/.test(lag!);
    });
  }
  await waitFor("every component to be ready", 240_000, async () => {
    const states = await page.locator('[aria-labelledby="components"] .state').allInnerTexts();
    return states.length >= 10 && states.every((state) => state === "ready");
  });
  await page.getByText("All clear").waitFor();
});

test("the table is searched and sorted by keyboard", async () => {
  await page.getByLabel("Search vehicles").fill("00003");
  await page.locator('table[aria-rowcount="2"]').waitFor();
  await page.getByLabel("Search vehicles").fill("");
  await page.getByRole("button", {name: "Speed", exact: true}).focus();
  await page.keyboard.press("Enter");
  await page.locator('th[aria-sort="ascending"]', {hasText: "Speed"}).waitFor();
});

test("a vehicle's history of the last minutes is drawn from TimescaleDB", async () => {
  await page.getByRole("button", {name: "vehicle-00002"}).click({timeout: 240_000});
  await page.locator("#plot-speed canvas").waitFor();
  await page.getByRole("button", {name: "5 min", exact: true}).click();
  await page.getByText(/^From timescaledb/).waitFor();
  expect(await page.locator("#plot-speed").getAttribute("aria-label")).toMatch(/5 minutes: lowest [\d.]+, average/);
  await page.keyboard.press("Escape");
  await page.getByText("All clear").waitFor();
});

test("on a narrow screen nothing is cut, sticks out or lies over anything else", async () => {
  const before = page.viewportSize()!;
  await page.setViewportSize({width: 390, height: 844});
  await waitFor("a page that can be read", PATIENCE_MS, async () => {
    const found = await unreadable(page);
    if (found.length > 0) throw new Error(found.join("; "));
    return true;
  });
  await page.setViewportSize(before);
});

test("the page kept to its content security policy and raised no error", () => {
  expect(faults).toEqual([]);
});

test("the console's account may read its own pipeline and nothing else", async () => {
  const may = (...what: string[]) =>
    k("auth", "can-i", ...what, "--as=system:serviceaccount:default:fleet-console").then(
      (answer) => answer.trim(),
      () => "no",
    );
  expect(await may("get", "telemetrypipelines/fleet")).toBe("yes");
  for (const what of [
    ["get", "telemetrypipelines/other"],
    ["list", "telemetrypipelines"],
    ["patch", "telemetrypipelines/fleet"],
    ["get", "secrets"],
  ])
    expect([what, await may(...what)]).toEqual([what, "no"]);
});

test("the database refuses what the console's role would write", async () => {
  const secret = async (key: string) =>
    Buffer.from(await k("get", "secret", "fleet-timescaledb-reader", "-o", `jsonpath={.data.${key}}`), "base64");
  const login = `postgresql://${await secret("username")}:${await secret("password")}@127.0.0.1/telemetry`;
  const psql = (...statements: string[]) =>
    k("exec", "fleet-timescaledb-0", "--", "psql", login, "-tA", ...statements.flatMap((sql) => ["-c", sql]));
  expect(Number(await psql("SELECT count(*) FROM telemetry"))).toBeGreaterThan(0);
  await expect(psql("DELETE FROM telemetry")).rejects.toThrow("read-only transaction");
  // A session may lift that; the rights of the role hold.
  const lifted = "SET default_transaction_read_only = off";
  await expect(psql(lifted, "DELETE FROM telemetry")).rejects.toThrow("permission denied");
});
