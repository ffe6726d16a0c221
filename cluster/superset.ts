import type {Page} from "playwright-core";
import {waitFor} from "./shell.ts";

/** A port forward may break, and come back. */
const visit = (page: Page, url: string, ms: number) =>
  waitFor(url, ms, () => page.goto(url, {timeout: ms, waitUntil: "domcontentloaded"}));

/** Superset's login page, as a person. */
export async function logIn(page: Page, site: string, username: string, password: string, ms: number): Promise<void> {
  await visit(page, `${site}/login/`, ms);
  await page.fill("#username, [name=username]", username, {timeout: ms});
  await page.fill("#password, [name=password]", password, {timeout: ms});
  await page.click("[type=submit]", {timeout: ms});
  await page.waitForURL((url) => !url.pathname.startsWith("/login"), {timeout: ms});
}

/**
 * Opens a dashboard, until each chart in the window is drawn.
 *
 * @return ms until its first chart had a place, and until all were drawn
 */
export async function openDashboard(page: Page, site: string, slug: string, ms: number) {
  const began = performance.now();
  await visit(page, `${site}/superset/dashboard/${slug}/`, ms);
  await page.waitForSelector("[data-test=dashboard-component-chart-holder]", {timeout: ms});
  const placed = performance.now() - began;
  await page.waitForFunction(
    () => {
      const {document, innerHeight} = globalThis as any;
      // Those below the window's edge are drawn when somebody scrolls there.
      return [...document.querySelectorAll("[data-test=dashboard-component-chart-holder]")]
        .filter((chart) => chart.getBoundingClientRect().bottom < innerHeight)
        .every((chart) => chart.querySelector("canvas, table, .header-line"));
    },
    undefined,
    {timeout: ms},
  );
  return {placed, drawn: performance.now() - began};
}
